# SPDX-License-Identifier: Apache-2.0
"""The contracts that lose nothing (design.md §6), for rest, the inbox and files: one test each
that loses or doubles without it, run on `schakel-klaroen` as it is delivered. Those of odbc:
tests/connectors/test_odbc_*.py; of mode full: tests/core/runtime/test_whole.py."""
import http.client
import json
import os
import signal
import sys
import unittest

sys.path.insert(0, os.path.join(os.environ["SK_SOURCE_DIR"], "tests", "core", "runtime"))
from installation import Installation, free_port, wait_until  # noqa: E402
from target import Target  # noqa: E402

QUICK = {"poll": "30ms", "retry.first": "50ms", "retry.most": "200ms"}


class Contract(unittest.TestCase):
    SETTINGS = {}

    def setUp(self):
        self.target = Target()
        self.addCleanup(self.target.close)
        self.installation = Installation("klaroen", {"url": self.target.url, **QUICK, **self.settings()})
        self.addCleanup(self.installation.close)
        self.installation.start_registry()

    def settings(self):
        return self.SETTINGS

    def klachten(self):
        return self.installation.newest("klacht")

    def sent_ever(self, topic="klacht"):
        """How many events were sent on a topic, compacted ones too: by each partition's last position."""
        positions = [one["position"] for one in self.installation.records(topic)]
        return sum(a + 1 for a, b in zip(positions, positions[1:] + [-1]) if b <= a)

    def wait_klachten(self, *keys):
        wait_until(lambda: set(self.klachten()) == set(keys), f"the complaints are {keys}")

    def rounds(self, count):
        """The source is asked so many times more."""
        asked = len(self.target.requests)
        wait_until(lambda: len(self.target.requests) >= asked + count, "it is asked again")

    @staticmethod
    def klacht(number, at="2026-11-24T08:00:00Z", **more):
        return {"klacht_id": f"K-{number}", "onderwerp": "hygiëne", "bron": {"gewijzigd_op": at}, **more}


class Asked(Contract):
    """rest, reading."""

    def serve(self, *items):
        self.target.items["klachten"] = list(items)

    def test_a_late_commit_before_a_position_already_given_is_found_with_overlap(self):
        self.serve(self.klacht(1), self.klacht(3))
        self.installation.start({"klachten.overlap": "1h"})
        self.wait_klachten("K-1", "K-3")
        self.serve(self.klacht(1), self.klacht(2), self.klacht(3))
        self.wait_klachten("K-1", "K-2", "K-3")
        self.rounds(10)
        self.assertEqual(self.sent_ever(), 3, "what is read again says nothing new")

    def test_a_deletion_erases_and_is_not_undone_by_reading_again(self):
        self.serve(self.klacht(1), self.klacht(2), {"id": "K-1", "verwijderd": True})
        self.installation.start({"klachten.overlap": "1h"})
        self.wait_klachten("K-2")
        sent = self.sent_ever()
        self.rounds(10)
        self.assertEqual((self.sent_ever(), set(self.klachten())), (sent, {"K-2"}))

    def test_what_is_changed_after_its_deletion_comes_back(self):
        self.serve(self.klacht(1), {"id": "K-1", "verwijderd": True})
        self.installation.start()
        self.rounds(4)
        self.target.items["klachten"].append(self.klacht(1, "2026-11-24T09:00:00Z"))
        self.wait_klachten("K-1")

    def test_the_position_moves_only_with_its_events(self):
        self.serve(*map(self.klacht, range(200)))
        child = self.installation.launch({"klachten.limit": "10"})
        for least in (20, 90, 150):
            wait_until(lambda wanted=least: len(self.klachten_or_none()) >= wanted, f"{least} events")
            self.installation.stop(child, signal.SIGKILL)
            child = self.installation.launch({"klachten.limit": "10"})
        self.wait_klachten(*(f"K-{number}" for number in range(200)))
        self.assertEqual(self.sent_ever(), 200)

    def klachten_or_none(self):
        try:
            return self.klachten()
        except AssertionError:
            return {}


