# SPDX-License-Identifier: Apache-2.0
"""One process of Schakel on its own: a registry, a bus in a folder, a scripted target.

Everything is started from the build's bin folder on free loopback ports and ended by pid.
"""
import json
import os
import signal
import socket
import subprocess
import tempfile
import time

BINARY = os.path.join(os.environ["SK_BINARY_DIR"], "bin")
SOURCE = os.environ["SK_SOURCE_DIR"]


def wait_until(condition, what, seconds=15):
    """The condition's first true value; AssertionError names what did not come."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.01)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Installation:
    def __init__(self, process, settings):
        self.holder = tempfile.TemporaryDirectory(prefix="schakel-")
        self.folder = self.holder.name
        self.process, self.settings = process, settings
        self.registry_port = free_port()
        self.running, self.registry = [], None
        self.log = open(f"{self.folder}/log", "ab")

    def close(self):
        for process in self.running + [self.registry]:
            if process and process.poll() is None:
                process.kill()
                process.wait()
        self.log.close()
        if os.environ.get("KEEP"):
            os.system(f"cp -r {self.folder} /tmp/w/rt_keep")
        self.holder.cleanup()

    def logged(self):
        with open(f"{self.folder}/log", encoding="utf-8", errors="replace") as file:
            return file.read()

    # The registry -----------------------------------------------------------------------

    @property
    def registry_url(self):
        return f"http://127.0.0.1:{self.registry_port}"

    def start_registry(self):
        command = [f"{BINARY}/schakel-registry", "--store", f"{self.folder}/registry.db",
                   "--listen", f"127.0.0.1:{self.registry_port}"]
        self.registry = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=self.log)
        wait_until(self._registry_answers, "the registry listens")

    def _registry_answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.registry_port)) == 0

    def stop_registry(self):
        self.registry.terminate()
        self.registry.wait(5)

    # The process ------------------------------------------------------------------------

    def configuration(self, extra=None):
        path = f"{self.folder}/schakel.ini"
        keys = {**self.settings, **(extra or {})}
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"[schakel]\nbus = sqlite:{self.folder}/bus.db\n"
                       f"registry = {self.registry_url}\ndata = {self.folder}/data\nlog = debug\n"
                       f"[{self.process}]\n")
            file.writelines(f"{key} = {value}\n" for key, value in keys.items() if value is not None)
        return path

    def launch(self, extra=None, arguments=()):
        command = [f"{BINARY}/schakel-{self.process}", "--config", self.configuration(extra), *arguments]
        environment = {k: v for k, v in os.environ.items() if k != "RUNTIME_DIRECTORY"}
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=self.log, env=environment)
        self.running.append(child)
        return child

    def start(self, extra=None):
        child = self.launch(extra)
        wait_until(lambda: self.is_active(child), f"{self.process} is active:\n{self.logged()[-3000:]}")
        return child

    def run(self, extra=None, arguments=()):
        """Runs it to its end: for what must fail, and for --check and the like."""
        command = [f"{BINARY}/schakel-{self.process}", "--config", self.configuration(extra), *arguments]
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=20, check=False)

    def is_active(self, child):
        if child.poll() is not None:
            raise AssertionError(f"it ended with {child.returncode}:\n{self.logged()[-3000:]}")
        status = self.status()
        return status and status["pid"] == child.pid and status["toestand"] == "ACTIEF"

    def status(self):
        try:
            with open(f"{self.folder}/data/run/{self.process}.status", encoding="utf-8") as file:
                return json.load(file)
        except FileNotFoundError:
            return None

    def flow(self, name):
        return next(flow for flow in self.status()["flows"] if flow["naam"] == name)

    @staticmethod
    def stop(child, how=signal.SIGTERM):
        child.send_signal(how)
        return child.wait(20)

    # The bus ----------------------------------------------------------------------------

    def _tool(self, action, topic, text=None, *more):
        done = subprocess.run([f"{BINARY}/bus_tool", f"sqlite:{self.folder}/bus.db", self.registry_url,
                               f"{self.folder}/tool", action, topic, *more], input=text, capture_output=True,
                              text=True, timeout=60, check=False)
        if done.returncode:
            raise AssertionError(done.stderr)
        return done.stdout

    def records(self, topic):
        return [json.loads(line) for line in self._tool("dump", topic).splitlines()]

    def newest(self, topic):
        """{key: record} without the erased ones."""
        newest = {record["key"]: record for record in self.records(topic)}
        return {key: one for key, one in newest.items() if one["value"] is not None}

    def put_raw(self, topic, key, text):
        self._tool("raw", topic, text, key)

    def put(self, topic, events):
        self._tool("put", topic, "".join(json.dumps(event) + "\n" for event in events))
