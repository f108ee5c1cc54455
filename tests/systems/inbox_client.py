# SPDX-License-Identifier: Apache-2.0
"""Pushes messages to an inbox: what a system does that calls us when something happens.

The one idea: messages with one id go in order, one at a time, and each until it is taken;
different ids go side by side over a fixed number of kept connections. A refusal (4xx other
than 408, 425 and 429) is remembered and not repeated.
"""
import asyncio
import time
from collections import deque
from urllib.parse import quote, urlsplit

PATIENCE_STATUSES = (408, 425, 429)


class Message:
    """released, accepted: seconds of CLOCK_MONOTONIC; accepted None: not taken yet."""
    __slots__ = ("entity_id", "key", "body", "released", "accepted", "refused", "attempts")

    def __init__(self, entity_id, key, body):
        self.entity_id, self.key, self.body = entity_id, key, body
        self.released = time.monotonic()
        self.accepted = self.refused = None
        self.attempts = 0


class _Line(asyncio.Protocol):
    """One kept connection; `message` is the one in hand."""

    def __init__(self, inbox):
        self.inbox, self.message, self.buffer = inbox, None, b""

    def connection_made(self, transport):
        self.transport = transport
        self.inbox.lines.add(self)
        self.inbox.idle.append(self)
        self.inbox.proceed()

    def connection_lost(self, exc):
        self.inbox.lost(self)

    def send(self, message):
        self.message = message
        message.attempts += 1
        self.transport.write(
            f"POST {self.inbox.path} HTTP/1.1\r\nhost: {self.inbox.host}\r\n"
            f"content-type: application/json\r\nidempotency-key: {quote(message.key)}\r\n"
            f"content-length: {len(message.body)}\r\n\r\n".encode() + message.body)

    def data_received(self, data):
        self.buffer += data
        head, separator, body = self.buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:]
                       if b": " in line)
        if len(body) < int(headers.get(b"content-length", 0)):
            return
        self.buffer = b""
        status = int(head.split(b" ", 2)[1])
        wait = float(headers.get(b"retry-after", b"0") or 0)
        message, self.message = self.message, None
        if headers.get(b"connection") == b"close":
            self.transport.close()
        else:
            self.inbox.idle.append(self)
        self.inbox.answered(message, status, wait, body)


class Inbox:
    def __init__(self, url, connections=64):
        parts = urlsplit(url)
        self.host, self.port, self.path = parts.hostname, parts.port, parts.path
        self.closed = False
        self.lines = set()
        self.idle, self.ready, self.queues = deque(), deque(), {}
        self.busy = set()  # ids in `ready` or on their way
        self.messages, self.pause_until = [], 0.0
        self.loop = asyncio.get_running_loop()
        for _ in range(connections):
            self._connect()

    def push(self, entity_id, key, body):
        message = Message(entity_id, key, body)
        self.messages.append(message)
        self.queues.setdefault(entity_id, deque()).append(message)
        self._offer(entity_id)
        self.proceed()

    def proceed(self):
        """Gives messages to idle connections."""
        if self.loop.time() < self.pause_until:
            return
        while self.idle and self.ready:
            line = self.idle.popleft()
            if line.transport.is_closing():
                continue
            entity_id = self.ready.popleft()
            line.send(self.queues[entity_id][0])

    def answered(self, message, status, wait, body):
        self.busy.discard(message.entity_id)
        if 200 <= status < 300 or (400 <= status < 500 and status not in PATIENCE_STATUSES):
            self.queues[message.entity_id].popleft()
            if status < 300:
                message.accepted = time.monotonic()
            else:
                message.refused = {"status": status, "answer": body.decode(errors="replace")}
        else:
            self._rest(max(wait, 0.1))
        self._offer(message.entity_id)
        self.proceed()

    def close(self):
        """No more pushing; what was not taken is forgotten."""
        self.closed = True
        for line in self.lines:
            line.transport.abort()

    def lost(self, line):
        self.lines.discard(line)
        if line in self.idle:
            self.idle.remove(line)
        if line.message is not None:
            self.busy.discard(line.message.entity_id)
            self._offer(line.message.entity_id, first=True)
        self.loop.call_later(0.02, self._connect)

    def counts(self):
        return {"pushed": len(self.messages),
                "accepted": sum(message.accepted is not None for message in self.messages),
                "refused": sum(message.refused is not None for message in self.messages),
                "attempts": sum(message.attempts for message in self.messages)}

    def _offer(self, entity_id, first=False):
        """Makes the oldest message of the id ready, if none of them is so already."""
        if entity_id in self.busy:
            return
        if not self.queues[entity_id]:
            del self.queues[entity_id]
            return
        self.busy.add(entity_id)
        if first:
            self.ready.appendleft(entity_id)
        else:
            self.ready.append(entity_id)

    def _rest(self, seconds):
        self.pause_until = self.loop.time() + seconds
        self.loop.call_later(seconds + 0.001, self.proceed)

    def _connect(self):
        if not self.closed:
            self.loop.create_task(self._open_line())

    async def _open_line(self):
        try:
            await self.loop.create_connection(lambda: _Line(self), self.host, self.port)
        except OSError:
            self.loop.call_later(0.05, self._connect)