class Pushed(Contract):
    """The inbox."""

    def settings(self):
        self.port = free_port()
        return {"inbox.listen": f"127.0.0.1:{self.port}", "klachten.adapter": "inbox", "oordelen.adapter": "inbox"}

    def post(self, record, hang_up=False):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        self.addCleanup(connection.close)
        connection.request("POST", "/inbox/klachten", json.dumps(record), {"Idempotency-Key": record.get("id", "k1")})
        return None if hang_up else connection.getresponse().status

    def test_a_push_that_is_repeated_after_a_lost_202_is_one_event(self):
        child = self.installation.start()
        self.post(self.klacht(1), hang_up=True)
        self.wait_klachten("K-1")
        self.assertEqual(self.post(self.klacht(1)), 202)
        self.installation.stop(child, signal.SIGKILL)
        self.installation.start()
        self.assertEqual(self.post(self.klacht(1)), 202)
        self.assertEqual(self.sent_ever(), 1)

    def test_a_push_of_before_an_erasure_that_is_repeated_does_not_bring_it_back(self):
        child = self.installation.start()
        self.assertEqual(self.post(self.klacht(1)), 202)
        self.assertEqual(self.post({"id": "K-1", "verwijderd": True}), 202)
        for record in (self.klacht(1), self.klacht(1, "2026-11-24T07:00:00Z")):
            self.assertEqual(self.post(record), 202)
        self.installation.stop(child, signal.SIGKILL)
        self.installation.start()
        self.assertEqual(self.post(self.klacht(1)), 202)
        self.assertEqual(self.klachten(), {})
        self.assertEqual(self.post(self.klacht(1, "2026-11-24T09:00:00Z")), 202)
        self.wait_klachten("K-1")

    def test_an_older_state_that_is_held_up_overwrites_nothing(self):
        self.installation.start()
        self.post(self.klacht(1, "2026-11-24T09:00:00Z", onderwerp="later"))
        self.assertEqual(self.post(self.klacht(1, onderwerp="eerder")), 202)
        self.assertEqual(self.klachten()["K-1"]["value"]["onderwerp"], "later")


class Dropped(Contract):
    """files, reading."""

    def settings(self):
        return {"klachten.adapter": "files"}

    def setUp(self):
        super().setUp()
        self.drop = f"{self.installation.folder}/drop"
        os.makedirs(self.drop)
        self.installation.settings["klachten.folder"] = self.drop

    def write(self, name, *klachten):
        with open(f"{self.drop}/{name}", "w", encoding="utf-8") as file:
            file.writelines(json.dumps(one) + "\n" for one in klachten)

    def leave(self, name, *klachten):
        self.write(name + ".part", *klachten)
        os.rename(f"{self.drop}/{name}.part", f"{self.drop}/{name}")

    def done(self):
        return sorted(os.listdir(f"{self.drop}/done"))

    def test_the_same_file_name_every_night_is_another_file(self):
        self.installation.start()
        for night in range(1, 4):
            self.leave("klachten.jsonl", self.klacht(1), self.klacht(night))
            wait_until(lambda count=night: len(self.done()) == count, f"night {night}")
        self.wait_klachten("K-1", "K-2", "K-3")
        self.assertEqual(self.sent_ever(), 3)
        self.assertEqual(self.done(), ["klachten.jsonl", "klachten.jsonl.2", "klachten.jsonl.3"])

    def test_a_name_that_is_used_again_at_once_loses_nothing(self):
        self.leave("klachten.jsonl", self.klacht(1))
        self.installation.start({"klachten.settle": "10ms"})
        self.wait_klachten("K-1")
        self.leave("klachten.jsonl", self.klacht(2))
        self.wait_klachten("K-1", "K-2")

    def test_a_file_that_is_half_written_is_not_read_until_it_rests(self):
        self.installation.start({"klachten.settle": "700ms"})
        line = json.dumps(self.klacht(1)) + "\n"
        with open(f"{self.drop}/slow.jsonl", "w", encoding="utf-8") as file:
            file.write(line + json.dumps(self.klacht(2))[:20])
            file.flush()
            self.leave("other.jsonl", self.klacht(9))
            self.wait_klachten("K-9")
            file.write(json.dumps(self.klacht(2))[20:] + "\n")
        self.wait_klachten("K-1", "K-2", "K-9")
        self.assertEqual((self.installation.records("dlq.klaroen"), self.sent_ever()), ([], 3))

    def test_what_is_called_part_or_tmp_is_never_read(self):
        self.installation.start({"klachten.settle": "10ms"})
        for name in ("a.jsonl.part", "b.jsonl.tmp", ".c.jsonl"):
            self.write(name, self.klacht(name))
        self.leave("d.jsonl", self.klacht(1))
        self.wait_klachten("K-1")
        self.rounds_of_files()
        self.wait_klachten("K-1")

    def rounds_of_files(self):
        self.leave("later.jsonl", self.klacht(1))
        wait_until(lambda: "later.jsonl" in self.done(), "the folder is looked at again")


