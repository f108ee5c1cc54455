# SPDX-License-Identifier: Apache-2.0
"""A small HTTP/1.1 service on asyncio that can be told to fail.

The one idea: a connection is a protocol object with a byte buffer, one request in hand at a
time, and no coroutine per request; so one core answers many thousands of requests a second
and the stand-in is never what a benchmark measures. Faults are applied here, around the
handler, so that every system fails in the same ways.
"""
import asyncio
import json
import socket
from urllib.parse import parse_qsl, unquote

MAX_HEAD = 64 * 1024
MAX_BODY = 8 * 1024 * 1024
REASONS = {200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 400: "Bad Request",
           404: "Not Found", 405: "Method Not Allowed", 409: "Conflict", 411: "Length Required",
           413: "Content Too Large", 422: "Unprocessable Content", 429: "Too Many Requests",
           500: "Internal Server Error", 503: "Service Unavailable"}


class Request:
    """One request. `parts`: the path's segments, percent-decoded."""
    __slots__ = ("method", "path", "query", "headers", "body")

    def __init__(self, method, target, headers):
        self.method, self.headers, self.body = method, headers, b""
        self.path, _, self.query = target.partition("?")

    @property
    def parts(self):
        return [unquote(part) for part in self.path.split("/")[1:]]

    @property
    def parameters(self):
        return dict(parse_qsl(self.query))


class Response:
    __slots__ = ("status", "body", "headers")

    def __init__(self, status, body=b"", headers=()):
        self.status, self.headers = status, headers
        self.body = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()

    def encode(self):
        lines = [f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Status')}",
                 f"content-length: {len(self.body)}", "content-type: application/json"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


class _BadRequest(Exception):
    def __init__(self, status, detail):
        super().__init__(detail)
        self.response = Response(status, {"detail": detail})


def _parse_head(head):
    """Method, target and headers (lower case names) of the bytes before the empty line."""
    try:
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
    except ValueError:
        raise _BadRequest(400, "no HTTP request line") from None
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    if "transfer-encoding" in headers:
        raise _BadRequest(411, "send a Content-Length")
    return Request(method, target, headers)


class _Connection(asyncio.Protocol):
    def __init__(self, service):
        self.service, self.buffer, self.request, self.busy = service, bytearray(), None, False

    def connection_made(self, transport):
        self.transport = transport
        self.service.connections.add(self)

    def connection_lost(self, exc):
        self.service.connections.discard(self)

    def data_received(self, data):
        self.buffer += data
        self.proceed()

    def proceed(self):
        """Answers every whole request in the buffer; stops while a slow answer is due."""
        try:
            while not self.busy and self._take():
                request, self.request = self.request, None
                self.service.answer(self, request)
        except _BadRequest as bad:
            self.transport.write(bad.response.encode())
            self.transport.close()

    def _take(self):
        """True when self.request is whole."""
        if self.request is None:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self.buffer) > MAX_HEAD:
                    raise _BadRequest(413, "the head is over 64 KiB")
                return False
            self.request = _parse_head(bytes(self.buffer[:end]))
            del self.buffer[:end + 4]
            if self.request.headers.get("expect", "").lower() == "100-continue":
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        length = self.request.headers.get("content-length", "0")
        if not length.isdigit():
            raise _BadRequest(400, "Content-Length is no number")
        if int(length) > MAX_BODY:
            raise _BadRequest(413, "the body is over 8 MiB")
        if len(self.buffer) < int(length):
            return False
        self.request.body = bytes(self.buffer[:int(length)])
        del self.buffer[:int(length)]
        return True

    def write(self, response, close):
        self.transport.write(response.encode())
        if close:
            self.transport.close()


class Service:
    """`handle(request)` gives a Response; `faults` (faults.py) may change what comes of it."""

    def __init__(self, handle, faults=None):
        self.handle, self.faults, self.connections = handle, faults, set()
        self.server = self.reservation = None

    async def listen(self, host, port):
        """Binds; the port stays ours, also while the service is down. Returns its URL."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.reservation = socket.socket(family, socket.SOCK_STREAM)
        self.reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.reservation.bind((host, port))
        self.address = self.reservation.getsockname()[:2]
        await self.up()
        return f"http://{self.address[0]}:{self.address[1]}"

    async def up(self):
        if self.server is None:
            self.server = await asyncio.get_running_loop().create_server(
                lambda: _Connection(self), *self.address, reuse_port=True, backlog=512)

    def down(self):
        """Connections are cut and new ones refused, as when the program is gone."""
        if self.server is not None:
            self.server.close()
            self.server = None
        for connection in list(self.connections):
            connection.transport.abort()

    def answer(self, connection, request):
        fault = self.faults.next_for(request) if self.faults else None
        if fault is None:
            connection.write(self._handled(request), request.headers.get("connection") == "close")
        elif fault.kind == "status":
            headers = [("retry-after", fault.retry_after)] if fault.retry_after is not None else []
            connection.write(Response(fault.status, {"detail": "told to fail"}, headers), False)
        elif fault.kind == "garbage":
            connection.transport.write(b"\x00\xff*** no HTTP at all ***\r\n\r\n")
            connection.transport.close()
        elif fault.kind == "drop":
            self._handled(request)
            connection.transport.abort()
        elif fault.kind == "slow":
            connection.busy = True
            asyncio.get_running_loop().call_later(fault.ms / 1000, self._late, connection, request)

    def _late(self, connection, request):
        connection.busy = False
        if not connection.transport.is_closing():
            connection.write(self._handled(request), False)
            connection.proceed()

    def _handled(self, request):
        try:
            return self.handle(request)
        except (ValueError, KeyError, TypeError) as error:
            return Response(400, {"detail": f"{type(error).__name__}: {error}"})
