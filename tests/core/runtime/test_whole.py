# SPDX-License-Identifier: Apache-2.0
"""Mode `full`: a system that can only be read whole, seen from outside. The rows are those of
`permits` (permits.c): a dump in a folder, or a resource that knows no `after`."""
import json
import os
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from installation import BINARY, Installation, wait_until  # noqa: E402
from target import Target  # noqa: E402

TOPIC, FLOW = "opvang.locatie", "vergunningen"
GONE = "NIET_MEER_GELEVERD"


class Whole(unittest.TestCase):
    """Means: an installation, what stands on the bus, `schakel accept`."""

    def setUp(self):
        self.target = Target()
        self.addCleanup(self.target.close)
        self.installation = Installation("permits", {"poll": "50ms", **self.settings()})
        self.addCleanup(self.installation.close)
        self.installation.start_registry()

    def settings(self):
        raise NotImplementedError

    def records(self):
        return self.installation.records(TOPIC)

    def newest(self):
        return {key: one["value"] for key, one in self.installation.newest(TOPIC).items()}

    def gone(self):
        return {key for key, value in self.newest().items() if value["toestand"] == GONE}

    def holder(self, key):
        return self.newest()[key]["namen"][0]["naam"]

    def flow(self):
        return self.installation.flow(FLOW)

    def wait_refused(self):
        return wait_until(lambda: self.flow()["toestand"] == "GESTOPT" and self.flow()["fout"],
                          f"the read is refused; log:\n{self.installation.logged()[-1500:]}")

    def weigeringen(self):
        return [one["value"] for one in self.installation.newest("schakel.weigering").values()]

    def accept(self, *arguments):
        command = [f"{BINARY}/schakel", "accept", *arguments, "--config", self.installation.configuration()]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


