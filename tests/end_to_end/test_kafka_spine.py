# SPDX-License-Identifier: Apache-2.0
"""The scenarios of the embedded bus, unchanged, on Apache Kafka: Klaroen to Edison and back
through all processes, a person's decision, our own echo."""
import unittest

import test_oordeel
import test_spine
from on_kafka import OnKafka


class SpineOnKafka(OnKafka, test_spine.SpineTest):
    forgets = True


class OordeelOnKafka(OnKafka, test_oordeel.OordeelTest):
    forgets = True


class EchoOnKafka(OnKafka, test_spine.EchoTest):
    forgets = True


if __name__ == "__main__":
    unittest.main()
