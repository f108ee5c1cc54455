# SPDX-License-Identifier: Apache-2.0
"""The runtime seen from outside, beyond what every connector must stand: the inbox, files,
overlap, the status and what must never be said."""
import functools
import http.client
import json
import os
import signal
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from installation import Installation, free_port, wait_until  # noqa: E402
from target import Target  # noqa: E402

TOPIC = "schakel.inzage"


class Case(unittest.TestCase):
    EXTRA = {}

    def setUp(self):
        self.target = Target()
        self.addCleanup(self.target.close)
        self.port = free_port()
        settings = {"naam": "x", "url": self.target.url, "poll": "30ms", "retry.first": "50ms"}
        self.installation = Installation("proef", {**settings, **self.EXTRA})
        self.addCleanup(self.installation.close)
        self.installation.start_registry()

    def newest(self):
        return self.installation.newest(TOPIC)

    def wait_keys(self, keys):
        wait_until(lambda: set(self.newest()) >= set(keys), f"{keys} are on the bus")


class Inbox(Case):
    def setUp(self):
        super().setUp()
        self.installation.settings |= {"inbox.listen": f"127.0.0.1:{self.port}", "inzagen.adapter": "inbox"}
        self.child = self.installation.start()

    def post(self, body, path="/inbox/inzagen", headers=None, method="POST"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, path, data, headers or {})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer, json.loads(text) if text else None

    def test_a_202_comes_after_the_commit(self):
        answer, _ = self.post({"id": "a"}, headers={"Idempotency-Key": "k1"})
        self.assertEqual(answer.status, 202)
        self.installation.stop(self.child, signal.SIGKILL)
        self.assertEqual(list(self.newest()), ["a"])

    def test_the_same_key_and_content_again_is_a_202_and_sends_nothing(self):
        for _ in range(3):
            answer, _ = self.post({"id": "a"}, headers={"Idempotency-Key": "k1"})
            self.assertEqual(answer.status, 202)
        self.installation.stop(self.child)
        self.assertEqual(self.installation.flow("inzagen")["verstuurd"], 1)
        self.assertEqual(self.installation.flow("inzagen")["onveranderd"], 2)

    def test_many_at_once_are_all_there(self):
        statuses = []

        def push(first):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            for number in range(first, first + 50):
                connection.request("POST", "/inbox/inzagen", json.dumps({"id": f"m{number}"}))
                answer = connection.getresponse()
                answer.read()
                statuses.append(answer.status)
            connection.close()
        threads = [threading.Thread(target=push, args=(first,)) for first in range(0, 800, 50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(statuses, [202] * 800)
        self.assertEqual(len(self.newest()), 800)
        self.installation.stop(self.child)
        self.assertLess(self.installation.status()["commits"], 800)

    def test_what_cannot_be_used_is_refused_with_what_is_wrong(self):
        answer, error = self.post(b'{"id": ')
        self.assertEqual((answer.status, error["error"]), (400, "json.syntax"))
        answer, error = self.post({"topic": "x"})
        self.assertEqual((answer.status, error["error"]), (422, "json.missing"))
        self.assertIn("id", error["text"])
        answer, error = self.post([1])
        self.assertEqual(answer.status, 422)
        answer, error = self.post({"id": "x", "topic": "x" * 2_000_000})
        self.assertEqual((answer.status, error["error"]), (413, "inbox.large"))
        self.assertTrue(error["text"])
        self.assertEqual(self.installation.records("dlq.proef"), [])

    def test_a_valid_traceparent_goes_on_and_another_is_no_trace(self):
        given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        invalid = ["", "00-xyz", given.upper(), given[:-1], given + "0", "01" + given[2:],
                   f"00-{'0' * 32}-00f067aa0ba902b7-01", f"00-4bf92f3577b34da6a3ce929d0e0e4736-{'0' * 16}-01"]
        self.post({"id": "a"}, headers={"traceparent": given})
        for number, wrong in enumerate(invalid):
            self.post({"id": f"w{number}"}, headers={"traceparent": wrong})
        traces = {key: one["headers"]["traceparent"] for key, one in self.newest().items()}
        self.assertEqual(traces.pop("a"), given)
        self.assertEqual(len(set(traces.values())), len(invalid))
        for trace in traces.values():
            self.assertRegex(trace, "^00-[0-9a-f]{32}-[0-9a-f]{16}-01$")
            self.assertNotIn(trace, invalid)

    def test_other_paths_and_methods_are_no_inbox(self):
        self.assertEqual(self.post({}, "/inbox/anders")[0].status, 404)
        self.assertEqual(self.post({}, "/")[0].status, 404)
        self.assertEqual(self.post({}, method="PUT")[0].status, 405)


class InboxWithToken(Case):
    def setUp(self):
        with open("/proc/sys/kernel/random/uuid", encoding="ascii") as file:
            self.token = file.read().strip()
        super().setUp()
        path = f"{self.installation.folder}/token"
        with open(path, "w", encoding="ascii") as file:
            file.write(self.token + "\n")
        self.installation.settings |= {"inbox.listen": f"127.0.0.1:{self.port}",
                                       "inzagen.adapter": "inbox", "inbox.token": f"file:{path}"}
        self.child = self.installation.start()

    def post(self, authorization):
        return Inbox.post(self, {"id": "a"}, headers={"Authorization": authorization})[0]

    def test_without_the_token_nothing_is_taken(self):
        for wrong in ("", "Bearer ", "Bearer x", f"Bearer {self.token}x", f"Basic {self.token}"):
            self.assertEqual(self.post(wrong).status, 401)
        self.assertEqual(self.newest(), {})
        self.assertEqual(self.post(f"Bearer {self.token}").status, 202)

    def test_the_token_is_nowhere_to_be_read(self):
        done = self.installation.run(arguments=["--check"])
        self.assertEqual(done.returncode, 0)
        self.assertIn("inbox.token = (hidden)", done.stdout)
        self.assertEqual(self.post(f"Bearer {self.token}").status, 202)
        self.installation.stop(self.child)
        self.assertNotIn(self.token, done.stdout + done.stderr + self.installation.logged())


class InboxOpenToOthers(Case):
    def test_an_inbox_that_others_can_reach_needs_a_token(self):
        for address in ("0.0.0.0:0", "[::]:0", "inbox.local:80"):
            done = self.installation.run({"inbox.listen": address}, ["--check"])
            self.assertEqual(done.returncode, 2)
            self.assertIn("inbox.token", done.stderr)
        for address in ("127.0.0.1:8090", "localhost:8090", "[::1]:8090"):
            self.assertEqual(self.installation.run({"inbox.listen": address}, ["--check"]).returncode, 0)


class OfOneGroup(Case):
    def test_what_is_shared_is_the_groups_and_nobody_elses(self):
        """Whatever umask it was started with."""
        self.installation.start()
        shared = [os.path.join(where, name) for where, _, names in os.walk(self.installation.folder)
                  for name in names if name.startswith("bus.db") or name.startswith("registry.db")]
        self.assertIn(f"{self.installation.folder}/bus.db", shared)
        self.assertIn(f"{self.installation.folder}/registry.db", shared)
        for path in shared:
            self.assertEqual(oct(os.stat(path).st_mode & 0o777), oct(0o660), path)
        said = self.installation.run(arguments=["--check"]).stdout
        self.assertIn("isolation between processes is none", said)


class BusFull(Case):
    def test_a_full_bus_is_a_503_and_goes_on_when_there_is_room(self):
        self.installation.settings |= {"inbox.listen": f"127.0.0.1:{self.port}", "inzagen.adapter": "inbox",
                                       "max_bytes": "4M"}
        child = self.installation.start()
        post = functools.partial(Inbox.post, self)
        number, statuses = 0, []
        while 503 not in statuses and number < 400:
            number += 1
            statuses.append(post({"id": f"v{number}", "reden": "x" * 50_000})[0].status)
        answer, _ = post({"id": "vol", "reden": "x" * 50_000})
        self.assertEqual(answer.status, 503)
        self.assertTrue(answer.getheader("Retry-After"))
        taken = {f"v{i + 1}" for i, status in enumerate(statuses) if status == 202}
        self.assertEqual(set(self.newest()), taken)
        self.installation.stop(child)
        child = self.installation.start({"max_bytes": "64M"})
        self.assertEqual(post({"id": "vol"})[0].status, 202)


class Overlap(Case):
    EXTRA = {"overlap": "1h"}

    def test_what_appears_before_a_position_already_given_is_found(self):
        self.target.items["inzagen"] = [{"id": "a"}, {"id": "c"}]
        child = self.installation.start()
        self.wait_keys(["a", "c"])
        self.target.items["inzagen"].insert(1, {"id": "b"})
        self.wait_keys(["b"])
        self.installation.stop(child)
        self.assertEqual(self.installation.flow("inzagen")["verstuurd"], 3)
        self.assertGreaterEqual(self.installation.flow("inzagen")["onveranderd"], 2)


class ShortOverlap(Case):
    EXTRA = {"overlap": "400ms"}

    def asked(self, after):
        """How often records after that position were asked for."""
        return sum(f"after={after}&" in path for _, path, _ in list(self.target.requests))

    def test_the_position_kept_is_the_one_reached_that_long_ago(self):
        self.target.items["inzagen"] = [{"id": "a"}, {"id": "c"}]
        self.installation.start()
        wait_until(lambda: self.asked(2) > 5, "the position moves on when its time is over")
        self.assertGreater(self.asked(""), 1)
        self.target.items["inzagen"].append({"id": "d"})
        wait_until(lambda: self.asked(3), "it is read to the end")
        before = self.asked(2)
        wait_until(lambda: self.asked(2) > before, "the next round begins at the position kept")


class Files(Case):
    def setUp(self):
        super().setUp()
        self.drop = f"{self.installation.folder}/drop"
        os.makedirs(self.drop)
        self.installation.settings |= {"inzagen.adapter": "files", "inzagen.folder": self.drop,
                                       "inzagen.limit": "7", "map.id": "Nr", "map.topic": '"klacht"'}

    def leave(self, name, text):
        with open(f"{self.drop}/{name}.part", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(f"{self.drop}/{name}.part", f"{self.drop}/{name}")

    def test_a_csv_is_taken_mapped_and_moved_to_done(self):
        self.installation.start()
        self.leave("a.csv", "Nr;Reden\n1;x\n2;\"y;z\"\n")
        self.wait_keys(["1", "2"])
        self.assertEqual(self.newest()["2"]["value"]["topic"], "klacht")
        wait_until(lambda: os.path.exists(f"{self.drop}/done/a.csv"), "it moves to done/")

    def test_a_bad_row_is_a_dead_letter_and_the_good_ones_go_on(self):
        self.installation.start()
        self.leave("a.csv", "Nr;Reden\n1;x\n2;y;te;veel\n;leeg\n3;z\n")
        self.wait_keys(["1", "3"])
        letters = wait_until(lambda: (lambda all_: all_ if len(all_) == 2 else None)(
            self.installation.records("dlq.proef")), "two dead letters")
        origins = sorted(one["headers"]["schakel_origin"] for one in letters)
        self.assertEqual(origins, ["a.csv:3", "a.csv:4"])

    def test_a_broken_file_goes_to_error_with_its_reason(self):
        self.installation.start()
        self.leave("a.json", '{"items": [')
        wait_until(lambda: os.path.exists(f"{self.drop}/error/a.json.reason"), "it moves to error/")
        self.assertIn("files.broken", self.installation.logged())

    def test_an_xml_is_taken_and_one_with_a_doctype_is_not(self):
        self.installation.start({"inzagen.record": "rij"})
        self.leave("a.xml", "<lijst><kop/><rij Nr='1'><Reden>x &amp; y</Reden></rij><rij><Nr>2</Nr></rij></lijst>")
        self.wait_keys(["1", "2"])
        wait_until(lambda: os.path.exists(f"{self.drop}/done/a.xml"), "it moves to done/")
        self.leave("b.xml", "<!DOCTYPE l [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><l><rij><Nr>&x;</Nr></rij></l>")
        wait_until(lambda: os.path.exists(f"{self.drop}/error/b.xml.reason"), "it moves to error/")
        self.assertEqual(set(self.newest()), {"1", "2"})

    def test_a_kill_in_the_middle_of_a_file_gives_every_row_once(self):
        child = self.installation.launch()
        self.leave("a.csv", "Nr;Reden\n" + "".join(f"{i};x\n" for i in range(600)))
        for least in (30, 200, 400):
            wait_until(lambda wanted=least: len(self.newest()) >= wanted, f"{least} rows")
            self.installation.stop(child, signal.SIGKILL)
            child = self.installation.start()
        self.wait_keys(map(str, range(600)))
        wait_until(lambda: os.path.exists(f"{self.drop}/done/a.csv"), "it moves to done/")
        self.assertEqual(len(self.installation.records(TOPIC)), 600)


class FilesOut(Case):
    def setUp(self):
        super().setUp()
        self.out = f"{self.installation.folder}/out"
        self.installation.settings |= {"uit.adapter": "files", "uit.folder": self.out,
                                       "inzagen.adapter": "rest"}
        os.makedirs(self.out)
        self.child = self.installation.start()
        self.target.items["inzagen"] = [{"id": "a", "topic": "t"}]
        self.name = wait_until(self._offered, "a file is offered").removesuffix(".json")

    def _offered(self):
        return next((name for name in os.listdir(self.out) if name.endswith(".json")), None)

    def answer(self, suffix, text=""):
        with open(f"{self.out}/{self.name}{suffix}", "w", encoding="utf-8") as file:
            file.write(text)

    def test_an_event_is_offered_until_the_other_side_says_ok(self):
        with open(f"{self.out}/{self.name}.json", encoding="utf-8") as file:
            self.assertEqual(json.load(file), {"inzage_id": "a", "topic": "t"})
        record = self.newest()["a"]
        self.assertEqual(self.name, record["headers"]["ce_id"])
        parked, = wait_until(lambda: self.installation.records("wacht.proef"), "it is parked")
        looked = time.monotonic() + 6
        wait_until(lambda: time.monotonic() > looked, "it is looked for again")
        self.assertEqual([one["position"] for one in self.installation.records("wacht.proef")],
                         [parked["position"]])
        self.installation.stop(self.child, signal.SIGKILL)
        self.answer(".ok")
        self.installation.start()
        wait_until(lambda: not self.installation.newest("wacht.proef"), "it is delivered", 20)
        self.assertTrue(os.path.exists(f"{self.out}/done/{self.name}.ok"))

    def test_a_fout_is_a_dead_letter_with_its_first_line(self):
        self.answer(".fout", "onbekend dossier\nen meer")
        letter, = wait_until(lambda: self.installation.records("dlq.proef"), "the dead letter", 20)
        self.assertIn("onbekend dossier", letter["headers"]["schakel_error_text"])


class Visible(Case):
    def test_the_status_is_on_the_bus_and_in_the_file(self):
        child = self.installation.start()
        self.target.items["inzagen"] = [{"id": "a"}]
        wait_until(lambda: self.installation.status()["commits"] > 0, "the first unit is said at once")
        status = self.installation.newest("schakel.status")["proef/proef-1"]["value"]
        self.assertEqual(status["pid"], child.pid)
        self.assertEqual([flow["naam"] for flow in status["flows"]], ["inzagen", "uit", "moet", "kopieer"])
        self.assertGreater(status["geheugen_kb"], 100)
        read = wait_until(lambda: self.installation.newest("schakel.status")["proef/proef-1"]["value"]
                          ["gelezen_schemas"], "it says with which schemas it read")
        self.assertIn("schakel.inzage", [one["topic"] for one in read])
        self.assertTrue(all(one["id"] > 0 for one in read), read)

    def test_help_names_every_option(self):
        done = self.installation.run(arguments=["--help"])
        self.assertEqual(done.returncode, 0)
        for option in ("--bus", "--url", "--folder", "--inflight", "--naam", "--inbox.listen", "--poll"):
            self.assertIn(f"{option} ", done.stdout)

    def test_logs_hold_no_payload(self):
        self.target.items["inzagen"] = [{"id": "a", "reden": "GEHEIM-1"}, {"reden": "GEHEIM-2"},
                                        {"id": "x" * 600, "reden": "GEHEIM-3"}]
        self.installation.start()
        wait_until(lambda: len(self.installation.records("dlq.proef")) == 2, "two dead letters")
        self.assertNotIn("GEHEIM", self.installation.logged())


if __name__ == "__main__":
    unittest.main()