class Dumps(Whole):
    """A dump in a folder."""

    def settings(self):
        return {f"{FLOW}.adapter": "files", f"{FLOW}.folder": "DROP", f"{FLOW}.mode": "full"}

    def setUp(self):
        super().setUp()
        self.drop = f"{self.installation.folder}/drop"
        os.makedirs(self.drop)
        self.installation.settings[f"{FLOW}.folder"] = self.drop
        self.count = 0

    def write(self, text, name="permits.csv"):
        with open(f"{self.drop}/{name}.part", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(f"{self.drop}/{name}.part", f"{self.drop}/{name}")

    @staticmethod
    def csv(rows):
        return "nummer;houder\n" + "".join(f"{key};{holder}\n" for key, holder in rows.items())

    def taken(self):
        done = f"{self.drop}/done"
        return len(os.listdir(done)) if os.path.isdir(done) else 0

    def wait_taken(self, seconds=30):
        self.count += 1
        wait_until(lambda: self.taken() == self.count,
                   f"{self.count} dumps are taken; log:\n{self.installation.logged()[-1500:]}", seconds)

    def dump(self, rows, seconds=30):
        """The same name every night."""
        self.write(self.csv(rows))
        self.wait_taken(seconds)

    @staticmethod
    def rows(count, holder="Acme"):
        return {f"V-{number}": holder for number in range(count)}

    # What is new ------------------------------------------------------------------------

    def test_an_unchanged_dump_gives_no_event_and_a_changed_row_one(self):
        self.installation.start()
        rows = self.rows(50)
        self.dump(rows)
        first = self.records()
        self.assertEqual(len(first), 50)
        self.dump(rows)
        self.dump(rows)
        self.assertEqual(self.records(), first)
        self.dump({**rows, "V-7": "Bemco"})
        self.assertEqual(self.holder("V-7"), "Bemco")
        changed = [one for one in self.records() if one not in first]
        self.assertEqual([one["key"] for one in changed], ["V-7"])

    def test_a_then_b_then_a_are_three_events(self):
        self.installation.start()
        seen = []
        for holder in ("A", "B", "A"):
            self.dump({"V-1": holder, "V-2": "stays"})
            seen.append(self.installation.newest(TOPIC)["V-1"])
        self.assertEqual([one["value"]["namen"][0]["naam"] for one in seen], ["A", "B", "A"])
        self.assertEqual(len({one["headers"]["ce_id"] for one in seen}), 3)
        self.assertEqual(sorted({one["value"]["versie"] for one in seen}), [one["value"]["versie"] for one in seen])

    def test_dumps_that_waited_are_compared_one_after_the_other(self):
        for number, holder in enumerate(("A", "B", "A")):
            self.write(self.csv({"V-1": holder}), f"n{number}.csv")
            os.utime(f"{self.drop}/n{number}.csv", (1000 + number, 1000 + number))
        self.installation.start({f"{FLOW}.settle": "10ms"})
        wait_until(lambda: self.taken() == 3, "three dumps are taken")
        self.installation.stop(self.installation.running[-1])
        self.assertEqual(self.flow()["verstuurd"], 3)

    # What is missing --------------------------------------------------------------------

    def test_a_missing_row_is_said_to_be_gone_and_to_be_back(self):
        self.installation.start()
        rows = self.rows(30)
        self.dump(rows)
        before = self.newest()["V-3"]
        self.dump({key: holder for key, holder in rows.items() if key != "V-3"})
        self.assertEqual(self.gone(), {"V-3"})
        after = self.newest()["V-3"]
        self.assertEqual({**after, "toestand": before["toestand"], "versie": before["versie"]}, before)
        count = len(self.records())
        self.dump({key: holder for key, holder in rows.items() if key != "V-3"})
        self.assertEqual(len(self.records()), count, "gone once is no news again")
        self.dump(rows)
        self.assertEqual(self.gone(), set())

    def test_what_another_source_said_is_not_missing(self):
        child = self.installation.start()
        self.dump(self.rows(3))
        self.installation.stop(child)
        self.installation.put(TOPIC, [{"dossiernummer": "elders", "namen": [{"naam": "x"}]}])
        self.installation.start()
        self.dump(self.rows(2))
        self.assertEqual(self.gone(), {"V-2"})

    def test_a_row_that_cannot_be_used_is_a_dead_letter_and_not_missing(self):
        self.installation.start()
        self.dump(self.rows(30))
        rows = [{"nummer": key, "houder": holder} for key, holder in self.rows(30).items()]
        rows[4] = {"nummer": "V-4", "dossiernummer": "V-4"}
        self.write("".join(json.dumps(one) + "\n" for one in rows[:28]), "permits.jsonl")
        self.wait_taken()
        letter, = self.installation.records("dlq.permits")
        self.assertEqual(letter["headers"]["schakel_origin"], "permits.jsonl:5")
        self.assertEqual(self.gone(), {"V-28", "V-29"}, "the row names its key")

    def test_while_a_row_does_not_say_whose_it_is_nothing_is_said_to_be_gone(self):
        self.installation.start()
        self.dump(self.rows(30))
        self.write(self.csv(self.rows(28)) + "V-29;te;veel\n")
        self.wait_taken()
        self.assertEqual(self.gone(), set())
        self.assertIn("whole.unsure", self.installation.logged())
        self.dump(self.rows(28))
        self.assertEqual(self.gone(), {"V-28", "V-29"})

    def test_one_key_twice_with_different_contents_is_not_guessed(self):
        self.installation.start()
        self.write(self.csv({"V-1": "A", "V-2": "x"}) + "V-1;B\nV-2;x\n")
        self.wait_taken()
        self.assertEqual((self.holder("V-1"), len(self.records())), ("A", 2))
        letter, = self.installation.records("dlq.permits")
        self.assertEqual(letter["headers"]["schakel_error_id"], "whole.double")

    # Too much is missing ----------------------------------------------------------------

    def test_twenty_may_be_missing_of_a_few_and_two_percent_of_many(self):
        for known, limit in ((30, 20), (2000, 40)):
            with self.subTest(known=known):
                if known == 2000:
                    self.tearDown_between()
                self.installation.start()
                self.dump(self.rows(known))
                self.dump(self.rows(known - limit))
                self.assertEqual(len(self.gone()), limit)
                self.dump(self.rows(known))
                self.write(self.csv(self.rows(known - limit - 1)))
                self.assertEqual(self.wait_refused()["id"], "whole.refused")
                self.assertEqual(self.gone(), set())

    def tearDown_between(self):
        self.doCleanups()
        self.setUp()

    def refuse(self, known=60, left=20):
        self.installation.start()
        self.dump(self.rows(known))
        self.write(self.csv({**self.rows(left), "V-1": "Bemco"}))
        return self.wait_refused()

    def test_a_refused_read_changes_nothing_and_says_what_to_do(self):
        error = self.refuse()
        self.assertIn("schakel accept permits/vergunningen", error["tekst"])
        self.assertIn("40 of the 60", error["tekst"])
        self.assertEqual((self.gone(), self.holder("V-1"), len(self.records())), (set(), "Acme", 60))
        self.assertEqual(os.listdir(self.drop).count("permits.csv"), 1)
        shown = self.accept()
        self.assertEqual(shown.returncode, 1)
        self.assertIn("40 van 60", shown.stdout)

    def test_an_acceptance_needs_a_reason_and_lets_this_read_through_once(self):
        self.refuse()
        self.assertEqual(self.accept("permits/vergunningen").returncode, 2)
        self.assertEqual(self.accept("permits/anders", "--reason", "x").returncode, 1)
        done = self.accept("permits/vergunningen", "--reason", "kleine registratie weg")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.wait_taken()
        self.assertEqual((self.accept().returncode, self.accept().stdout), (0, "geen enkele lezing is geweigerd\n"))
        self.assertEqual((len(self.gone()), self.holder("V-1")), (40, "Bemco"))
        self.assertIsNone(self.flow()["fout"])
        one, = self.weigeringen()
        self.assertEqual((one["aanvaard"]["reden"], one["aanvaard"]["door"]["via"], one["ontbrekend"]),
                         ("kleine registratie weg", "CLI", 40))
        self.assertTrue(one["aanvaard"]["door"]["gebruiker_id"] and one["aanvaard"]["op"] and one["gebruikt_op"])
        self.dump(self.rows(60))
        self.write(self.csv({**self.rows(20), "V-1": "Bemco"}))
        self.wait_refused()
        self.assertEqual(self.gone(), set())

    def test_a_refusal_and_its_acceptance_survive_a_kill(self):
        self.refuse()
        self.installation.stop(self.installation.running[-1], signal.SIGKILL)
        self.installation.start()
        self.wait_refused()
        self.installation.stop(self.installation.running[-1], signal.SIGKILL)
        self.assertEqual(len(self.weigeringen()), 1, "the same read is refused once")
        self.assertEqual(self.accept("vergunningen", "--reason", "x").returncode, 0)
        self.installation.start({f"{FLOW}.settle": "10ms"})
        self.wait_taken()
        self.assertEqual(len(self.gone()), 40)

    def test_a_newer_dump_takes_the_place_of_a_refused_one(self):
        self.refuse()
        self.write(self.csv(self.rows(60, "Nieuw")), "later.csv")
        self.wait_taken()
        self.assertEqual(self.holder("V-1"), "Nieuw")
        with open(f"{self.drop}/error/permits.csv.reason", encoding="utf-8") as file:
            self.assertIn("whole.refused", file.read())
        self.assertEqual(self.accept("vergunningen", "--reason", "te laat").returncode, 1)
        self.assertTrue(self.weigeringen()[0]["vervallen_op"])

    def test_a_dump_without_rows_is_refused(self):
        self.installation.start()
        self.dump(self.rows(30))
        self.write("nummer;houder\n")
        self.wait_refused()
        self.assertEqual(self.gone(), set())

    # Half a dump ------------------------------------------------------------------------

    def test_a_dump_that_was_cut_off_is_never_compared(self):
        self.installation.start()
        self.dump(self.rows(30))
        cut = self.csv(self.rows(30))[:-len("V-27;Acme\nV-28;Acme\nV-29;Acme\n") - 5]
        good = [{"nummer": key, "houder": holder} for key, holder in self.rows(30).items()]
        lines = "".join(json.dumps(one) + "\n" for one in good)
        for name, text in (("cut.csv", cut), ("cut.json", json.dumps(good)[:-200]), ("cut.jsonl", lines[:-60])):
            self.write(text, name)
            wait_until(lambda path=f"{self.drop}/error/{name}.reason": os.path.exists(path), f"{name} is set aside")
        self.assertEqual((self.gone(), len(self.records())), (set(), 30))

    def test_a_system_that_ends_no_line_says_so(self):
        self.installation.start({f"{FLOW}.unterminated": "true"})
        self.write(self.csv(self.rows(30))[:-1])
        self.wait_taken()
        self.assertEqual(len(self.newest()), 30)

    def test_a_dump_that_is_still_being_written_is_not_read(self):
        self.installation.start({f"{FLOW}.settle": "400ms"})
        self.dump(self.rows(30))
        text = self.csv(self.rows(30, "Later"))
        with open(f"{self.drop}/slow.csv", "w", encoding="utf-8") as file:
            for start in range(0, len(text), 60):
                file.write(text[start:start + 60])
                file.flush()
                asked = os.stat(file.name).st_mtime_ns
                wait_until(lambda then=asked: __import__("time").time_ns() - then > 60_000_000, "a moment")
            self.assertEqual((self.gone(), self.holder("V-0")), (set(), "Acme"))
        self.wait_taken()
        self.assertEqual((self.gone(), self.holder("V-29")), (set(), "Later"))

    # A file that stays ------------------------------------------------------------------

    def test_a_file_at_a_path_stays_and_is_read_when_it_has_changed(self):
        path = f"{self.drop}/permits.csv"
        self.installation.start({f"{FLOW}.folder": None, f"{FLOW}.file": path, f"{FLOW}.settle": "50ms"})
        rows = self.rows(30)
        for night in (rows, {**rows, "V-1": "Bemco"}, self.rows(29)):
            self.write(self.csv(night))
            wait_until(lambda wanted=night: {key: one["namen"][0]["naam"] for key, one in self.newest().items()
                                             if one["toestand"] != GONE} == wanted, "the night is taken")
        self.write(self.csv(rows)[:-5])
        wait_until(lambda: "files.truncated" in self.installation.logged(), "half a file is broken")
        self.write(self.csv(self.rows(5)))
        self.wait_refused()
        self.write(self.csv(rows))
        wait_until(lambda: self.flow()["toestand"] != "GESTOPT" and not self.gone(), "a better one takes its place")
        self.assertEqual(os.listdir(self.drop), ["permits.csv"], "it is nobody's to move")

    def test_a_full_bus_holds_a_dump_up_and_loses_nothing_of_it(self):
        rows = self.rows(2000, "Acme " * 200)
        child = self.installation.start({"max_bytes": "3M"})
        self.write(self.csv(rows))
        wait_until(lambda: self.flow()["toestand"] == "WACHT" and self.flow()["fout"]["id"] == "bus.full",
                   f"the bus is full; log:\n{self.installation.logged()[-1500:]}", 60)
        self.installation.stop(child)
        self.installation.start({"max_bytes": "64M", f"{FLOW}.settle": "10ms"})
        self.wait_taken(60)
        self.assertEqual(self.flow()["toestand"] in ("RUST", "WERKT") and self.flow()["fout"], None)
        records = self.records()
        self.assertEqual((set(one["key"] for one in records), self.sent_ever(records)), (set(rows), 2000))

    # Kills ------------------------------------------------------------------------------

    def kill_at(self, *conditions):
        """Leaves it killed and started again at each of them."""
        child = self.installation.running[-1]
        for what, condition in conditions:
            wait_until(condition(), what)
            self.installation.stop(child, signal.SIGKILL)
            child = self.installation.launch({f"{FLOW}.settle": "10ms"})

    def reading(self):
        return lambda: os.path.exists(f"{self.installation.folder}/data/permits/{FLOW}.lezing")

    def grown(self):
        """The bus grows from now on."""
        def size():
            names = (f"{self.installation.folder}/bus.db{end}" for end in ("", "-wal"))
            return sum(os.path.getsize(name) for name in names if os.path.exists(name))
        start = size()
        return lambda: size() > start + 400 * 1024

    def test_kills_in_the_middle_of_7000_rows_lose_and_double_nothing(self):
        rows = self.rows(7000)
        self.installation.start()
        self.write(self.csv(rows))
        self.kill_at(("it reads", self.reading), ("it sends", self.grown), ("it sends more", self.grown))
        self.wait_taken(60)
        records = self.records()
        self.assertEqual(sorted(one["key"] for one in records), sorted(rows))
        self.assertEqual(self.sent_ever(records), 7000)
        keys = list(rows)
        self.write(self.csv({**dict.fromkeys(keys[:3000], "Bemco"), **dict.fromkeys(keys[3000:6900], "Acme")}))
        self.kill_at(("it reads", self.reading), ("it sends", self.grown), ("it sends more", self.grown))
        self.wait_taken(60)
        records = self.records()
        self.assertEqual(self.sent_ever(records), 7000 + 3000 + 100)
        newest = {one["key"]: one["value"] for one in records}
        self.assertEqual({key for key, value in newest.items() if value["toestand"] == GONE}, set(keys[6900:]))
        self.assertEqual(sum(value["namen"][0]["naam"] == "Bemco" for value in newest.values()), 3000)

    @staticmethod
    def sent_ever(records):
        """By the positions, of each partition in turn: what was compacted away counts too."""
        positions = [one["position"] for one in records]
        lasts = [a for a, b in zip(positions, positions[1:] + [-1]) if b <= a]
        return sum(last + 1 for last in lasts)


class Resource(Whole):
    """A REST resource that is read whole, every time."""

    def settings(self):
        return {"url": self.target.url, f"{FLOW}.mode": "full", f"{FLOW}.limit": "10"}

    def serve(self, *numbers):
        self.target.items[FLOW] = [{"nummer": f"V-{number}", "houder": "Acme"} for number in numbers]

    def wait_news(self, condition, what):
        wait_until(lambda: condition(), what + f"; log:\n{self.installation.logged()[-1500:]}")

    def test_pages_are_one_read_and_what_is_missing_is_gone(self):
        self.serve(*range(35))
        self.installation.start()
        self.wait_news(lambda: len(self.newest()) == 35, "all are there")
        self.serve(*range(1, 35), 99)
        self.wait_news(lambda: "V-99" in self.newest() and self.gone() == {"V-0"}, "one came, one went")
        asked = len(self.target.requests)
        wait_until(lambda: len(self.target.requests) > asked + 10, "it is read again and again")
        self.assertEqual(len(self.records()), 37)

    def test_one_answer_without_next_is_all_there_is(self):
        def whole(request):
            return "status", 200, (), json.dumps({"items": self.target.items[FLOW]}).encode()
        self.target.behave = whole
        self.serve(*range(35))
        self.installation.start()
        self.wait_news(lambda: len(self.newest()) == 35, "all are there")
        self.serve(*range(30))
        self.wait_news(lambda: len(self.gone()) == 5, "five are gone")

    def test_a_read_that_breaks_off_is_never_compared(self):
        self.serve(*range(35))
        self.installation.start()
        self.wait_news(lambda: len(self.newest()) == 35, "all are there")
        broken = [("status", 500), ("status", 200, (), b'{"items": [{"nummer": "V-'), ("drop",)]
        turns = []

        def behave(request):
            if "after=20" not in request.path:
                return None
            turns.append(1)
            return broken[len(turns) % 3]
        self.target.behave = behave
        wait_until(lambda: len(turns) > 5, "it tries again")
        self.assertEqual((self.gone(), len(self.records())), (set(), 35))
        self.target.behave = lambda request: None
        self.serve(*range(1, 35))
        self.wait_news(lambda: self.gone() == {"V-0"}, "a whole read counts again")

    def test_a_refused_read_is_forgotten_when_the_rows_are_back(self):
        self.serve(*range(60))
        self.installation.start()
        self.wait_news(lambda: len(self.newest()) == 60, "all are there")
        self.serve(*range(20))
        self.wait_refused()
        self.serve(*range(59))
        self.wait_news(lambda: self.gone() == {"V-59"}, "the next read is taken")
        self.assertTrue(wait_until(lambda: self.weigeringen()[0]["vervallen_op"], "the refusal is void"))
        self.assertEqual(self.accept("vergunningen", "--reason", "x").returncode, 1)

    def test_a_refused_read_is_taken_when_it_is_accepted(self):
        self.serve(*range(60))
        self.installation.start()
        self.wait_news(lambda: len(self.newest()) == 60, "all are there")
        self.serve(*range(20))
        self.wait_refused()
        self.assertEqual(self.accept("vergunningen", "--reason", "x").returncode, 0)
        self.wait_news(lambda: len(self.gone()) == 40, "it is taken")


class Configured(unittest.TestCase):
    def check(self, process, settings):
        installation = Installation(process, {"url": "http://127.0.0.1:1", **settings})
        self.addCleanup(installation.close)
        return installation.run(arguments=["--check"])

    def test_what_mode_full_cannot_go_with_is_refused(self):
        for process, settings in (("permits", {f"{FLOW}.overlap": "1m"}), ("proef", {"inzagen.mode": "full", "naam": "x"})):
            with self.subTest(process=process):
                done = self.check(process, {f"{FLOW}.mode": "full"} | settings if process == "permits" else settings)
                self.assertEqual(done.returncode, 2)
                self.assertIn("option.mode", done.stderr)


if __name__ == "__main__":
    unittest.main()
