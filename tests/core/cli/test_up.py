# SPDX-License-Identifier: Apache-2.0
"""`schakel up` over programs of the test's own: what it starts, restarts and stops.

The real `schakel` is copied into a folder whose schakel-<name> programs are shell scripts that
behave as the test needs, since the supervisor runs what stands beside it.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

SCHAKEL = pathlib.Path(os.environ["SK_BINARY_DIR"]) / "bin" / "schakel"
DEADLINE = 20

READY = """#!/bin/bash
# Says it is active, notes that it started and waits for the end.
trap 'echo > "$RUNTIME_DIRECTORY/NAME.ended"; exit 0' TERM
date +%s%N >> "$RUNTIME_DIRECTORY/NAME.starts"
printf '{"proces":"NAME","pid":%d,"toestand":"ACTIEF","commits":COMMITS}' $$ \\
    > "$RUNTIME_DIRECTORY/NAME.tmp"
mv "$RUNTIME_DIRECTORY/NAME.tmp" "$RUNTIME_DIRECTORY/NAME.status"
while :; do sleep 0.05; done
"""

DYING = """#!/bin/bash
date +%s%N >> "$RUNTIME_DIRECTORY/NAME.starts"
exit 1
"""


def wait_until(condition, what):
    end = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"did not happen in {DEADLINE} s: {what}")
        time.sleep(0.01)


class Up(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="schakel-up-"))
        self.addCleanup(shutil.rmtree, self.folder)
        for name in ("schakel", "schakel-supervisor"):
            shutil.copy(SCHAKEL.parent / name, self.folder)
        self.up = None
        self.addCleanup(self.end)

    def end(self):
        if self.up and self.up.poll() is None:
            self.up.terminate()
            self.up.wait(DEADLINE)
        if self.up:
            self.up.stdout.close()

    def program(self, name, text, commits=0):
        path = self.folder / f"schakel-{name}"
        path.write_text(text.replace("NAME", name).replace("COMMITS", str(commits)))
        path.chmod(0o755)

    def start(self, *sections):
        config = self.folder / "schakel.ini"
        config.write_text("[schakel]\nbus = sqlite:bus.db\n" +
                          "".join(f"[{name}]\n" for name in sections))
        self.up = subprocess.Popen(
            [self.folder / "schakel", "up", "--config", config], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, "RUNTIME_DIRECTORY": str(self.folder)})

    def starts(self, name):
        path = self.folder / f"{name}.starts"
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    def pid(self, name):
        try:
            return json.loads((self.folder / f"{name}.status").read_text())["pid"]
        except (FileNotFoundError, json.JSONDecodeError):
            return None

    def test_it_says_ready_once_every_process_is_active(self):
        self.program("edison", READY)
        self.program("klaroen", READY)
        self.start("edison", "klaroen")
        self.assertTrue(self.up.stdout.readline().startswith("ready: 2 processen"))

    def test_a_process_that_dies_is_started_again_at_once(self):
        self.program("edison", READY, commits=1)
        self.start("edison")
        self.up.stdout.readline()
        for count in range(2, 10):
            os.kill(self.pid("edison"), signal.SIGKILL)
            killed = time.time_ns()
            wait_until(lambda: len(self.starts("edison")) == count, "a restart")
            self.assertLess(self.starts("edison")[-1] - killed, 900_000_000)
            former = self.pid("edison")
            wait_until(lambda: self.pid("edison") != former or self.alive(former), "status")
            wait_until(lambda: self.alive(self.pid("edison")), "the new process's status")

    def alive(self, pid):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return f"({'schakel-edison'})" in pathlib.Path(f"/proc/{pid}/stat").read_text()

    def test_only_five_deaths_without_a_unit_make_it_wait(self):
        self.program("edison", DYING)
        self.start("edison")
        wait_until(lambda: len(self.starts("edison")) >= 6, "six starts")
        starts = self.starts("edison")
        self.assertLess(starts[4] - starts[0], 900_000_000)
        self.assertGreaterEqual(starts[5] - starts[4], 950_000_000)

    def test_a_stop_reaches_every_process_and_waits_for_it(self):
        self.program("edison", READY)
        self.program("klaroen", READY)
        self.start("edison", "klaroen")
        self.up.stdout.readline()
        self.up.send_signal(signal.SIGINT)
        self.assertEqual(self.up.wait(DEADLINE), 0)
        self.assertTrue((self.folder / "edison.ended").exists())
        self.assertTrue((self.folder / "klaroen.ended").exists())

    def test_the_processes_end_when_the_supervisor_is_killed(self):
        self.program("edison", READY)
        self.start("edison")
        self.up.stdout.readline()
        self.up.kill()
        self.up.wait(DEADLINE)
        wait_until(lambda: (self.folder / "edison.ended").exists(), "the end of the child")

    def test_a_configuration_that_a_process_refuses_ends_it_by_name(self):
        self.program("edison", READY)
        self.program("klaroen", "#!/bin/bash\nexit 2\n")
        self.start("edison", "klaroen")
        self.assertEqual(self.up.wait(DEADLINE), 2)
        pid = self.pid("edison")
        self.assertFalse(pid and self.alive(pid))

    def test_a_section_without_a_program_is_refused_by_name(self):
        self.program("edison", READY)
        config = self.folder / "schakel.ini"
        config.write_text("[schakel]\nbus = sqlite:bus.db\n[edsion]\nx = 1\n")
        found = subprocess.run([self.folder / "schakel", "up", "--config", config],
                               capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual(found.returncode, 2)
        self.assertIn("[edsion]", found.stderr)

    def test_an_unknown_command_shows_what_there_is(self):
        found = subprocess.run([self.folder / "schakel", "opstarten"], capture_output=True,
                               text=True, timeout=DEADLINE)
        self.assertEqual(found.returncode, 2)
        self.assertIn("review", found.stderr)


if __name__ == "__main__":
    unittest.main()
