# SPDX-License-Identifier: Apache-2.0
"""Bearer tokens of an OpenID provider: which are taken, and every way in which one is not."""
import base64
import json
import os
import subprocess
import tempfile
import time
import unittest

from registry import PROGRAM, Registry


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *arguments], input=data, check=True,
                          capture_output=True).stdout


def url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw_signature(der):
    """r and s side by side, from DER."""
    size = der[3]
    r, s = der[4:4 + size], der[6 + size:]
    return b"".join(int.from_bytes(part, "big").to_bytes(32, "big") for part in (r, s))


class Tokens(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = tempfile.TemporaryDirectory(prefix="sk_jwt_")
        cls.addClassCleanup(cls.files.cleanup)
        cls.rsa, cls.ec, cls.other = (f"{cls.files.name}/{name}" for name in
                                      ("rsa", "ec", "other"))
        for path in (cls.rsa, cls.other):
            openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048",
                    "-out", path)
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
                cls.ec)
        modulus = openssl("rsa", "-in", cls.rsa, "-noout", "-modulus").split(b"=")[1].strip()
        point = openssl("pkey", "-in", cls.ec, "-pubout", "-outform", "DER")[-64:]
        keys = [{"kty": "oct", "k": "AAAA"},
                {"kty": "RSA", "kid": "r", "n": url(bytes.fromhex(modulus.decode())),
                 "e": "AQAB"},
                {"kty": "EC", "kid": "e", "crv": "P-256", "x": url(point[:32]),
                 "y": url(point[32:])}]
        cls.jwks, cls.callers = cls.files.name + "/jwks", cls.files.name + "/callers"
        with open(cls.jwks, "w", encoding="ascii") as file:
            json.dump({"keys": keys}, file)
        with open(cls.callers, "w", encoding="ascii") as file:
            file.write("edison - read:*\n")
        cls.registry = Registry("--access", cls.callers, "--jwks", cls.jwks, "--jwt_issuer",
                                "https://idp", "--jwt_audience", "registry").start()
        cls.addClassCleanup(cls.registry.close)

    def token(self, algorithm="RS256", kid="r", key=None, **claims):
        now = int(time.time())
        body = {"iss": "https://idp", "aud": "registry", "sub": "edison", "exp": now + 300,
                **claims}
        header = {"alg": algorithm, "kid": kid}
        signed = ".".join(url(json.dumps(part).encode()) for part in (
            header, {name: value for name, value in body.items() if value is not None}))
        key = key or (self.ec if algorithm == "ES256" else self.rsa)
        signature = openssl("dgst", "-sha256", "-sign", key, data=signed.encode())
        if key == self.ec:
            signature = raw_signature(signature)
        return signed + "." + url(signature)

    def status(self, token):
        return self.registry.raw("GET", "/subjects", None,
                                 {"Authorization": "Bearer " + token})[0].status

    def test_both_algorithms_are_taken(self):
        self.assertEqual(self.status(self.token()), 200)
        self.assertEqual(self.status(self.token("ES256", "e")), 200)

    def test_the_audience_may_be_one_of_several(self):
        self.assertEqual(self.status(self.token(aud=["x", "registry"])), 200)

    def test_claims_that_are_not_right_are_nobodys(self):
        now = int(time.time())
        for claims in ({"iss": "https://other"}, {"aud": "other"}, {"aud": ["x"]},
                       {"exp": now - 120}, {"exp": None}, {"exp": "soon"},
                       {"nbf": now + 120}, {"sub": "nobody"}, {"sub": "*"}, {"sub": None},
                       {"iss": None}, {"aud": None}):
            self.assertEqual(self.status(self.token(**claims)), 401, claims)

    def test_another_key_or_algorithm_is_nobodys(self):
        self.assertEqual(self.status(self.token(key=self.other)), 401)
        self.assertEqual(self.status(self.token("none")), 401)
        self.assertEqual(self.status(self.token("HS256")), 401)
        self.assertEqual(self.status(self.token("ES256", "e", key=self.rsa)), 401)
        self.assertEqual(self.status(self.token("RS256", "e")), 401)

    def test_a_changed_or_broken_token_is_nobodys(self):
        whole = self.token()
        head, body, signature = whole.split(".")
        for token in (head + "." + body, head + "." + body + ".", whole + ".x", "..", ".",
                      head + "." + body[:-2] + "." + signature, "x" * 9000,
                      head + "." + url(b'{"sub":"edison"}') + "." + signature):
            self.assertEqual(self.status(token), 401, token[:40])

    def test_keys_that_cannot_be_used_are_named_at_the_start(self):
        for options in (("--jwks", self.jwks),
                        ("--jwks", self.callers, "--jwt_issuer", "i", "--jwt_audience", "a")):
            done = subprocess.run(
                [PROGRAM, "--store", self.files.name + "/s.sqlite", "--listen", "127.0.0.1:0",
                 *options], capture_output=True, text=True, timeout=10)
            self.assertEqual(done.returncode, 1)
            self.assertIn("id=jwt.keys", done.stderr)


if __name__ == "__main__":
    unittest.main()
