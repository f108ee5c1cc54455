# SPDX-License-Identifier: Apache-2.0
"""A real Apache Kafka for tests, by deploy/kafka, in a folder of its own.

The one idea: a test that cannot have one is skipped by name, never passed in silence.
"""
import os
import signal
import subprocess
import unittest

from .client import TESTS

DEPLOY = os.path.join(os.path.dirname(TESTS), "deploy", "kafka")
MISSING = 3


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

    def kill(self, node=1, how=signal.SIGKILL):
        os.kill(self.pid(node), how)

    def stop(self):
        subprocess.run([DEPLOY, "stop", self.folder], check=True)