class Delivered(Contract):
    """rest and files, delivering."""

    OUT = "opvang.locatie"

    def put(self, *numbers, **more):
        self.installation.put(self.OUT, [{"dossiernummer": f"91000000{number}", "namen": [{"naam": "De Bij"}], **more}
                                         for number in numbers])

    def offering(self):
        """Locations go to a folder, the rest stays."""
        self.out = f"{self.installation.folder}/out"
        os.makedirs(self.out)
        self.installation.settings |= {"locaties.adapter": "files", "locaties.folder": self.out}
        return self.installation.start()

    def offers(self, count=1):
        wait_until(lambda: len(self.offered()) >= count, f"{count} files are offered")
        return sorted(self.offered())

    def offered(self):
        return [name.removesuffix(".json") for name in os.listdir(self.out) if name.endswith(".json")]

    def answer(self, event, suffix, text=""):
        with open(f"{self.out}/{event}{suffix}", "w", encoding="utf-8") as file:
            file.write(text)

    def parked(self):
        return self.installation.newest("wacht.klaroen")

    def test_an_answer_that_is_lost_does_not_double_the_effect(self):
        dropped = []

        def behave(request):
            if request.command == "PUT" and len(dropped) < 3:
                dropped.append(request.headers["Idempotency-Key"])
                return ("drop",)
            return None
        self.target.behave = behave
        self.installation.start()
        self.put(1)
        wait_until(lambda: not self.parked() and len(self.target.effects) == 1 and len(dropped) == 3, "it is delivered")
        self.assertEqual(len(set(dropped)), 1, "the same key each time")

    def test_an_erasure_is_a_delete(self):
        self.installation.start()
        self.put(1)
        wait_until(lambda: len(self.target.effects) == 1, "the PUT")
        self.put(1, verwijderd=True)
        wait_until(lambda: len(self.target.effects) == 2, "the DELETE")
        self.assertEqual(self.target.effects[1][:2] + (self.target.effects[1][3],), ("locaties", "910000001", None))

    def test_an_erasure_is_a_file_that_says_so(self):
        self.offering()
        self.put(1)
        first, = self.offers()
        self.put(1, verwijderd=True)
        second = (set(self.offers(2)) - {first}).pop()
        with open(f"{self.out}/{second}.json", encoding="utf-8") as file:
            self.assertEqual(json.load(file), {"id": "910000001", "verwijderd": True})

    def test_offered_is_not_delivered_until_ok_whatever_dies(self):
        child = self.offering()
        self.put(1)
        event, = self.offers()
        wait_until(self.parked, "it waits for an answer")
        for _ in range(2):
            self.installation.stop(child, signal.SIGKILL)
            child = self.installation.start()
            self.assertEqual(len(self.parked()), 1)
        self.assertEqual(self.offered(), [event], "offered once")
        self.answer(event, ".ok")
        wait_until(lambda: not self.parked(), "it is delivered", 20)
        self.assertEqual(sorted(os.listdir(f"{self.out}/done")), [f"{event}.json", f"{event}.ok"])

    def test_a_fout_from_the_other_side_is_a_dead_letter_and_the_others_go_on(self):
        self.offering()
        self.put(1, 2)
        first, second = self.offers(2)
        self.answer(first, ".fout", "onbekende locatie\nzie handleiding")
        self.answer(second, ".ok")
        letter, = wait_until(lambda: self.installation.records("dlq.klaroen"), "the dead letter", 20)
        self.assertIn("onbekende locatie", letter["headers"]["schakel_error_text"])
        self.assertEqual(letter["headers"]["ce_id"], first)
        wait_until(lambda: not self.parked(), "none waits", 20)
        self.assertEqual(sorted(os.listdir(f"{self.out}/error")), [f"{first}.fout", f"{first}.json"])


if __name__ == "__main__":
    unittest.main()
