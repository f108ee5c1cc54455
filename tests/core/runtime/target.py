# SPDX-License-Identifier: Apache-2.0
"""A scripted outside system: serves records, takes deliveries, misbehaves as it is told.

The one idea: `behave` is a function of the request that returns None (answer well) or what to
do instead: ("status", code, headers, body), ("slow", seconds), ("drop",) = do the work and
close without an answer. What was really applied stands in `effects`, in order.
"""
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit


class Target:
    def __init__(self):
        self.lock = threading.Condition()
        self.items = {}        # resource: list of records; the position is the index
        self.effects = []      # (resource, id, event id, body), applied once each
        self.requests = []     # (method, path, headers)
        self.behave = lambda request: None
        self.released = threading.Event()
        self.port, self.server = None, None
        self.up()

    def up(self):
        handler = type("Handler", (_Handler,), {"target": self})
        self.server = _Server(("127.0.0.1", self.port or 0), handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def down(self):
        """Connections are refused, and those that are open are gone."""
        self.server.shutdown()
        self.server.server_close()
        self.server.drop_all()

    def close(self):
        self.released.set()
        self.down()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def ids(self, resource=None):
        with self.lock:
            return [one[1] for one in self.effects if resource in (None, one[0])]

    def apply(self, resource, entity, event, body):
        with self.lock:
            if all(event != one[2] for one in self.effects):
                self.effects.append((resource, entity, event, body))
            self.lock.notify_all()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, *arguments):
        self.open = set()
        super().__init__(*arguments)

    def process_request(self, request, client_address):
        self.open.add(request)
        super().process_request(request, client_address)

    def drop_all(self):
        for connection in list(self.open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def handle_error(self, request, client_address):
        pass


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    target = None

    def log_message(self, *_):
        pass

    def _answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _misbehave(self):
        """True when the request has been dealt with."""
        what = self.target.behave(self)
        self.dropped = bool(what) and what[0] == "drop"
        if what and what[0] == "slow":
            self.target.released.wait(what[1])
        if what and what[0] == "status":
            self._answer(what[1], what[3] if len(what) > 3 else b"", what[2] if len(what) > 2 else ())
            return True
        return False

    def _begin(self):
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.target.lock:
            self.target.requests.append((self.command, self.path, dict(self.headers)))
        return not self._misbehave()

    def do_GET(self):
        if not self._begin():
            return
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        after, limit = int(query.get("after", ["0"])[0] or 0), int(query["limit"][0])
        items = self.target.items.get(parts.path.strip("/"), [])[after:after + limit]
        body = json.dumps({"items": items, "next": str(after + len(items))}).encode()
        self._answer(200, body)

    def do_PUT(self):
        if not self._begin():
            return
        resource, entity = self.path.strip("/").split("/")
        body = json.loads(self.body) if self.command == "PUT" else None
        self.target.apply(resource, unquote(entity), self.headers["Idempotency-Key"], body)
        if self.dropped:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._answer(204)

    do_DELETE = do_PUT
