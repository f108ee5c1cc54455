# SPDX-License-Identifier: Apache-2.0
"""How tests and the demo start a stand-in, steer it and ask it things."""
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def call(method, url, body=None, headers=None, timeout=60):
    """Status and body (parsed, when it is JSON) of one request. Errors of the connection are
    raised, statuses never."""
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            status, content = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, content = error.code, error.read()
    try:
        return status, json.loads(content) if content else None
    except ValueError:
        return status, content


def wait_until(condition, seconds, what):
    """The first true value of condition(), asked again and again; TimeoutError after that."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {seconds} s still not: {what}")
        time.sleep(0.02)


class StandIn:
    """A running stand-in. It ends with `stop`, and also when this process dies."""

    def __init__(self, name, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, "-B", "-m", f"systems.{name}", *arguments], cwd=TESTS,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the stand-in {name} ended with {self.process.wait()}")
        started = json.loads(line)
        self.url, self.control = started["url"], started["control"]
        self.pid = self.process.pid

    def ask(self, what):
        return self._control("GET", what, None)

    def tell(self, what, order=None):
        return self._control("POST", what, order or {})

    def heal(self):
        self._control("DELETE", "faults", None)

    def _control(self, method, what, order):
        status, body = call(method, f"{self.control}/{what}", order)
        if status != 200:
            raise RuntimeError(f"{method} {what}: {status} {body}")
        return body

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
