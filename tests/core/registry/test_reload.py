# SPDX-License-Identifier: Apache-2.0
"""Callers and keys change while the registry serves: by their files, by a signal, by URL."""
import http.server
import json
import os
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from registry import PROGRAM, Registry
from test_access import digest
from test_follower import wait_until
from tokens import Provider


class Callers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sk_reload_")
        self.addCleanup(folder.cleanup)
        self.path = folder.name + "/callers"
        self.write("edison", "e1")
        self.registry = Registry("--access", self.path).start()
        self.addCleanup(self.registry.close)

    def write(self, name, secret, replace=False):
        path = self.path + (".new" if replace else "")
        with open(path, "w", encoding="ascii") as file:
            file.write(f"{name} {digest(secret)} read:*\n")
        if replace:
            os.rename(path, self.path)

    def status(self, secret):
        return self.registry.raw("GET", "/subjects", None,
                                 {"Authorization": "Bearer " + secret})[0].status

    def test_a_file_written_again_or_replaced_is_in_force(self):
        self.assertEqual(self.status("e1"), 200)
        for secret, replace in (("e2", False), ("e3", True), ("e4", True)):
            self.write("edison", secret, replace)
            wait_until(lambda secret=secret: self.status(secret) == 200)
            self.assertEqual(self.status("e1"), 401)

    def test_an_answer_given_under_earlier_rights_is_not_given_again(self):
        self.assertEqual(self.status("e1"), 200)
        with open(self.path, "w", encoding="ascii") as file:
            file.write(f"edison {digest('e1')} read:none.\n")
        self.registry.process.send_signal(signal.SIGHUP)

        def refused():
            headers = {"Authorization": "Bearer e1"}
            return self.registry.raw("GET", "/config", None, headers)[0].status == 403
        wait_until(refused)

    def test_a_file_that_cannot_be_used_leaves_the_earlier_in_force(self):
        with open(self.path, "w", encoding="ascii") as file:
            file.write("edison plain read:*\n")
        self.registry.process.send_signal(signal.SIGHUP)
        line = ""
        while "id=access.file" not in line:
            line = self.registry.process.stderr.readline()
            self.assertNotEqual(line, "")
        self.assertIn("line 1", line)
        self.assertEqual(self.status("e1"), 200)
        self.write("edison", "e5")
        wait_until(lambda: self.status("e5") == 200)


class KeyServer:
    """An OpenID provider's JWKS, as far as a registry sees it."""

    def __init__(self, keys):
        self.keys, self.asked, self.hangs = keys, 0, threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):  # noqa: N802
                outer.asked += 1
                if outer.hangs.is_set():
                    self.rfile.read(1)  # until the other gives up
                    return
                body = json.dumps({"keys": outer.keys}).encode()
                self.send_response(200 if outer.keys is not None else 500)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/keys"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class KeysByUrl(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.provider = Provider()
        cls.addClassCleanup(cls.provider.close)

    def start(self, keys, refresh="1s"):
        self.server = KeyServer(keys)
        self.addCleanup(self.server.close)
        registry = Registry("--access", self.provider.callers, "--jwks", self.server.url,
                            "--jwks_refresh", refresh, *Provider.OPTIONS).start()
        self.addCleanup(registry.close)
        return registry

    def status(self, registry, token):
        return registry.raw("GET", "/subjects", None,
                            {"Authorization": "Bearer " + token})[0].status

    def test_its_keys_are_asked_at_the_start_and_kept(self):
        registry = self.start(self.provider.keys, "1h")
        for _ in range(5):
            self.assertEqual(self.status(registry, self.provider.token()), 200)
        self.assertEqual(self.server.asked, 1)

    def test_new_keys_come_and_old_ones_go(self):
        registry = self.start([self.provider.keys[1]])
        self.assertEqual(self.status(registry, self.provider.token("ES256", "e")), 401)
        self.server.keys = [self.provider.keys[2]]
        wait_until(lambda: self.status(registry, self.provider.token("ES256", "e")) == 200)
        self.assertEqual(self.status(registry, self.provider.token()), 401)

    def test_a_hangup_signal_asks_at_once(self):
        registry = self.start([self.provider.keys[1]], "1h")
        self.server.keys = self.provider.keys
        registry.process.send_signal(signal.SIGHUP)
        wait_until(lambda: self.status(registry, self.provider.token("ES256", "e")) == 200)

    def test_a_provider_in_trouble_leaves_the_last_keys_good(self):
        registry = self.start(self.provider.keys)
        self.server.keys = None
        wait_until(lambda: self.server.asked > 1)
        self.assertEqual(self.status(registry, self.provider.token()), 200)

    def test_a_provider_that_hangs_keeps_nobody_waiting(self):
        registry = self.start(self.provider.keys)
        self.server.hangs.set()
        wait_until(lambda: self.server.asked > 1)
        for _ in range(20):
            begin = time.monotonic()
            self.assertEqual(self.status(registry, self.provider.token()), 200)
            self.assertLess(time.monotonic() - begin, 3)

    def test_without_an_answer_it_starts_and_takes_no_token(self):
        registry = self.start(None)
        self.assertEqual(self.status(registry, self.provider.token()), 401)
        self.assertEqual(registry.raw("GET", "/")[0].status, 200)

    def test_keys_by_plain_http_from_elsewhere_are_refused(self):
        done = subprocess.run(
            [PROGRAM, "--store", self.provider.files.name + "/s", "--listen", "127.0.0.1:0",
             "--jwks", "http://idp.example/keys", "--jwt_issuer", "i", "--jwt_audience", "a"],
            capture_output=True, text=True, timeout=10)
        self.assertEqual(done.returncode, 1)
        self.assertIn("https", done.stderr)


if __name__ == "__main__":
    unittest.main()
