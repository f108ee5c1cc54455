# SPDX-License-Identifier: Apache-2.0
"""One to a few brokers of a folder, each with node-<n>/{server.properties, data, pid,
broker.log}. Their ports stay the same for as long as the folder is there."""
import base64
import os
import pathlib
import signal
import socket
import subprocess
import time
import uuid

from failure import Failure
from jars import java

STARTED = "Kafka Server started"
DEADLINE_S = 90
MOST_NODES = 5

SETTINGS = """\
process.roles=broker,controller
node.id={number}
controller.quorum.voters={voters}
listeners={protocol}://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
inter.broker.listener.name={protocol}
controller.listener.names=CONTROLLER
listener.security.protocol.map={protocol}:{protocol},CONTROLLER:{protocol}
log.dirs={folder}/data
auto.create.topics.enable=false
default.replication.factor={copies}
min.insync.replicas={written}
offsets.topic.replication.factor={copies}
offsets.topic.num.partitions=4
transaction.state.log.replication.factor={copies}
transaction.state.log.min.isr={written}
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor={copies}
share.coordinator.state.topic.min.isr={written}
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=4000
num.network.threads=2
num.io.threads=2
log.cleaner.dedupe.buffer.size=4194304
log.cleaner.threads=1
"""


def free_ports(count):
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in taken]
    for one in taken:
        one.close()
    return ports


class Node:
    def __init__(self, folder, number, port, controller):
        self.folder = folder / f"node-{number}"
        self.number, self.port, self.controller = number, port, controller
        self.process = None  # when started here

    def running(self):
        """The broker's process id, when it is there and is this folder's; else None."""
        try:
            pid = int((self.folder / "pid").read_text())
            command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return None
        return pid if str(self.folder / "server.properties").encode() in command else None

    def format(self, cluster):
        if not (self.folder / "data").exists():
            subprocess.run(java("64m", "kafka.tools.StorageTool", "format",
                                f"--cluster-id={cluster}",  # it may begin with "-"
                                "-c", self.folder / "server.properties"),
                           check=True, stdout=subprocess.DEVNULL)

    def start(self):
        with open(self.folder / "broker.log", "wb") as log:
            self.process = subprocess.Popen(
                java("256m", "kafka.Kafka", self.folder / "server.properties"),
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        (self.folder / "pid").write_text(str(self.process.pid))

    def ready(self):
        log = self.folder / "broker.log"
        if self.process and self.process.poll() is not None:
            raise Failure(f"the broker did not start; see {log}")
        return STARTED in log.read_text(errors="replace")

    def end(self, how):
        if pid := self.running():
            os.kill(pid, how)


class Cluster:
    """The nodes that the folder knows, or `count` new ones."""

    def __init__(self, folder, count=1):
        ports = folder / "ports"
        if not 1 <= count <= MOST_NODES:
            raise Failure(f"--nodes is 1 to {MOST_NODES}")
        if not ports.exists():
            folder.mkdir(parents=True, exist_ok=True)
            ports.write_text(" ".join(map(str, free_ports(2 * count))))
        found = [int(port) for port in ports.read_text().split()]
        self.folder = folder
        self.nodes = [Node(folder, i + 1, *found[2 * i:2 * i + 2])
                      for i in range(len(found) // 2)]

    def address(self):
        return ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    def cluster_id(self):
        known = self.folder / "cluster"
        if not known.exists():
            known.write_text(base64.urlsafe_b64encode(uuid.uuid4().bytes).decode()[:22])
        return known.read_text()

    def write_settings(self, node, properties, protocol):
        node.folder.mkdir(exist_ok=True)
        voters = ",".join(f"{one.number}@127.0.0.1:{one.controller}" for one in self.nodes)
        text = SETTINGS.format(
            number=node.number, voters=voters, protocol=protocol, port=node.port,
            controller=node.controller, folder=node.folder,
            copies=min(3, len(self.nodes)), written=min(2, len(self.nodes)))
        (node.folder / "server.properties").write_text(
            text + "".join(f"{line}\n" for line in properties))

    def start(self, properties, secure=False):
        """Starts those that do not run, and waits until all are ready."""
        for node in self.nodes:
            if not node.running():
                self.write_settings(node, properties, "SSL" if secure else "PLAINTEXT")
                node.format(self.cluster_id())
                node.start()
        deadline = time.monotonic() + DEADLINE_S
        try:
            while not all([node.ready() for node in self.nodes]):
                if time.monotonic() > deadline:
                    raise Failure(f"not ready after {DEADLINE_S} s; see {self.folder}")
                time.sleep(0.05)
        except Failure:
            self.stop()
            raise

    def stop(self):
        """All at once: the last ones could not end well without the others."""
        deadline = time.monotonic() + DEADLINE_S
        for node in self.nodes:
            node.end(signal.SIGTERM)
        while any(node.running() for node in self.nodes):
            if time.monotonic() > deadline:
                for node in self.nodes:
                    node.end(signal.SIGKILL)
            time.sleep(0.05)
        for node in self.nodes:
            (node.folder / "pid").unlink(missing_ok=True)
