# SPDX-License-Identifier: Apache-2.0
"""An OpenID provider of the tests: its keys, and tokens signed with them."""
import base64
import json
import subprocess
import tempfile
import time


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


class Provider:
    """Files `jwks` and `callers` in a folder of its own, and its keys."""
    OPTIONS = ("--jwt_issuer", "https://idp", "--jwt_audience", "registry")

    def __init__(self):
        self.files = tempfile.TemporaryDirectory(prefix="sk_jwt_")
        self.rsa, self.ec, self.other = (f"{self.files.name}/{name}" for name in
                                         ("rsa", "ec", "other"))
        for path in (self.rsa, self.other):
            openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048",
                    "-out", path)
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
                self.ec)
        modulus = openssl("rsa", "-in", self.rsa, "-noout", "-modulus").split(b"=")[1].strip()
        point = openssl("pkey", "-in", self.ec, "-pubout", "-outform", "DER")[-64:]
        self.keys = [{"kty": "oct", "k": "AAAA"},
                     {"kty": "RSA", "kid": "r", "n": url(bytes.fromhex(modulus.decode())),
                      "e": "AQAB"},
                     {"kty": "EC", "kid": "e", "crv": "P-256", "x": url(point[:32]),
                      "y": url(point[32:])}]
        self.jwks, self.callers = self.files.name + "/jwks", self.files.name + "/callers"
        with open(self.jwks, "w", encoding="ascii") as file:
            json.dump({"keys": self.keys}, file)
        with open(self.callers, "w", encoding="ascii") as file:
            file.write("edison - read:*\n")

    def close(self):
        self.files.cleanup()

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
