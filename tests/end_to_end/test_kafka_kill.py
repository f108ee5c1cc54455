# SPDX-License-Identifier: Apache-2.0
"""On Apache Kafka, with all processes at work: SIGKILL for a process every 2 s and one broker;
SIGKILL for each of three brokers in turn. In the end nothing is lost, applied twice or out of
order. SK_KILL_SECONDS: how long each (60; the issue's three minutes by SK_KILL_SECONDS=180)."""
import os
import time
import unittest

os.environ.setdefault("SK_KILL_SECONDS", "60")
import test_kill  # noqa: E402
from on_kafka import OnKafka  # noqa: E402

BROKER_EVERY = 20  # seconds


class KillOnKafka(OnKafka, test_kill.KillTest):
    """What test_kill asks of the embedded bus, at the pace of a broker on a small machine."""
    rate, every, drain = 100, 2, 240


class KillBrokers(OnKafka, test_kill.KillTest):
    """Processes are left alone; each broker in turn is killed and started again."""
    options, victims = ("--nodes", "3"), ()
    rate, drain = 50, 300

    def kill_for(self, seconds):
        self.killed = []
        return self.kill_beside(seconds, self.kill_brokers) | {"brokers": self.killed}

    def kill_brokers(self, over):
        """Started again at once, it takes part well before the next one falls."""
        while not over.is_set():
            start, node = time.monotonic(), len(self.killed) % 3 + 1
            self.kafka.kill(node)
            self.killed.append(node)
            self.kafka.start()
            over.wait(max(0, start + BROKER_EVERY - time.monotonic()))


if __name__ == "__main__":
    unittest.main()
