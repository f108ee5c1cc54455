# SPDX-License-Identifier: Apache-2.0
"""The stand-ins alone: they keep the contracts, they fail when told, they catch a bad sender."""
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from systems.client import TESTS, StandIn, call, wait_until  # noqa: E402

STUK_ID = "klacht/K-1/LOCATIE/910000001"


def stuk(versie, **more):
    return {"stuk_id": STUK_ID, "versie": versie, "dossiernummers": [], "toestand": "ACTIEF",
            "doel": {"niveau": "LOCATIE", "id": "910000001", "dossiernummers": ["910000001"]},
            "titel": "Klacht K-1"} | more


class ReadmeTest(unittest.TestCase):
    def test_each_command_of_the_readme_starts_a_stand_in(self):
        with open(os.path.join(os.path.dirname(__file__), "README.md"), encoding="utf-8") as page:
            block = re.search(r"^```sh\n(.*?)^```", page.read(), re.MULTILINE | re.DOTALL)[1]
        self.assertEqual(block.count("\n"), 2)
        for command in re.sub(r"(--listen \S+):\d+", r"\1:0", block).splitlines():
            with self.subTest(command=command), subprocess.Popen(
                    [sys.executable, *command.split()[1:]], cwd=TESTS, stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE) as running:
                said = json.loads(running.stdout.readline())
                running.terminate()
                self.assertEqual(set(said), {"name", "url", "control"})


class EdisonTest(unittest.TestCase):
    def setUp(self):
        self.edison = StandIn("edison")
        self.addCleanup(self.edison.stop)

    def put(self, key, body, stuk_id=STUK_ID):
        return call("PUT", f"{self.edison.url}/stukken/{stuk_id.replace('/', '%2F')}", body,
                    {"Idempotency-Key": key})

    def test_reads_by_position_and_repeats_nothing(self):
        self.edison.tell("load", {"locaties": [{"dossiernummer": str(n)} for n in range(5)]})
        _, first = call("GET", f"{self.edison.url}/locaties?after=&limit=3")
        _, rest = call("GET", f"{self.edison.url}/locaties?after={first['next']}&limit=3")
        _, none = call("GET", f"{self.edison.url}/locaties?after={rest['next']}&limit=3")
        self.assertEqual([item["dossiernummer"] for item in first["items"] + rest["items"]],
                         ["0", "1", "2", "3", "4"])
        self.assertEqual((none["items"], none["next"]), ([], rest["next"]))

    def test_shows_a_stuk_on_the_timeline_of_its_dossier(self):
        self.assertEqual(self.put("a", stuk(1))[0], 201)
        _, dossier = call("GET", f"{self.edison.url}/dossiers/910000001")
        self.assertEqual([item["titel"] for item in dossier["stukken"]], ["Klacht K-1"])

    def test_applies_an_event_once_however_often_it_comes(self):
        self.put("a", stuk(1))
        status, answer = self.put("a", stuk(1))
        self.assertEqual((status, answer["conflict"]), (409, "same"))
        self.assertEqual(self.edison.ask("counts")["effects"], 1)

    def test_an_older_state_never_overwrites_a_newer_one_and_is_noticed(self):
        self.put("b", stuk(2))
        status, answer = self.put("a", stuk(1))
        self.assertEqual((status, answer["conflict"]), (409, "newer"))
        self.assertEqual(self.edison.ask("checks")["overtaken"], 1)

    def test_a_late_repeat_of_an_applied_event_is_the_same_and_no_overtaking(self):
        self.put("a", stuk(1))
        self.put("b", stuk(2))
        self.assertEqual(self.put("a", stuk(1))[1]["conflict"], "same")
        self.assertEqual(self.edison.ask("checks")["overtaken"], 0)

    def test_one_version_with_other_content_is_a_conflict(self):
        self.put("a", stuk(1))
        self.assertEqual(self.put("b", stuk(1, titel="Andere"))[1]["conflict"], "different")
        self.assertEqual(self.put("a", stuk(3, titel="Andere"))[1]["conflict"], "different")

    def test_catches_a_sender_that_says_the_same_under_a_new_version(self):
        self.put("a", stuk(1))
        self.put("b", stuk(2))
        self.assertEqual(self.edison.ask("checks")["applied_twice"], [STUK_ID])
        self.put("c", stuk(3, status="AFGEHANDELD"))
        self.assertEqual(self.edison.ask("checks")["applied_twice"], [STUK_ID])

    def test_erases_on_delete_and_takes_the_delete_twice(self):
        self.put("a", stuk(1))
        url = f"{self.edison.url}/stukken/{STUK_ID.replace('/', '%2F')}"
        for _ in range(2):
            self.assertEqual(call("DELETE", url, headers={"Idempotency-Key": "d"})[0], 204)
        _, dossier = call("GET", f"{self.edison.url}/dossiers/910000001")
        self.assertEqual(dossier["stukken"], [])

    def test_a_late_repeat_of_a_delete_does_not_erase_what_came_after(self):
        url = f"{self.edison.url}/stukken/{STUK_ID.replace('/', '%2F')}"
        self.put("a", stuk(1))
        call("DELETE", url, headers={"Idempotency-Key": "d"})
        self.put("b", stuk(2))
        call("DELETE", url, headers={"Idempotency-Key": "d"})
        _, dossier = call("GET", f"{self.edison.url}/dossiers/910000001")
        self.assertEqual(len(dossier["stukken"]), 1)

    def test_refuses_what_is_no_state(self):
        for body in (b"{", b"{}", b"[]", b'{"versie":"1"}'):
            self.assertEqual(self.put("a", body)[0], 400)
        self.assertEqual(call("PUT", f"{self.edison.url}/stukken/x", stuk(1))[0], 400)

    def test_keeps_what_it_was_given_in_its_journal(self):
        with tempfile.TemporaryDirectory() as folder:
            for round_number in (1, 2):
                edison = StandIn("edison", "--journal", f"{folder}/edison.jsonl")
                status, _ = call("PUT", f"{edison.url}/stukken/x", stuk(1),
                                 {"Idempotency-Key": "a"})
                edison.stop()
                self.assertEqual(status, 201 if round_number == 1 else 409)


