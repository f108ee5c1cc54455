# SPDX-License-Identifier: Apache-2.0
"""A real Apache Kafka for tests, by deploy/kafka, in a folder of its own.

The one idea: a test that cannot have one is skipped by name, never passed in silence.
"""
import json
import os
import signal
import socket
import struct
import subprocess
import unittest

from .client import TESTS

SOURCE = os.path.dirname(TESTS)
DEPLOY = os.path.join(SOURCE, "deploy", "kafka")
MISSING = 3
DELETE_TOPICS, VERSION, TIMEOUT_S = 20, 1, 30
PROCESSES = ("correlation", "edison", "klaroen")


def topics():
    """Names of every topic that Schakel may have made."""
    with open(os.path.join(SOURCE, "schemas", "topics.json"), encoding="utf-8") as file:
        known = json.load(file)
    return [one["name"] for one in known["topics"]] + [
        one["pattern"].replace("<process>", process)
        for one in known["patterns"] for process in PROCESSES]


def _text(value):
    return struct.pack(">h", len(value)) + value.encode()


class Kafka:
    def __init__(self, folder, *options):
        """`options` are those of deploy/kafka start; raises SkipTest without Java or jars."""
        self.folder = folder
        self.address = self.start(*options)

    def start(self, *options):
        """Also what was killed, with its data; returns HOST:PORT[,…]."""
        done = subprocess.run([DEPLOY, "start", self.folder, *options], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode == MISSING:
            raise unittest.SkipTest(done.stderr.strip())
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def settings(self):
        """The section [kafka] of a secure one."""
        with open(os.path.join(self.folder, "kafka.ini"), encoding="utf-8") as file:
            lines = [line.split(" = ", 1) for line in file.read().splitlines()[1:]]
        return dict(lines)

    def pid(self, node=1):
        with open(os.path.join(self.folder, f"node-{node}", "pid"), encoding="ascii") as file:
            return int(file.read())

    def runs(self, node=1):
        try:
            with open(f"/proc/{self.pid(node)}/stat", encoding="ascii") as file:
                return file.read().rsplit(")", 1)[1].split()[0] != "Z"
        except FileNotFoundError:
            return False

    def kill(self, node=1, how=signal.SIGKILL):
        os.kill(self.pid(node), how)

    def forget(self):
        """Deletes our topics, and with them their records and positions (one node, no TLS).
        A request by hand: the tools that come with Kafka take seconds to start."""
        names = topics()
        body = (struct.pack(">hhi", DELETE_TOPICS, VERSION, 1) + _text("test")
                + struct.pack(">i", len(names)) + b"".join(map(_text, names))
                + struct.pack(">i", 1000 * TIMEOUT_S))
        host, port = self.address.split(":")
        with socket.create_connection((host, int(port)), TIMEOUT_S) as connection:
            connection.sendall(struct.pack(">i", len(body)) + body)
            if len(connection.recv(4)) < 4:
                raise RuntimeError("the broker did not answer")

    def stop(self):
        subprocess.run([DEPLOY, "stop", self.folder], check=True)
