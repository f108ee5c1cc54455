# SPDX-License-Identifier: Apache-2.0
"""Hands the rights that `schakel acl --json` writes to the brokers, all in one request of
Kafka's protocol (CreateAcls, version 1): kafka-acls.sh would start a Java for each line."""
import json
import socket
import ssl
import struct

from failure import Failure

CREATE_ACLS, VERSION = 30, 1
TIMEOUT_S = 20
RESOURCES = {"topic": 2, "group": 3, "cluster": 4, "transactional-id": 5}
PATTERNS = {"literal": 3, "prefixed": 4}
OPERATIONS = {"Read": 3, "Write": 4, "Create": 5, "Delete": 6, "Alter": 7, "Describe": 8,
              "DescribeConfigs": 10}
ALLOW = 3


def read(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as problem:
        raise Failure(f"{path}: {problem}; `schakel acl --json` writes it")


def user_of(principal):
    """User:edison, User:CN=edison → edison"""
    return principal.removeprefix("User:").removeprefix("CN=").split(",")[0]


def text(value):
    encoded = value.encode()
    return struct.pack(">h", len(encoded)) + encoded


def creations(granted):
    for one in granted:
        for name in one["names"]:
            for operation in one["operations"]:
                yield (struct.pack(">b", RESOURCES[one["resource"]]) + text(name)
                       + struct.pack(">b", PATTERNS[one["pattern"]])
                       + text(one["principal"]) + text("*")
                       + struct.pack(">bb", OPERATIONS[operation], ALLOW))


def request(granted):
    rows = list(creations(granted))
    body = (struct.pack(">hhi", CREATE_ACLS, VERSION, 1) + text("deploy-kafka")
            + struct.pack(">i", len(rows)) + b"".join(rows))
    return struct.pack(">i", len(body)) + body


def receive(connection, size):
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        if not more:
            raise Failure("the broker closed the connection; is --secure new here?")
        data += more
    return data


def check(answer):
    """Failure with the first error: correlation, throttle, then code and text a row."""
    count, = struct.unpack_from(">i", answer, 8)
    at = 12
    for _ in range(count):
        code, length = struct.unpack_from(">hh", answer, at)
        at += 4 + max(length, 0)
        if code:
            raise Failure(f"rights: Kafka error {code}: {answer[at - length:at].decode()}")


def apply(address, folder, granted):
    host, port = address.split(",")[0].split(":")
    context = ssl.create_default_context(cafile=folder / "ca.crt")
    context.load_cert_chain(folder / "broker.crt", folder / "broker.key")
    with socket.create_connection((host, int(port)), TIMEOUT_S) as plain, \
            context.wrap_socket(plain, server_hostname=host) as connection:
        connection.sendall(request(granted))
        size, = struct.unpack(">i", receive(connection, 4))
        check(receive(connection, size))
