# SPDX-License-Identifier: Apache-2.0
"""A bank of faults under load, on Apache Kafka and, where it makes sense, on the embedded bus:
each ends as the kill test does, with nothing lost, applied twice or out of order.
SK_FAULT_SECONDS: how long a fault lasts (30)."""
import os
import shutil
import signal
import subprocess
import unittest
from unittest import mock

FAULT = int(os.environ.get("SK_FAULT_SECONDS", "30"))
import test_kill  # noqa: E402
from on_kafka import OnKafka  # noqa: E402
from systems.client import wait_until  # noqa: E402
from systems.cut import Cut  # noqa: E402

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
DISK_MB = 192
LEAD, REST = 5, 10  # seconds of load before the fault and after it


class Bank:
    """Nobody is killed; `fault` runs once, in the middle of the load."""
    victims, rate, drain, seconds = (), 40, 300, LEAD + FAULT + REST

    def kill_for(self, seconds):
        return self.kill_beside(seconds, self.lead) | {"fault": type(self).__name__}

    def lead(self, over):
        over.wait(LEAD)
        self.fault()


class Stopped(Bank):
    """SIGSTOP of each process; whoever stood still for so long may be fenced, and goes on."""
    names = ("edison", "correlation", "klaroen", "registry")
    seconds = LEAD + len(names) * FAULT + REST

    def fault(self):
        pids = self.schakel.pids()
        for name in self.names:
            os.kill(pids[name], signal.SIGSTOP)
            self.addCleanup(go_on, pids[name])
            self.quiet(FAULT)
            go_on(pids[name])


def go_on(pid):
    try:
        os.kill(pid, signal.SIGCONT)
    except ProcessLookupError:
        pass


class StoppedOnKafka(Stopped, OnKafka, test_kill.KillTest):
    pass


class StoppedEmbedded(Stopped, test_kill.KillTest):
    pass


class ClockBack(Bank, test_kill.KillTest):
    """The clock of all our processes is set back an hour while they run. On the embedded bus
    only: librdkafka waits with cnd_timedwait, which libfaketime does not know, so that with
    another clock than the kernel's each of its waits is over at once."""

    def start(self):
        if not os.path.exists(FAKETIME):
            self.skipTest("libfaketime is not installed (Debian package faketime)")
        self.clock = os.path.join(self.folder, "clock")
        self.set_clock("+0")
        with mock.patch.dict(os.environ, {
                "LD_PRELOAD": FAKETIME, "FAKETIME_TIMESTAMP_FILE": self.clock,
                "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}):
            super().start()

    def set_clock(self, text):
        with open(self.clock + ".new", "w", encoding="ascii") as file:
            file.write(text + "\n")
        os.rename(self.clock + ".new", self.clock)

    def fault(self):
        self.set_clock("-3600")

    def assert_versions_grow(self, *topics):
        """Although the clock, as the events' own times show, went back."""
        super().assert_versions_grow(*topics)
        hours = {record["headers"]["ce_time"][:13] for record in self.schakel.records("klacht")}
        self.assertGreater(len(hours), 1, "every event is of the same hour")


class NetworkCutOnKafka(Bank, OnKafka, test_kill.KillTest):
    """Between all processes, and the broker's own coordinators, and the broker."""

    @classmethod
    def setUpClass(cls):
        cls.cut = Cut()
        cls.addClassCleanup(cls.cut.close)
        cls.options = (f"advertised.listeners=PLAINTEXT://{cls.cut.address}",)
        super().setUpClass()
        host, port = cls.kafka.address.split(":")
        cls.cut.to(host, int(port))
        cls.kafka.address = cls.cut.address

    def fault(self):
        self.cut.passes.clear()
        self.quiet(FAULT)
        self.cut.passes.set()


class BrokerDiskFull(Bank, OnKafka, test_kill.KillTest):
    """The broker's folder is a small disk that something else fills; then there is room again.
    A broker that cannot write ends itself and is started again."""

    @classmethod
    def make_folder(cls):
        folder = super().make_folder()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", folder],
                                 capture_output=True, text=True, check=False)
        if mounted.returncode:
            raise unittest.SkipTest(f"no small disk can be mounted here: {mounted.stderr.strip()}")
        cls.addClassCleanup(subprocess.run, ["umount", "-l", folder], check=True)
        return folder

    def fault(self):
        ballast = os.path.join(self.cluster_folder, "ballast")
        try:
            with open(ballast, "wb", buffering=0) as file:
                while file.write(b"x" * 65536):
                    pass
        except OSError:
            pass
        self.assertEqual(shutil.disk_usage(self.cluster_folder).free, 0)
        self.quiet(FAULT)
        os.remove(ballast)
        if self.kafka.runs():
            self.kafka.kill()
            wait_until(lambda: not self.kafka.runs(), 30, "the broker ended")
        self.kafka.start()


if __name__ == "__main__":
    unittest.main()
