# SPDX-License-Identifier: Apache-2.0
"""Hostile schemas over HTTP end in 422, soon, and with little memory."""
import json
import socket
import time
import unittest

from registry import Case, is_sanitized, record

SECONDS = 10 if not is_sanitized() else 30
GROWTH_KB = 120_000


def nested(open_text, close_text, count):
    return open_text * count + '"int"' + close_text * count


ARRAY = '{"type":"array","items":'
HOSTILE = {
    "1,000,000 brackets": nested("[", "]", 1_000_000),
    "1,000,000 brackets without end": "[" * 1_000_000,
    "1,000,000 braces": '{"type":' * 1_000_000,
    "40,000 arrays in arrays": nested(ARRAY, "}", 40_000),
    "a name of 10 MB": '{"type":"record","name":"' + "n" * 10_000_000 + '","fields":[]}',
    "a name of 900 KB": '{"type":"record","name":"' + "n" * 900_000 + '","fields":[]}',
    "a namespace of 900 KB": '{"type":"fixed","name":"a","namespace":"' + "n." * 450_000 +
                             'n","size":1}',
    "a symbol of 900 KB": '{"type":"enum","name":"E","symbols":["' + "s" * 900_000 + '"]}',
    "a record of 100,000 fields": json.dumps(record(*((f"f{number}", "int")
                                                      for number in range(100_000)))),
    "a record of 20,000 fields": '{"type":"record","name":"R","fields":[' + ",".join(
        f'{{"name":"f{number}","type":"int"}}' for number in range(20_000)) + "]}",
    "a union of 100,000 types": json.dumps(["int"] * 100_000),
    "an enum with a symbol twice among 100,000": json.dumps(
        {"type": "enum", "name": "E", "symbols": ["A"] * 100_000}),
}
# One that is no error, but asks for much: each type holds the one before twice.
DOUBLING = [record(("x", "int"), name="D0")] + [
    record(("a", f"D{number}"), ("b", f"D{number}"), name=f"D{number + 1}")
    for number in range(60)]


class Hostile(Case):
    options = ("--body_limit", "12M")

    def rss_kb(self):
        with open(f"/proc/{self.registry.process.pid}/status", encoding="ascii") as file:
            return int(next(line.split()[1] for line in file if line.startswith("VmHWM")))

    def post(self, path, schema):
        begin = time.monotonic()
        answer = self.ask("POST", path, {"schema": schema})
        self.assertLess(time.monotonic() - begin, SECONDS)
        return answer

    def test_each_is_refused_with_422_in_time_and_memory(self):
        before = self.rss_kb()
        self.register("s", record(("a", "int")))
        for what, schema in HOSTILE.items():
            for path in ("/subjects/s/versions", "/subjects/s",
                         "/compatibility/subjects/s/versions/latest"):
                with self.subTest(what=what, path=path):
                    status, answer = self.post(path, schema)
                    self.assertEqual(status, 422, str(answer)[:300])
                    self.assertIn(answer["error_code"], (42201, 42209))
                    self.assertLess(len(answer["message"]), 5000)
        if not is_sanitized():
            self.assertLess(self.rss_kb() - before, GROWTH_KB)
        self.assertEqual(self.ask("GET", "/subjects/s/versions"), (200, [1]))

    def test_a_body_that_is_hostile_itself_is_refused(self):
        for body in (b"[" * 1_000_000, b'{"a":' * 1_000_000, b"\xff" * 100_000, b"", b"null"):
            response, _ = self.registry.raw("POST", "/subjects/s/versions", body)
            self.assertEqual(response.status, 400)

    def test_types_that_double_are_taken_or_refused_in_time(self):
        text = DOUBLING[0]
        for outer in DOUBLING[1:30]:
            outer["fields"][0]["type"] = text
            text = outer
        status, _ = self.post("/subjects/d/versions", json.dumps(text))
        self.assertIn(status, (200, 422))
        status, _ = self.post("/subjects/d/versions", json.dumps(text | {"doc": "again"}))
        self.assertIn(status, (200, 422))


class Slow(Case):
    """A client that takes its time takes nobody else's."""
    options = ("--request_timeout", "1s", "--address_connections", "4")

    def connect(self):
        client = socket.create_connection(("127.0.0.1", self.registry.port), timeout=10)
        self.addCleanup(client.close)
        return client

    def drip(self, client):
        """A byte every tenth of a second, until the other side ends it."""
        end = time.monotonic() + 10
        client.settimeout(0.1)
        while time.monotonic() < end:
            try:
                client.send(b"x")
                if client.recv(1) == b"":
                    return
            except TimeoutError:
                continue
            except OSError:
                return
        self.fail("it was never cut off")

    def test_a_request_that_drips_is_cut_off_while_others_are_served(self):
        for begin in (b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
                      b"POST /subjects/s HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"):
            slow = self.connect()
            slow.sendall(begin)
            began = time.monotonic()
            self.assertEqual(self.ask("GET", "/subjects"), (200, []))
            self.assertLess(time.monotonic() - began, 5)
            self.drip(slow)
            self.registry.disconnect()

    def test_one_address_has_so_many_connections_and_no_more(self):
        clients = [self.connect() for _ in range(6)]
        answered = 0
        for client in clients:
            try:
                client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                answered += client.recv(12) == b"HTTP/1.1 200"
            except OSError:
                pass
        self.assertEqual(answered, 4)


if __name__ == "__main__":
    unittest.main()
