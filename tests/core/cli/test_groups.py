# SPDX-License-Identifier: Apache-2.0
"""`schakel groups`: who reads how far, and moving it. (That a reset is refused while the process
runs, and what it does to deliveries: tests/end_to_end/test_operate.py.)"""
import json
import unittest

from small import Small


class GroupsTest(Small):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.klachten(10)

    def setUp(self):
        """A group of a process that ran once: it read nothing yet."""
        self.on_file("DELETE FROM position")
        for topic in ("klacht", "koppeling"):
            self.on_file("""WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 63)
                INSERT INTO position SELECT 'proef.lezer', first_shard + i, 0, 'proef' FROM topic, n
                WHERE name = ? AND i < partitions""", topic)

    def told(self, *arguments):
        return json.loads(self.ran("groups", *arguments, "--json"))

    def lag(self, topic="klacht"):
        return sum(one["achter"] for one in self.told("positions", "proef.lezer")
                   if one["topic"] == topic)

    def reset(self, *arguments, status=0):
        return self.ran("groups", "reset", "proef.lezer", "--reason", "test", *arguments, status=status)

    def test_the_list_says_topics_and_how_far_behind(self):
        one, = self.told("list")
        self.assertEqual((one["groep"], one["topics"], one["achter"]), ("proef.lezer", "klacht koppeling", 10))
        self.assertRegex(one["oudste"], r"^20\d\d-.*Z$")
        self.assertEqual(self.told(), [one])
        self.assertIn("proef.lezer", self.ran("groups"))

    def test_to_the_end_and_back_to_the_beginning(self):
        self.reset("--topic", "klacht", "--to", "last")
        self.assertEqual(self.lag(), 0)
        self.reset("--topic", "klacht", "--to", "first")
        self.assertEqual(self.lag(), 10)

    def test_to_a_position_in_each_partition(self):
        self.reset("--topic", "klacht", "--to", "1")
        self.assertEqual({one["positie"] for one in self.told("positions", "proef.lezer")
                          if one["topic"] == "klacht" and one["einde"] >= 1}, {1})

    def test_only_with_a_reason_a_point_and_a_topic_it_reads(self):
        self.assertIn("--reason", self.ran("groups", "reset", "proef.lezer", "--to", "first", status=2))
        self.assertIn("--to", self.reset(status=2))
        self.assertIn("--to", self.reset("--to", "ergens", status=2))
        self.assertIn("klacht koppeling", self.reset("--to", "first", status=2))
        self.assertIn("--topic", self.reset("--to", "first", "--topic", "mail", status=2))
        self.assertEqual(self.lag(), 10)

    def test_a_group_that_is_not_there(self):
        self.assertIn("geen groep", self.ran("groups", "positions", "nergens", status=1))
        self.assertIn("geen groep", self.ran("groups", "reset", "nergens", "--to", "first", "--reason", "x",
                                             status=1))
        self.assertIn("list, positions", self.ran("groups", "toon", status=2))


if __name__ == "__main__":
    unittest.main()