class FaultsTest(unittest.TestCase):
    def setUp(self):
        self.edison = StandIn("edison")
        self.addCleanup(self.edison.stop)

    def put(self, key="a", versie=1):
        return call("PUT", f"{self.edison.url}/stukken/x", stuk(versie), {"Idempotency-Key": key})

    def test_answers_a_status_as_often_as_told(self):
        self.edison.tell("faults", {"kind": "status", "status": 429, "retry_after": 7, "times": 1})
        connection = http.client.HTTPConnection(self.edison.url[7:])
        connection.request("GET", "/locaties")
        answer = connection.getresponse()
        self.assertEqual((answer.status, answer.getheader("retry-after")), (429, "7"))
        connection.close()
        self.assertEqual(self.put()[0], 201)

    def test_fails_for_one_record_among_good_ones(self):
        self.edison.tell("faults", {"kind": "status", "status": 500, "match": "bad"})
        self.assertEqual(call("PUT", f"{self.edison.url}/stukken/bad", stuk(1),
                              {"Idempotency-Key": "b"})[0], 500)
        self.assertEqual(self.put()[0], 201)

    def test_does_the_work_and_drops_the_answer(self):
        self.edison.tell("faults", {"kind": "drop", "times": 1})
        with self.assertRaises(OSError):
            self.put()
        self.assertEqual(self.put()[1]["conflict"], "same")

    def test_answers_garbage(self):
        self.edison.tell("faults", {"kind": "garbage", "times": 1})
        with self.assertRaises((http.client.HTTPException, OSError)):
            self.put()
        self.assertEqual(self.edison.ask("counts")["effects"], 0)

    def test_answers_late(self):
        self.edison.tell("faults", {"kind": "slow", "ms": 200, "times": 1})
        start = time.monotonic()
        self.assertEqual(self.put()[0], 201)
        self.assertGreaterEqual(time.monotonic() - start, 0.2)

    def test_is_down_and_comes_back_on_the_same_address(self):
        self.edison.tell("down", {"seconds": 0.3})
        with self.assertRaises(OSError):
            self.put()
        self.assertEqual(self.edison.ask("counts")["effects"], 0)

        def answers():
            try:
                return self.put()[0] == 201
            except OSError:
                return False
        wait_until(answers, 5, "Edison is back")

    def test_going_down_cuts_the_connections_that_are_open(self):
        connection = http.client.HTTPConnection(self.edison.url[7:])
        self.addCleanup(connection.close)
        connection.request("GET", "/locaties")
        connection.getresponse().read()
        self.edison.tell("down")
        with self.assertRaises((http.client.HTTPException, OSError)):
            connection.request("GET", "/locaties")
            connection.getresponse()

    def test_names_a_fault_that_it_does_not_know(self):
        status, answer = call("POST", f"{self.edison.control}/faults", {"kind": "flood"})
        self.assertEqual(status, 400)
        self.assertIn("no such fault", answer["detail"])


