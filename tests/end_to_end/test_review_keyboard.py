# SPDX-License-Identifier: Apache-2.0
"""People work the queue at the keyboard, through a real terminal of 80 columns."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unittest

from scenario import Scenario, programs

COLUMNS, LINES, SECONDS = 80, 60, 20
ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Terminal:
    """`schakel review` in a pseudo terminal of 80 columns, without colour."""

    def __init__(self, schakel, user):
        self.control, self.line = pty.openpty()
        fcntl.ioctl(self.line, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.before = termios.tcgetattr(self.line)
        self.process = subprocess.Popen(
            [f"{programs()}/schakel", "review", "--gebruiker", user, "--config", schakel.config],
            stdin=self.line, stdout=self.line, stderr=subprocess.PIPE,
            env=os.environ | {"TERM": "xterm"}, start_new_session=True)
        self.seen = ""

    def shows(self, pattern, seconds=SECONDS):
        """Waits until what came since the last key matches; returns the match."""
        deadline = time.monotonic() + seconds
        while True:
            match = re.search(pattern, self.seen, re.DOTALL)
            if match:
                return match
            left = deadline - time.monotonic()
            if left <= 0 or self.process.poll() is not None:
                raise AssertionError(f"{pattern!r} is not shown in: {self.seen}")
            if select.select([self.control], [], [], left)[0]:
                said = os.read(self.control, 65536).decode("utf-8", "replace")
                self.seen += ESCAPES.sub("", said).replace("\r", "")

    def press(self, keys):
        self.seen = ""
        os.write(self.control, keys.encode())

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        os.close(self.control)
        os.close(self.line)


class KeyboardTest(Scenario):
    def terminal(self, user="ann"):
        terminal = Terminal(self.schakel, user)
        self.addCleanup(terminal.close)
        return terminal

    def first_location(self, terminal):
        """Key and number of the first candidate on the screen that is a location."""
        return terminal.shows(r"\n +(\d)\. (\d+)  \d+ %.*q stop").groups()

    def test_one_key_decides_and_one_key_undoes_down_to_edison(self):
        klacht = self.contradicted()
        terminal = self.terminal()
        key, first = self.first_location(terminal)
        self.assertRegex(terminal.seen, r"voor +\w+.*de naam is gelijk")
        terminal.press(key)
        terminal.shows(r"1 beslist; 0 te beoordelen.*Er wacht niets meer\..*door een medewerker")
        self.assertEqual(self.landed(klacht)["doel"]["id"], first)
        terminal.press("o")
        terminal.shows(r"ongedaan gemaakt")
        self.until(lambda: self.stukken(klacht, "VERPLAATST"), "the stuk is emptied at Edison")
        self.assertEqual(self.stukken(klacht, "ACTIEF"), [])
        self.assertEqual(self.decided(klacht, "BEOORDELEN")["besloten_door"], "MACHINE")
        self.assert_nothing_wrong_at_edison()

    def test_danger_comes_first_and_none_asks_why(self):
        self.contradicted()
        danger = self.contradicted(gevaar="VASTGESTELD")
        terminal = self.terminal()
        terminal.shows(rf"klacht/{danger['klacht_id']}  versie \d+  GEVAAR VASTGESTELD")
        terminal.press("g")
        terminal.shows("niet vergunde opvang")
        terminal.press("1")
        terminal.shows("1 beslist; 1 te beoordelen")
        decided = self.decided(danger, "GEEN")
        self.assertEqual((decided["besloten_door"], decided["redenen"]), ("MENS", ["NIET_VERGUND"]))

    def test_personal_data_is_hidden_until_a_reason_is_typed_and_that_leaves_a_trace(self):
        self.contradicted()
        name = self.places[0]["namen"][-1]["naam"]
        terminal = self.terminal()
        terminal.shows("•••.*q stop")
        self.assertNotIn(name, terminal.seen)
        self.assertEqual(self.schakel.latest("schakel.inzage"), {})
        terminal.press("t")
        terminal.shows("Waarom")
        terminal.press("toewijzen van de klacht\n")
        terminal.shows(re.escape(name) + ".*q stop")
        self.assertNotIn("Klaagmans", terminal.seen)
        trace, = self.schakel.latest("schakel.inzage").values()
        self.assertEqual((trace["topic"], trace["door"]["gebruiker_id"]), ("klacht", "ann"))

    def test_look_alikes_are_decided_together_and_undone_together(self):
        klachten = [self.contradicted() for _ in range(3)]
        terminal = self.terminal()
        terminal.shows("Een van 3 die hetzelfde noemen")
        terminal.press("s")
        terminal.shows("VOOR DE HELE GROEP")
        terminal.press("1")
        terminal.shows("3 van 3 in de groep beslist.*Er wacht niets|Er wacht niets.*3 van 3 in de groep")
        for klacht in klachten:
            self.landed(klacht)
        terminal.press("o")
        terminal.shows("0 beslist; 3 te beoordelen")
        for klacht in klachten:
            self.decided(klacht, "BEOORDELEN")

    def test_what_somebody_else_decided_meanwhile_is_not_decided_again(self):
        klacht = self.contradicted()
        terminal = self.terminal()
        terminal.shows("q stop")
        done = self.schakel.schakel(
            "review", "assign", f"klacht/{klacht['klacht_id']}", self.places[3]["dossiernummer"],
            "--versie", str(self.koppeling(klacht)["versie"]), "--gebruiker", "bob")
        self.assertEqual(done.returncode, 0, done.stderr)
        terminal.press("1")
        terminal.shows("intussen staat versie.*q stop")
        self.assertEqual(self.landed(klacht)["doel"]["id"], self.places[3]["dossiernummer"])

    def test_two_people_get_different_items(self):
        klachten = {self.contradicted()["klacht_id"], self.contradicted()["klacht_id"]}
        shown = {self.terminal(user).shows(r"klacht/(K-\d+)  versie.*q stop")[1] for user in ("ann", "bob")}
        self.assertEqual(shown, klachten)

    def test_later_next_and_help_are_one_key_too(self):
        first, second = self.contradicted(), self.contradicted()
        terminal = self.terminal()
        now = terminal.shows(r"klacht/(K-\d+)  versie.*q stop")[1]
        terminal.press("?")
        terminal.shows("zonder te beslissen")
        terminal.press(" ")
        terminal.shows("q stop")
        terminal.press("n")
        other = terminal.shows(r"klacht/(K-\d+)  versie.*q stop")[1]
        self.assertEqual({now, other}, {first["klacht_id"], second["klacht_id"]})
        terminal.press("z")
        terminal.shows("1 beslist; 2 te beoordelen")
        self.assertIn("UITGESTELD", self.schakel.latest("koppeling")[f"klacht/{other}"]["redenen"])

    def test_no_line_is_longer_than_the_terminal(self):
        self.contradicted(tekst="Een lange klacht. " * 60)
        terminal = self.terminal()
        terminal.press("w")
        terminal.shows("bits.*q stop")
        terminal.press("t")
        terminal.shows("Waarom")
        terminal.press("controle\n")
        shown = terminal.shows("lange klacht.*q stop")
        self.assertTrue(shown)
        long = [line for line in terminal.seen.splitlines() if len(line) > COLUMNS]
        self.assertEqual(long, [])

    def test_a_double_is_proposed_and_confirmed_with_one_key(self):
        words = ("Vanmorgen stond er maar één begeleider bij twaalf kinderen in de leefgroep van de "
                 "kleinsten, en niemand had tijd om mijn dochter te troosten.")
        first, second = (self.klacht(self.places[0], tekst=words) for _ in range(2))
        for klacht in (first, second):
            self.say(klacht)
            self.landed(klacht)
        terminal = self.terminal()
        terminal.shows(f"klacht/{second['klacht_id']}.*Misschien dubbel van "
                       f"klacht/{first['klacht_id']}.*q stop")
        terminal.press("d")
        terminal.shows("1 beslist; 0 te beoordelen.*Er wacht niets meer")
        stuk = self.until(lambda: [one for one in self.stukken(second, "ACTIEF")
                                   if one.get("verwijzingen")], "Edison sees the relation")[0]
        self.assertEqual([(link["id"], link["relatie"]) for link in stuk["verwijzingen"]],
                         [(first["klacht_id"], "DUBBEL_VAN")])
        self.assertTrue(self.stukken(first, "ACTIEF"))

    def test_the_work_goes_on_when_the_correlation_is_back_after_a_crash(self):
        klacht = self.contradicted()
        terminal = self.terminal()
        terminal.shows(f"klacht/{klacht['klacht_id']}.*q stop")
        old = self.schakel.kill("correlation")
        self.until(lambda: self.schakel.pids().get("correlation") not in (None, old), "it is back")

        def shown():
            terminal.press("e")
            terminal.shows("q stop")
            return "antwoordt niet" not in terminal.seen
        self.until(shown, "the item is shown again")
        key, number = self.first_location(terminal)
        terminal.press(key)
        terminal.shows("1 beslist; 0 te beoordelen")
        self.assertEqual(self.landed(klacht)["doel"]["id"], number)

    def test_a_stop_that_is_refused_leaves_the_keys_as_they_were(self):
        self.contradicted()
        terminal = self.terminal()
        terminal.shows("q stop")
        by_key = termios.tcgetattr(terminal.line)
        for stop in (signal.SIGTSTP, signal.SIGCONT):
            terminal.process.send_signal(stop)
            terminal.press("?")
            terminal.shows("Een toets om verder te gaan")
            terminal.press(" ")
            terminal.shows("q stop")
            self.assertEqual(termios.tcgetattr(terminal.line), by_key)

    def test_the_terminal_is_as_before_after_quitting_and_after_every_signal(self):
        self.contradicted()
        for end in ("q", signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
            terminal = self.terminal()
            terminal.shows("q stop")
            self.assertFalse(termios.tcgetattr(terminal.line)[3] & termios.ECHO)
            if end == "q":
                terminal.press("q")
            else:
                terminal.process.send_signal(end)
            terminal.process.wait(SECONDS)
            self.assertEqual(termios.tcgetattr(terminal.line), terminal.before, end)


if __name__ == "__main__":
    unittest.main()
