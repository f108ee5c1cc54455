# SPDX-License-Identifier: Apache-2.0
"""schakel acl: to each process what it does on the bus, and nothing else."""
import json
import os
import shlex
import subprocess
import tempfile
import unittest

PROGRAMS = os.path.join(os.environ["SK_BINARY_DIR"], "bin")
CONFIG = """\
[schakel]
bus = kafka:een:9092,twee:9092
[kafka]
security.protocol = ssl
[registry]
[correlation]
[edison]
[klaroen]
"""


class AclTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="schakel-acl-")
        cls.addClassCleanup(folder.cleanup)
        cls.config = os.path.join(folder.name, "schakel.ini")
        with open(cls.config, "w", encoding="utf-8") as file:
            file.write(CONFIG)
        cls.granted = json.loads(cls.acl("--json"))

    @classmethod
    def acl(cls, *arguments):
        done = subprocess.run([f"{PROGRAMS}/schakel", "acl", "--config", cls.config, *arguments],
                              capture_output=True, text=True, check=True)
        return done.stdout

    def names(self, user, resource, operation):
        return {name for one in self.granted if one["principal"] == f"User:{user}"
                and one["resource"] == resource and operation in one["operations"]
                for name in one["names"]}

    def test_only_the_source_of_an_event_may_write_it(self):
        may = {topic: {one["principal"] for one in self.granted if "Write" in one["operations"]
                       and topic in one["names"]}
               for topic in ("klacht", "opvang.locatie", "dossier.stuk", "koppeling")}
        self.assertEqual(may, {"klacht": {"User:klaroen"}, "opvang.locatie": {"User:edison"},
                               "dossier.stuk": {"User:correlation"}, "koppeling": {"User:correlation"}})

    def test_nobody_reads_what_is_not_meant_for_it(self):
        self.assertNotIn("klacht", self.names("edison", "topic", "Read"))
        self.assertNotIn("dossier.stuk", self.names("klaroen", "topic", "Read"))
        self.assertEqual({topic for topic in self.names("klaroen", "topic", "Read")
                          if topic.startswith(("dlq.", "wacht."))}, {"dlq.klaroen", "wacht.klaroen"})

    def test_each_has_its_own_groups_and_transactional_id(self):
        for user in ("correlation", "edison", "klaroen"):
            self.assertEqual(self.names(user, "group", "Read"), {user, f"{user}."})
            self.assertEqual(self.names(user, "transactional-id", "Write"), {user})

    def test_only_the_operator_may_make_topics(self):
        self.assertEqual({one["principal"] for one in self.granted if "Create" in one["operations"]},
                         {"User:schakel"})

    def test_the_commands_say_the_same_as_the_json(self):
        said = []
        for line in self.acl().splitlines():
            words = shlex.split(line)
            self.assertEqual(words[:4], ["kafka-acls.sh", "--bootstrap-server", "een:9092,twee:9092", "--add"])
            pairs = list(zip(words[4::2], words[5::2]))
            resource = pairs[-1][0].removeprefix("--")
            said.append({"principal": dict(pairs)["--allow-principal"], "resource": resource,
                         "pattern": dict(pairs).get("--resource-pattern-type", "literal"),
                         "names": [value for key, value in pairs if key == f"--{resource}"],
                         "operations": [value for key, value in pairs if key == "--operation"]})
        self.assertEqual(said, self.granted)

    def test_a_principal_may_be_called_otherwise(self):
        self.assertIn("'User:CN=edison,O=Opgroeien'",
                      self.acl("--principal", "User:CN={process},O=Opgroeien"))


if __name__ == "__main__":
    unittest.main()
