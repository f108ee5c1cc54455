# SPDX-License-Identifier: Apache-2.0
"""A throw-away authority and the certificates that it gives: one for the brokers, one for
each user, whose name is its CN. Made once a folder; a user that comes later is added."""
import subprocess

from failure import program

BROKER = "broker"
CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

SETTINGS = """\
ssl.keystore.type=PEM
ssl.keystore.location={folder}/broker.pem
ssl.truststore.type=PEM
ssl.truststore.location={folder}/ca.crt
ssl.client.auth=required
ssl.principal.mapping.rules=RULE:^CN=([^,]+).*$/$1/,DEFAULT
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:broker
"""

SECTION = """\
[kafka]
security.protocol = ssl
ssl.ca.location = {folder}/ca.crt
ssl.certificate.location = {folder}/{{process}}.crt
ssl.key.location = {folder}/{{process}}.key
"""


def openssl(folder, *arguments):
    subprocess.run([program("openssl", "openssl"), *map(str, arguments)], cwd=folder,
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_authority(folder):
    openssl(folder, "req", "-x509", *CURVE, "-days", 30, "-keyout", "ca.key", "-out",
            "ca.crt", "-subj", "/CN=Schakel throw-away CA")


def make_certificate(folder, name):
    (folder / "san").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    openssl(folder, "req", *CURVE, "-keyout", f"{name}.key", "-out", f"{name}.csr",
            "-subj", f"/CN={name}")
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey",
            "ca.key", "-CAcreateserial", "-days", 30, "-extfile", "san", "-out",
            f"{name}.crt")
    (folder / f"{name}.csr").unlink()


def settle(folder, users):
    """Makes what is missing; returns the brokers' properties."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / "ca.crt").exists():
        make_authority(folder)
    for name in [BROKER, *users]:
        if not (folder / f"{name}.crt").exists():
            make_certificate(folder, name)
    (folder / "broker.pem").write_text(
        "".join((folder / f"{BROKER}.{kind}").read_text() for kind in ("key", "crt")))
    return SETTINGS.format(folder=folder).splitlines()


def section(folder):
    """The section [kafka] of a configuration whose processes are the users."""
    return SECTION.format(folder=folder)
