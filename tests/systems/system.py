# SPDX-License-Identifier: Apache-2.0
"""What the stand-ins share: two listeners, the faults, the journal, the command line.

The one idea: the system listens on one address, as the real one does, and is steered on a
second one (/_control/…), so that "down" can really mean that connections are refused.

    GET  /_control/counts            numbers
    GET  /_control/faults            how many requests met a fault
    POST /_control/faults  {rule}    one more fault (faults.py)
    DELETE /_control/faults          no more faults
    POST /_control/down    {"seconds": 20}   refuse connections, for ever without seconds
    POST /_control/up
"""
import argparse
import asyncio
import json
import os
import signal
import stat

from .faults import Faults
from .http_service import Response, Service


class System:
    """A stand-in gives `name`, `handle(request)`, `counts()` and perhaps `controls`."""
    name = ""

    def __init__(self, journal=None):
        self.faults = Faults()
        self.service = Service(self.handle, self.faults)
        self.control = Service(self._control)
        self.controls = {("GET", "counts"): lambda _: self.counts(),
                         ("GET", "faults"): lambda _: {"hits": self.faults.hits},
                         ("POST", "faults"): self.faults.add,
                         ("DELETE", "faults"): lambda _: self.faults.clear(),
                         ("POST", "down"): self._down,
                         ("POST", "up"): lambda _: self._up()}
        self.journal = None
        if journal:
            self._replay(journal)
            self.journal = open(journal, "a", encoding="utf-8")

    def handle(self, request):
        raise NotImplementedError

    def counts(self):
        raise NotImplementedError

    def deliver(self, kind, entity_id, key, body):
        """One PUT (body) or DELETE (None), also from the journal."""
        raise NotImplementedError

    def delivered(self, request, kind, entity_id):
        """Takes a PUT or DELETE and writes to the journal what it changed."""
        body = request.body if request.method == "PUT" else None
        key = request.headers.get("idempotency-key", "")
        answer = self.deliver(kind, entity_id, key, body)
        if self.journal and answer.status < 300:
            line = [kind, entity_id, key, body and body.decode()]
            self.journal.write(json.dumps(line, ensure_ascii=False) + "\n")
            self.journal.flush()
        return answer

    def _replay(self, path):
        if not os.path.exists(path):
            return
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                kind, entity_id, key, body = json.loads(line)
                self.deliver(kind, entity_id, key, body and body.encode())

    def _control(self, request):
        action = self.controls.get((request.method, request.parts[-1]))
        if action is None or request.parts[0] != "_control":
            return Response(404, {"detail": f"no control {request.method} {request.path}"})
        return Response(200, action(json.loads(request.body or b"{}")) or {})

    def _down(self, order):
        self.service.down()
        if "seconds" in order:
            asyncio.get_running_loop().call_later(order["seconds"], self._up)

    def _up(self):
        asyncio.get_running_loop().create_task(self.service.up())

    async def started(self):
        """Called once both listeners are there."""

    async def run(self, listen, control):
        url = await self.service.listen(*listen)
        steer = await self.control.listen(*control)
        await self.started()
        print(json.dumps({"name": self.name, "url": url, "control": steer + "/_control"}),
              flush=True)
        await self._until_told()

    async def _until_told(self):
        """Ends on SIGTERM or SIGINT, or when a pipe on stdin closes: whoever started us."""
        loop, done = asyncio.get_running_loop(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, done.set)
        if stat.S_ISFIFO(os.fstat(0).st_mode):
            loop.add_reader(0, lambda: os.read(0, 4096) or done.set())
        await done.wait()


def host_and_port(text):
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise argparse.ArgumentTypeError(f"{text} is not HOST:PORT")
    return host.strip("[]"), int(port)


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--listen", type=host_and_port, default=("127.0.0.1", 0),
                        help="HOST:PORT of the system; port 0 takes a free one (default)")
    parser.add_argument("--control", type=host_and_port, default=("127.0.0.1", 0),
                        help="HOST:PORT where it is steered")
    parser.add_argument("--journal", metavar="FILE", help="keep what is delivered in FILE")
    return parser
