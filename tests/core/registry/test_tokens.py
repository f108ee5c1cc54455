# SPDX-License-Identifier: Apache-2.0
"""Bearer tokens of an OpenID provider: which are taken, and every way in which one is not."""
import json
import os
import subprocess
import time
import unittest

from registry import PROGRAM, Registry
from tokens import Provider, url


class Tokens(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.provider = Provider()
        cls.addClassCleanup(cls.provider.close)
        cls.registry = Registry("--access", cls.provider.callers, "--jwks", cls.provider.jwks,
                                *Provider.OPTIONS).start()
        cls.addClassCleanup(cls.registry.close)

    def token(self, *arguments, **claims):
        return self.provider.token(*arguments, **claims)

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
        self.assertEqual(self.status(self.token(key=self.provider.other)), 401)
        self.assertEqual(self.status(self.token("none")), 401)
        self.assertEqual(self.status(self.token("HS256")), 401)
        self.assertEqual(self.status(self.token("ES256", "e", key=self.provider.rsa)), 401)
        self.assertEqual(self.status(self.token("RS256", "e")), 401)

    def test_a_changed_or_broken_token_is_nobodys(self):
        whole = self.token()
        head, body, signature = whole.split(".")
        for token in (head + "." + body, head + "." + body + ".", whole + ".x", "..", ".",
                      head + "." + body[:-2] + "." + signature, "x" * 9000,
                      head + "." + url(b'{"sub":"edison"}') + "." + signature):
            self.assertEqual(self.status(token), 401, token[:40])

    def test_keys_that_cannot_be_used_are_named_at_the_start(self):
        for options in (("--jwks", self.provider.jwks),
                        ("--jwks", self.provider.callers, "--jwt_issuer", "i", "--jwt_audience", "a")):
            done = subprocess.run(
                [PROGRAM, "--store", self.provider.files.name + "/s.sqlite", "--listen", "127.0.0.1:0",
                 *options], capture_output=True, text=True, timeout=10)
            self.assertEqual(done.returncode, 1)
            self.assertIn("id=jwt.keys", done.stderr)


if __name__ == "__main__":
    unittest.main()
