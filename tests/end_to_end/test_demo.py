# SPDX-License-Identifier: Apache-2.0
"""deploy/demo in small: it ends well, shows it in five screens, says so in JSON, and leaves
nothing behind. The recording in README.md is of such a run:

    SK_RECORD=1 python3 tests/end_to_end/test_demo.py DemoTest.test_a_small_morning
"""
import json
import os
import re
import shlex
import signal
import subprocess
import tempfile
import unittest

from scenario import ROOT, needs_programs, programs, wait_until

FIELDS = {"complaints", "linked", "review", "none", "dead", "unaccounted", "delivered", "duplicates",
          "wrong", "wrong_by", "missed", "review_top3", "levels", "latency_ms", "pss_kb"}


SCREENS = ("1. De stroom", "2. Het dossier", "3. De wachtrij", "4. Een verkeerd nummer",
           "5. Eén klacht heen en terug", "Een ochtend klachten")
README = f"{ROOT}/README.md"
RECORDING = re.compile(r"(?<=<!-- recording: tests/end_to_end/test_demo.py -->\n```text\n).*?(?=\n```\n)", re.DOTALL)


def without_figures(text):
    """What two runs have in common: no numbers, no units of time, no line breaks."""
    text = re.sub(r"\d[\d.,]*( ms| s| minuten| uur)?\b|–", "0", text)
    return " ".join(text.split())


def running(folder, session):
    """pids of the demo: command lines that name its folder, and what is of its session."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                named = folder.encode() in file.read()
            if named or os.getsid(int(pid)) == session:
                found.append(int(pid))
        except OSError:
            pass
    return found


@needs_programs
class DemoTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="schakel-e2e-demo-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def demo(self, *arguments):
        environment = os.environ | {"SK_BINARY_DIR": os.path.dirname(programs())}
        return subprocess.Popen([f"{ROOT}/deploy/demo", "--map", self.folder, *arguments],
                                env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, start_new_session=True)

    def small_morning(self, *options):
        path = f"{self.folder}/uitkomst.json"
        demo = self.demo("--once", "--json", path, "--klachten", "100", "--seconden", "8", *options)
        out, errors = demo.communicate(timeout=240)
        if demo.returncode == 2 and "deploy/kafka: " in errors:
            self.skipTest(errors.splitlines()[-1])
        self.assertEqual(demo.returncode, 0, out + errors)
        with open(path, encoding="utf-8") as file:
            result = json.load(file)
        self.assertEqual(set(result), FIELDS)
        self.assertEqual((result["complaints"], result["unaccounted"], result["wrong"]), (100, 0, 0))
        self.assertEqual(result["delivered"], result["linked"])
        self.assertIn("onverklaard", out)
        self.assertEqual(running(self.folder, demo.pid), [])
        return out.rstrip("\n")

    def test_a_small_morning_ends_well_and_shows_what_the_readme_says(self):
        out = self.small_morning()
        parts = out.split("\n\n")
        self.assertEqual([title for title, part in zip(SCREENS, parts) if part.startswith(title)],
                         list(SCREENS), out)
        for part in parts[:-1]:
            self.assertLessEqual(len(part.splitlines()), 15, part)
        self.assertLess(max(map(len, out.splitlines())), 80, out)
        self.assertNotIn("Dit scherm lukte niet", out)
        with open(README, encoding="utf-8") as file:
            readme = file.read()
        if os.environ.get("SK_RECORD"):
            with open(README, "w", encoding="utf-8") as file:
                file.write(RECORDING.sub(lambda _: out, readme))
        else:
            self.assertEqual(without_figures(RECORDING.search(readme)[0]), without_figures(out),
                             "the recording is stale: see the top of this file")

    def test_on_apache_kafka_it_is_the_same_morning(self):
        self.small_morning("--kafka")

    def test_kept_it_runs_until_it_is_told_to_stop_and_its_three_commands_work(self):
        demo = self.demo("--keep", "--klachten", "100", "--seconden", "8")
        self.addCleanup(demo.communicate)
        said = []
        for line in demo.stdout:
            said.append(line)
            if line == "ready\n":
                break
        self.assertEqual(said[-1], "ready\n")
        self.assertGreater(len(running(self.folder, demo.pid)), 3)
        self.try_commands([said[i + 1].split() for i, line in enumerate(said)
                           if re.match(r"[123]\. .*:$", line)])
        demo.terminate()
        self.assertEqual(demo.wait(30), 0)
        self.assertEqual(running(self.folder, demo.pid), [])

    def try_commands(self, commands):
        """The three that it prints, each as it stands."""
        self.assertEqual(len(commands), 3, commands)
        environment = os.environ | {"SK_BINARY_DIR": os.path.dirname(programs())}
        for command, word in zip(commands, ("Gekoppeld aan", "na zijn terugkeer", "In orde.")):
            with self.subTest(command=shlex.join(command)):
                done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL,
                                      capture_output=True, text=True, timeout=120)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertIn(word, done.stdout)

    def test_own_data_run_through_it(self):
        with open(f"{self.folder}/r.csv", "w", encoding="utf-8") as file:
            file.write("id,level,parent_id,name,type,street,house_number,postcode,municipality,kbo\n"
                       "H1,organisator,,Stichting Een,,,,,,12345678\n"
                       "L1,locatie,H1,De Regenboog,BSO,Dam,1,1012 AB,Amsterdam,\n"
                       "L2,locatie,H1,Het Zonnetje,KDV,Gracht,20,1015 CD,Amsterdam,\n")
        with open(f"{self.folder}/m.jsonl", "w", encoding="utf-8") as file:
            file.write('{"id":"m1","channel":"klacht","received":"2026-01-02","fields":{"dossiernummer":"L1",'
                       '"facility_name":"De Regenboog","municipality":"Amsterdam"}}\n')
        with open(f"{self.folder}/truth.jsonl", "w", encoding="utf-8") as file:
            file.write('{"id":"m1","facility":"L1","level":"locatie"}\n')
        demo = self.demo("--once", "--seconden", "1", "--json", f"{self.folder}/u.json", "--register",
                         f"{self.folder}/r.csv", "--messages", f"{self.folder}/m.jsonl")
        out, errors = demo.communicate(timeout=120)
        self.assertEqual(demo.returncode, 0, out + errors)
        with open(f"{self.folder}/u.json", encoding="utf-8") as file:
            result = json.load(file)
        self.assertEqual((result["linked"], result["delivered"], result["wrong"]), (1, 1, 0))

    def test_interrupted_it_leaves_no_process_behind(self):
        demo = self.demo("--once")
        self.addCleanup(demo.communicate)
        wait_until(lambda: len(running(self.folder, demo.pid)) > 3, 60, "Schakel runs")
        os.killpg(demo.pid, signal.SIGINT)
        demo.wait(30)
        wait_until(lambda: not running(self.folder, demo.pid), 5, "all processes are gone")


if __name__ == "__main__":
    unittest.main()
