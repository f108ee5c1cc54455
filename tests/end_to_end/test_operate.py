# SPDX-License-Identifier: Apache-2.0
"""What an operator types: every command of the README, and what each must refuse."""
import json
import os
import re
import subprocess
import unittest

from scenario import ROOT, Scenario, programs


def readme_commands():
    """The `schakel …` commands in the README's code blocks, without their comments."""
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        blocks = re.findall(r"```sh\n(.*?)```", file.read(), re.DOTALL)
    lines = [line.split("#")[0].split() for block in blocks for line in block.splitlines()]
    return [line[1:] for line in lines if line and line[0] == "schakel"]


class OperateTest(Scenario):
    def run_schakel(self, *arguments, status=0):
        done = self.schakel.schakel(*arguments)
        self.assertEqual(done.returncode, status, f"{arguments}: {done.stderr}")
        return done.stdout if status == 0 else done.stderr

    def open_item(self):
        klacht = self.klacht(self.places[2], genoemd=[
            {"gemeente": self.places[2]["adressen"][-1]["gemeente"]}], gevaar="VERMOED")
        self.say(klacht)
        self.decided(klacht, "BEOORDELEN", "GEEN")
        return klacht

    def test_every_command_of_the_readme_runs(self):
        self.landed(self.said_one())
        commands = readme_commands()
        self.assertGreaterEqual(len(commands), 6)
        for command in commands:
            with self.subTest(command=" ".join(command)):
                self.assertTrue(self.run_schakel(*command).strip())

    def test_the_configuration_of_the_readme_is_accepted_by_every_process(self):
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
            sample = re.search(r"```ini\n(.*?)```", file.read(), re.DOTALL)[1]
        token = os.path.join(self.folder, "token")
        path = os.path.join(self.folder, "sample.ini")
        with open(token, "w", encoding="utf-8") as file:
            file.write("geheim")
        with open(path, "w", encoding="utf-8") as file:
            file.write(sample.replace("/etc/schakel/edison.token", token)
                       .replace("/var/lib/schakel", self.folder))
        sections = re.findall(r"^\[(\w+)\]", sample, re.MULTILINE)
        self.assertEqual(len(sections), 5)
        for section in sections[1:]:
            with self.subTest(section=section):
                done = subprocess.run([os.path.join(programs(), f"schakel-{section}"), "--check",
                                       "--config", path], capture_output=True, text=True,
                                      timeout=20)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertNotIn("geheim", done.stdout + done.stderr)

    def said_one(self):
        klacht = self.klacht(self.places[0])
        self.say(klacht)
        return klacht

    def test_a_dossier_shows_what_landed_in_it_and_nobody_s_name(self):
        klacht = self.said_one()
        self.landed(klacht)
        shown = self.run_schakel("dossier", self.places[0]["dossiernummer"])
        self.assertIn(f"klacht/{klacht['klacht_id']}", shown)
        self.assertNotIn("Klaagmans", shown)

    def test_tail_masks_until_a_reason_is_given_and_leaves_a_trace(self):
        klacht = self.said_one()
        self.landed(klacht)
        masked = self.run_schakel("tail", "klacht", "--all")
        self.assertIn(klacht["klacht_id"], masked)
        self.assertNotIn("Klaagmans", masked)
        self.assertIn("--reason", self.run_schakel("tail", "klacht", "--unmask", status=2))
        self.assertEqual(self.schakel.latest("schakel.inzage"), {})
        shown = self.run_schakel("tail", "klacht", "--all", "--unmask", "--reason", "controle")
        self.assertIn("Klaagmans", shown)
        traces = list(self.schakel.latest("schakel.inzage").values())
        self.assertEqual([trace["topic"] for trace in traces], ["klacht"])

    def test_show_gives_the_evidence_and_leaves_a_trace(self):
        klacht = self.contradicted()
        subject = f"klacht/{klacht['klacht_id']}"
        self.assertIn("--reason", self.run_schakel("review", "show", subject, status=2))
        shown = self.run_schakel("review", "show", subject, "--reason", "toewijzen")
        self.assertIn(self.places[1]["dossiernummer"], shown)
        self.assertRegex(shown, r"voor +\w+.*\+\d+\.\d bits")
        self.assertRegex(shown, r"tegen +\w+.*-\d+\.\d bits")
        self.assertEqual(len(self.schakel.latest("schakel.inzage")), 1)

    def test_danger_stands_first_in_the_queue(self):
        first, danger = self.contradicted(), self.open_item()
        listed = self.run_schakel("review", "list", "--json").splitlines()
        self.assertEqual([json.loads(line)["id"] for line in listed],
                         [danger["klacht_id"], first["klacht_id"]])

    def test_assign_refuses_a_number_outside_the_register_and_a_version_that_is_gone(self):
        subject = f"klacht/{self.contradicted()['klacht_id']}"
        seen = ("--versie", self.version_shown(subject))
        self.assertIn("register", self.run_schakel("review", "assign", subject, "999999999",
                                                   *seen, status=1))
        self.assertIn("--versie", self.run_schakel(
            "review", "assign", subject, self.places[0]["dossiernummer"], status=2))
        self.assertIn("intussen", self.run_schakel(
            "review", "assign", subject, self.places[0]["dossiernummer"], "--versie", "1",
            status=1))
        self.assertIn("--reden", self.run_schakel("review", "assign", subject, "--geen",
                                                  *seen, status=2))

    def version_shown(self, subject):
        shown = self.run_schakel("review", "show", subject, "--reason", "toewijzen")
        return re.search(r"--versie (\d+)", shown)[1]

    def test_the_command_that_show_gives_places_the_item(self):
        subject = f"klacht/{self.contradicted()['klacht_id']}"
        self.run_schakel("review", "assign", subject, self.places[0]["dossiernummer"],
                         "--versie", self.version_shown(subject))
        self.assertIn(subject, self.run_schakel("dossier", self.places[0]["dossiernummer"]))

    def test_put_names_the_line_and_the_field_that_do_not_fit(self):
        path = os.path.join(self.folder, "lines.jsonl")
        good = {"oordeel_id": "OO-1", "onderwerp": {"soort": "klacht", "id": "K-9"},
                "handeling": "UITSTELLEN"}
        with open(path, "w", encoding="utf-8") as file:
            file.write(json.dumps(good) + "\n" + json.dumps(good | {"op": "gisteren"}) + "\n")
        refused = self.run_schakel("put", "koppeling.oordeel", path, status=1)
        self.assertIn("lines.jsonl:2", refused)
        self.assertIn("op", refused)
        self.assertEqual(len(self.schakel.latest("koppeling.oordeel")), 1)
        with open(path, "w", encoding="utf-8") as file:
            file.write(json.dumps(good | {"onderwerp": {"soort": "klacht", "nummer": "K-9"}}))
        self.assertIn("nummer", self.run_schakel("put", "koppeling.oordeel", path, status=1))

    def test_put_gives_a_version_above_the_standing_one(self):
        path = os.path.join(self.folder, "line.jsonl")
        klacht = self.said_one()
        self.landed(klacht)
        before = self.schakel.latest("klacht")[klacht["klacht_id"]]["versie"]
        with open(path, "w", encoding="utf-8") as file:
            file.write(json.dumps({"klacht_id": klacht["klacht_id"], "versie": 3}))
        self.run_schakel("put", "klacht", path)
        self.assertGreater(self.schakel.latest("klacht")[klacht["klacht_id"]]["versie"], before)

    def test_a_group_is_moved_only_while_its_process_stands_still_and_then_delivers_again(self):
        klacht = self.said_one()
        self.landed(klacht)
        reset = ("groups", "reset", "edison.stukken", "--to", "first", "--reason", "Edison hersteld")
        self.assertIn("bus.active", self.run_schakel(*reset, status=1))
        self.schakel.stop()
        self.edison.stop()
        self.edison = self.stand_in("edison")
        self.schakel.sections["edison"]["url"] = self.edison.url
        self.run_schakel(*reset)
        self.start()
        self.landed(klacht)

    def test_status_asks_for_attention_when_a_process_is_gone(self):
        self.run_schakel("status")
        self.schakel.stop()
        self.assertEqual(self.schakel.schakel("status").returncode, 1)


if __name__ == "__main__":
    unittest.main()
