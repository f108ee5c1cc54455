# SPDX-License-Identifier: Apache-2.0
"""A real schakel-registry on a free port, for the tests of this folder."""
import http.client
import json
import os
import re
import signal
import subprocess
import tempfile
import unittest

PROGRAM = os.path.join(os.environ["SK_BINARY_DIR"], "bin", "schakel-registry")
DEADLINE_S = 10


def is_sanitized():
    """Built with AddressSanitizer? Then memory says nothing."""
    with open(PROGRAM, "rb") as file:
        return b"__asan_init" in file.read()


class Registry:
    """One store in a folder of its own; started, stopped and killed at will."""

    def __init__(self, *options):
        self.folder = tempfile.TemporaryDirectory(prefix="sk_registry_")
        self.store = os.path.join(self.folder.name, "store.sqlite")
        self.options = options
        self.port = 0
        self.process = None
        self.connection = None

    def start(self):
        self.process = subprocess.Popen(
            [PROGRAM, "--store", self.store, "--listen", f"127.0.0.1:{self.port}",
             *self.options], stderr=subprocess.PIPE, text=True)
        lines = []
        for line in self.process.stderr:
            lines.append(line)
            found = re.search(r"id=registry.ready address=127.0.0.1:(\d+)", line)
            if found:
                self.port = int(found.group(1))
                return self
        raise AssertionError("the registry did not start: " + "".join(lines))

    def end(self, number):
        """Sends the signal, waits, and returns the exit status."""
        self.disconnect()
        self.process.send_signal(number)
        status = self.process.wait(DEADLINE_S)
        self.process.stderr.close()
        return status

    def stop(self):
        return self.end(signal.SIGTERM)

    def kill(self):
        return self.end(signal.SIGKILL)

    def close(self):
        if self.process and self.process.poll() is None:
            self.kill()
        self.folder.cleanup()

    def disconnect(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def raw(self, method, path, body=None, headers=None):
        """The http.client response and its bytes."""
        if not self.connection:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port,
                                                         timeout=DEADLINE_S)
        self.connection.request(method, path, body, headers or {})
        response = self.connection.getresponse()
        return response, response.read()

    def ask(self, method, path, body=None):
        """(status, parsed JSON)."""
        text = None if body is None else json.dumps(body)
        response, data = self.raw(method, path, text)
        return response.status, json.loads(data)

    def register(self, subject, schema):
        return self.ask("POST", f"/subjects/{subject}/versions",
                        {"schema": json.dumps(schema)})


def record(*fields, name="R"):
    """A record schema; a field is (name, type) or (name, type, default)."""
    made = []
    for field in fields:
        made.append({"name": field[0], "type": field[1]})
        if len(field) > 2:
            made[-1]["default"] = field[2]
    return {"type": "record", "name": name, "fields": made}


class Case(unittest.TestCase):
    """A registry of its own for each test."""
    options = ()

    def setUp(self):
        self.registry = Registry(*self.options).start()
        self.addCleanup(self.registry.close)
        self.ask = self.registry.ask
        self.register = self.registry.register

    def assert_error(self, answer, status, code):
        self.assertEqual(answer[0], status, answer)
        self.assertEqual(sorted(answer[1]), ["error_code", "message"])
        self.assertEqual(answer[1]["error_code"], code)