class _InboxHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        status = self.server.answer(json.loads(body), self.headers["idempotency-key"])
        if status is None:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class KlaroenTest(unittest.TestCase):
    def setUp(self):
        self.klaroen = StandIn("klaroen")
        self.addCleanup(self.klaroen.stop)

    def inbox(self, answer):
        server = ThreadingHTTPServer(("127.0.0.1", 0), _InboxHandler)
        server.answer, server.daemon_threads = answer, True
        Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.klaroen.tell("push", {"url": f"http://127.0.0.1:{server.server_port}/inbox"})

    def answer(self, klacht_id, versie, *doelen):
        koppeling = {"soort": "klacht", "id": klacht_id, "versie": versie, "besluit": "AUTO",
                     "doelen": [{"niveau": "LOCATIE", "id": doel} for doel in doelen]}
        return call("PUT", f"{self.klaroen.url}/koppelingen/{klacht_id}", koppeling,
                    {"Idempotency-Key": f"{klacht_id}-{versie}"})

    def klachten(self):
        return call("GET", f"{self.klaroen.url}/klachten?after=")[1]["items"]

    def test_echoes_our_answer_in_the_next_message_only(self):
        self.klaroen.tell("klachten", {"items": [{"klacht_id": "K-1", "toegewezen": []}]})
        self.assertEqual(self.answer("K-1", 1, "910000001")[0], 201)
        self.assertEqual(len(self.klachten()), 1)
        self.klaroen.tell("change", {"klacht_id": "K-1", "set": {"status": "IN_ONDERZOEK"}})
        newest = self.klachten()[-1]
        self.assertEqual([(one["id"], one["door"]) for one in newest["toegewezen"]],
                         [("910000001", "SCHAKEL")])
        self.assertEqual(newest["statussen"][-1]["code"], "IN_ONDERZOEK")

    def test_an_answer_without_a_target_takes_the_echo_back(self):
        self.klaroen.tell("klachten", {"items": [{"klacht_id": "K-1"}]})
        self.answer("K-1", 1, "910000001")
        self.answer("K-1", 2)
        self.klaroen.tell("change", {"klacht_id": "K-1", "set": {}})
        self.assertEqual(self.klachten()[-1]["toegewezen"], [])

    def test_pushes_until_taken_and_in_order_per_complaint(self):
        seen, failing = [], {"left": 4}

        def answer(klacht, _):
            if failing["left"] > 0:
                failing["left"] -= 1
                return (503, 429, None, 500)[failing["left"]]
            seen.append((klacht["klacht_id"], klacht["bron"]["versie"]))
            return 202
        self.klaroen.tell("klachten", {"items": [{"klacht_id": "K-0"}]})
        self.inbox(answer)
        self.klaroen.tell("klachten", {"items": [{"klacht_id": f"K-{n}"} for n in range(1, 4)]})
        for _ in range(5):
            self.klaroen.tell("change", {"klacht_id": "K-1", "set": {}})
        wait_until(lambda: self.klaroen.ask("counts")["inbox"]["accepted"] == 8, 10, "taken")
        self.assertEqual([versie for name, versie in seen if name == "K-1"], list("123456"))

    def test_remembers_a_refusal_and_goes_on(self):
        self.inbox(lambda klacht, _: 400 if klacht["klacht_id"] == "K-2" else 202)
        self.klaroen.tell("klachten", {"items": [{"klacht_id": f"K-{n}"} for n in range(1, 4)]})
        wait_until(lambda: self.klaroen.ask("counts")["inbox"]["accepted"] == 2, 10, "taken")
        wait_until(lambda: self.klaroen.ask("messages")["refused"], 5, "refused")
        self.assertEqual(self.klaroen.ask("messages")["refused"][0]["id"], "K-2")

    def test_says_new_complaints_at_the_rate_asked_for(self):
        items = [{"klacht_id": f"K-{n}"} for n in range(40)]
        self.klaroen.tell("klachten", {"items": items, "rate": 100})
        wait_until(lambda: self.klaroen.ask("counts")["waiting"] == 0, 10, "all said")
        released = sorted(self.klaroen.ask("messages")["released"].values())
        self.assertGreater(released[-1] - released[0], 0.35)


if __name__ == "__main__":
    unittest.main()
