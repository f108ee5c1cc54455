# SPDX-License-Identifier: Apache-2.0
"""schakel-odbc on its own, asked as a process asks it (core/adapter/odbc_wire.h), before a real
PostgreSQL that the test starts."""
import json
import os
import socket
import struct
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.environ["SK_SOURCE_DIR"], "tests"))
from systems import postgres  # noqa: E402
from systems.client import wait_until  # noqa: E402,F401 (for the tests)

BINARY = os.path.join(os.environ["SK_BINARY_DIR"], "bin", "schakel-odbc")
DONE, NEWER, OFFERED, RETRY, TARGET, REJECT = range(6)
HEADER = struct.Struct("=II")


class Child:
    def __init__(self, settings):
        ours, theirs = socket.socketpair()
        self.socket = ours
        self.socket.settimeout(60)
        self.process = subprocess.Popen([BINARY], stdin=theirs)
        theirs.close()
        self.say("C", settings)

    def say(self, kind, body=None):
        data = b"" if body is None else json.dumps(body).encode()
        self.socket.sendall(HEADER.pack(ord(kind), len(data)) + data)

    def _exactly(self, size):
        data = bytearray()
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            if not piece:
                raise EOFError(f"schakel-odbc ended with {self.process.wait(10)}")
            data += piece
        return bytes(data)

    def hear(self):
        kind, size = HEADER.unpack(self._exactly(HEADER.size))
        return chr(kind), self._exactly(size)

    def read(self, after=None):
        """The answer, with "rows" [(position, record)] and "bad" {row number: why}."""
        self.say("R", {"after": after})
        rows, bad = [], {}
        while True:
            kind, body = self.hear()
            if kind == "r":
                position, _, record = body.partition(b"\0")
                rows.append((position.decode(), record))
            elif kind == "x":
                bad[len(rows) - 1] = json.loads(body)
            else:
                rows = [(at, text if number in bad else json.loads(text))
                        for number, (at, text) in enumerate(rows)]
                return json.loads(body) | {"rows": rows, "bad": bad}

    def deliver(self, *rows):
        for row in rows:
            self.say("D", row)
        self.say("G")
        answers, self.alive = [], 0
        while len(answers) < len(rows):
            kind, body = self.hear()
            if kind == "l":
                self.alive += 1
            else:
                answers.append(json.loads(body))
        return answers

    def close(self):
        self.socket.close()
        return self.process.wait(10)


@unittest.skipIf(postgres.missing(), f"not installed: {postgres.missing()}")
class WithPostgres(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.database = postgres.Postgres()
        cls.addClassCleanup(cls.database.close)

    def setUp(self):
        self.sql = self.database.sql
        self.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    def child(self, **settings):
        child = Child({"connection": self.database.connection(), "dialect": "auto", "text": "utf-16",
                       "login_seconds": 5, "query_seconds": 5, "limit": 500, "begin": "-1",
                       "zone": "Europe/Brussels", "no_row": "done"} | settings)
        self.addCleanup(child.close)
        return child

    def reader(self, query, **settings):
        return self.child(query=query, **settings)

    def writer(self, statement, **settings):
        return self.child(statement=statement, **{"erase": "DELETE FROM doel WHERE sleutel = :key"} | settings)
