# SPDX-License-Identifier: Apache-2.0
"""A backup is taken while complaints come in; what came after it comes again after the restore."""
import json
import os
import unittest

from scenario import Scenario


class BackupTest(Scenario):
    settings = {"klaroen": {"klachten.adapter": "rest", "klachten.poll": "100ms"}}

    def complaints(self, count):
        made = [self.klacht(self.places[i % len(self.places)]) for i in range(count)]
        self.say(*made)
        return made

    def backup(self):
        done = self.schakel.schakel("backup", f"{self.folder}/backup", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        told = {one["wat"]: one for one in map(json.loads, done.stdout.splitlines())}
        self.assertEqual(set(told), {"bus", "register"})
        for one in told.values():
            self.assertEqual(os.path.getsize(one["bestand"]), one["bytes"])

    def move_everything_away(self):
        """The bus, and the data with the caches, as a broken disk would; the systems remember."""
        self.schakel.stop()
        for name in ("bus", "data", "registry.db"):
            os.rename(os.path.join(self.folder, name), os.path.join(self.folder, f"{name}.lost"))
        for name in os.listdir(self.folder):
            if name.startswith("registry.db-"):
                os.unlink(os.path.join(self.folder, name))
        self.schakel.write()

    def restore(self, expected=0):
        done = self.schakel.schakel("restore", f"{self.folder}/backup")
        self.assertEqual(done.returncode, expected, done.stderr)
        return done

    def test_what_came_after_the_backup_comes_again_and_nothing_is_lost(self):
        safe = self.complaints(10)
        for klacht in safe:
            self.landed(klacht)
        coming = self.complaints(40)  # still on their way while the backup is taken
        self.backup()
        for klacht in coming:
            self.landed(klacht)
        after = self.complaints(10)
        for klacht in after:
            self.landed(klacht)
        before = {one["stuk_id"]: one["state"]["versie"] for one in self.edison.ask("stukken")["stukken"]}
        self.move_everything_away()
        self.restore()
        self.start()
        for klacht in self.complaints(5):
            self.landed(klacht)
        self.until(lambda: len(self.schakel.latest("koppeling")) == self.said, "every complaint is on the bus again")
        self.settle()
        held = {one["stuk_id"]: one["state"] for one in self.edison.ask("stukken")["stukken"]}
        self.assertEqual(len(held), self.said)
        self.assertEqual([name for name in before if held[name]["versie"] < before[name]], [])
        self.assertEqual({state["toestand"] for state in held.values()}, {"ACTIEF"})
        checks = self.edison.ask("checks")
        self.assertEqual((checks["overtaken"], checks["different"]), (0, 0))
        # Said again is what came after the backup, as a newer version with the same contents.
        again = {name.split("/")[1] for name in checks["applied_twice"]}
        self.assertEqual(again & {klacht["klacht_id"] for klacht in safe}, set())
        self.assertLessEqual({klacht["klacht_id"] for klacht in after}, again)

    def test_a_restore_never_writes_over_what_stands(self):
        self.backup()
        self.schakel.stop()
        size = os.path.getsize(f"{self.folder}/bus/schakel.db")
        done = self.restore(expected=2)
        self.assertIn("restore.stands", done.stderr)
        self.assertEqual(os.path.getsize(f"{self.folder}/bus/schakel.db"), size)

    def test_what_is_no_backup_is_not_put_in_place(self):
        self.backup()
        with open(f"{self.folder}/backup/bus.db", "wb") as file:
            file.write(b"not a bus " * 1000)
        self.move_everything_away()
        self.restore(expected=2)
        self.assertFalse(os.path.exists(f"{self.folder}/bus/schakel.db"))


if __name__ == "__main__":
    unittest.main()
