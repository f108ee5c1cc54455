# SPDX-License-Identifier: Apache-2.0
"""TLS and mTLS of the server, alone and with the client that the processes use."""
import http.client
import json
import os
import os
import socket
import ssl
import subprocess
import tempfile
import unittest

from registry import PROGRAM, Registry, record
from test_access import digest
from test_follower import wait_until

A = record(("a", "int"))


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def authority(folder, name):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem", "-days", "2",
            "-subj", f"/CN={name}")


def certify(folder, by, name, days="2"):
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.csr",
            "-subj", f"/CN={name}")
    with open(f"{folder}/{name}.ext", "w", encoding="ascii") as file:
        file.write("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    openssl("x509", "-req", "-in", f"{folder}/{name}.csr", "-CA", f"{folder}/{by}.pem",
            "-CAkey", f"{folder}/{by}.key", "-CAcreateserial", "-days", days,
            "-extfile", f"{folder}/{name}.ext", "-out", f"{folder}/{name}.pem")


class Secured(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = tempfile.TemporaryDirectory(prefix="sk_tls_")
        cls.addClassCleanup(cls.files.cleanup)
        folder = cls.files.name
        for name in ("ours", "theirs"):
            authority(folder, name)
        for by, name in (("ours", "server"), ("ours", "edison"), ("ours", "unnamed"),
                         ("theirs", "stranger")):
            certify(folder, by, name)
        certify(folder, "ours", "late", "-1")
        with open(folder + "/token", "w", encoding="ascii") as file:
            file.write("b")
        with open(folder + "/callers", "w", encoding="ascii") as file:
            file.write(f"edison - register:edison.\nbeheer {digest('b')} administer:*\n")

    def file(self, name):
        return f"{self.files.name}/{name}"

    def start(self, *options):
        registry = Registry("--tls_certificate", self.file("server.pem"), "--tls_key",
                            self.file("server.key"), *options).start()
        self.addCleanup(registry.close)
        return registry

    def start_mutual(self):
        return self.start("--tls_client_authority", self.file("ours.pem"), "--access",
                          self.file("callers"))

    def ask(self, registry, method, path, body=None, certificate=None, headers=None):
        context = ssl.create_default_context(cafile=self.file("ours.pem"))
        if certificate:
            context.load_cert_chain(self.file(certificate + ".pem"),
                                    self.file(certificate + ".key"))
        connection = http.client.HTTPSConnection("127.0.0.1", registry.port, timeout=10,
                                                 context=context)
        self.addCleanup(connection.close)
        connection.request(method, path, body and json.dumps(body), headers or {})
        response = connection.getresponse()
        return response.status, json.loads(response.read())

    def register(self, registry, subject, **more):
        return self.ask(registry, "POST", f"/subjects/{subject}/versions",
                        {"schema": json.dumps(A)}, **more)[0]


class Tls(Secured):
    def test_what_is_asked_is_answered(self):
        registry = self.start()
        self.assertEqual(self.register(registry, "s"), 200)
        self.assertEqual(self.ask(registry, "GET", "/subjects"), (200, ["s"]))

    def test_plain_http_and_old_tls_are_not_answered(self):
        registry = self.start()
        with self.assertRaises((http.client.HTTPException, OSError)):
            registry.ask("GET", "/subjects")
        context = ssl.create_default_context(cafile=self.file("ours.pem"))
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        with self.assertRaises(OSError), socket.create_connection(
                ("127.0.0.1", registry.port), 10) as plain:
            context.wrap_socket(plain, server_hostname="127.0.0.1")

    def test_files_that_are_missing_or_wrong_are_named(self):
        for certificate, key in (("server.pem", None), ("nothing.pem", "server.key"),
                                 ("callers", "server.key"), ("server.pem", "edison.key")):
            options = ["--tls_certificate", self.file(certificate)]
            options += ["--tls_key", self.file(key)] if key else []
            done = subprocess.run(
                [PROGRAM, "--store", self.file("none.sqlite"), "--listen", "127.0.0.1:0",
                 *options], capture_output=True, text=True, timeout=10)
            self.assertEqual(done.returncode, 1, options)
            self.assertIn("id=http.tls", done.stderr)

    def test_a_follower_follows_over_it_with_its_token(self):
        leader = self.start("--access", self.file("callers"))
        self.register(leader, "s", headers={"Authorization": "Bearer b"})
        follower = Registry("--follow", f"https://127.0.0.1:{leader.port}", "--follow_token",
                            "file:" + self.file("token"), "--follow_authority", self.file("ours.pem")).start()
        self.addCleanup(follower.close)
        wait_until(lambda: follower.ask("GET", "/subjects") == (200, ["s"]))


class Mutual(Secured):
    def schakel(self, registry, certificate):
        """The operators' command, over the client that every process has."""
        config = self.file("schakel.ini")
        with open(config, "w", encoding="ascii") as file:
            file.write(f"[schakel]\nregistry = https://127.0.0.1:{registry.port}\n"
                       f"data = {self.files.name}\nbus = sqlite:{self.file('bus')}\n")
        own = [] if certificate is None else [
            "--tls_certificate", self.file(certificate + ".pem"),
            "--tls_key", self.file(certificate + ".key")]
        return subprocess.run(
            [os.path.join(os.path.dirname(PROGRAM), "schakel"), "schema", "list", "--config",
             config, "--tls_authority", self.file("ours.pem"), *own],
            capture_output=True, text=True, timeout=30)

    def test_our_own_client_shows_its_certificate_and_is_served(self):
        registry = self.start_mutual()
        self.assertEqual(self.register(registry, "edison.x", certificate="edison"), 200)
        done = self.schakel(registry, "edison")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("edison.x", done.stdout)
        for certificate in (None, "stranger", "unnamed"):
            self.assertNotEqual(self.schakel(registry, certificate).returncode, 0, certificate)

    def test_the_common_name_is_who_one_is(self):
        registry = self.start_mutual()
        self.assertEqual(self.register(registry, "edison.x", certificate="edison"), 200)
        self.assertEqual(self.register(registry, "klaroen.x", certificate="edison"), 403)
        self.assertEqual(self.register(registry, "edison.x", certificate="unnamed"), 401)

    def test_who_has_none_or_a_strangers_or_a_late_one_is_not_served(self):
        registry = self.start_mutual()
        for certificate in (None, "stranger", "late"):
            try:
                status = self.ask(registry, "GET", "/", certificate=certificate)[0]
            except OSError:
                status = 403  # refused in the handshake
            self.assertEqual(status, 403, certificate)


if __name__ == "__main__":
    unittest.main()
