# SPDX-License-Identifier: Apache-2.0
"""All of Schakel on three brokers, each of which is killed in turn: nothing is lost or late
for good, nothing is applied twice."""
import unittest

from on_kafka import OnKafka


class ThreeBrokersTest(OnKafka):
    options = ("--nodes", "3")

    def test_one_after_the_other_may_be_killed(self):
        first = self.klacht(self.places[0])
        self.say(first)
        self.landed(first)
        for node in (1, 2, 3):
            klacht = self.klacht(self.places[node])
            self.kafka.kill(node)
            self.say(klacht)
            self.landed(klacht, 60)
            self.kafka.start()
        self.assert_nothing_wrong_at_edison()


if __name__ == "__main__":
    unittest.main()
