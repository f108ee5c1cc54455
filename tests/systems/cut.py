# SPDX-License-Identifier: Apache-2.0
"""A network that can be cut: a TCP proxy in front of one address. While it is cut, nothing
passes and nobody is told, as when packets are lost; what was under way goes on afterwards."""
import socket
import threading

CHUNK = 65536


class Cut:
    def __init__(self):
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listening.getsockname()[1]}"
        self.passes = threading.Event()
        self.target = None

    def to(self, host, port):
        self.target = (host, port)
        self.passes.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.listening.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near):
        self.passes.wait()
        try:
            far = socket.create_connection(self.target)
        except OSError:
            near.close()
            return
        for one, other in ((near, far), (far, near)):
            threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one, other):
        try:
            while data := one.recv(CHUNK):
                self.passes.wait()
                other.sendall(data)
        except OSError:
            pass
        for end in (one, other):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def close(self):
        self.passes.set()
        self.listening.close()
