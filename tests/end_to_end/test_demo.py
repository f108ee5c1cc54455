# SPDX-License-Identifier: Apache-2.0
"""deploy/demo in small: it ends well, says so in JSON, and leaves nothing behind."""
import json
import os
import signal
import subprocess
import tempfile
import unittest

from scenario import ROOT, needs_programs, programs, wait_until

FIELDS = {"complaints", "linked", "review", "none", "dead", "unaccounted", "delivered", "duplicates",
          "wrong", "wrong_by", "missed", "review_top3", "levels", "latency_ms", "pss_kb"}


def running_in(folder):
    """pids of processes whose command line names the folder."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if folder.encode() in file.read():
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

    def test_a_small_morning_ends_well_and_is_written_as_json(self):
        path = f"{self.folder}/uitkomst.json"
        demo = self.demo("--once", "--json", path, "--klachten", "100", "--seconden", "8")
        out, errors = demo.communicate(timeout=240)
        self.assertEqual(demo.returncode, 0, out + errors)
        with open(path, encoding="utf-8") as file:
            result = json.load(file)
        self.assertEqual(set(result), FIELDS)
        self.assertEqual((result["complaints"], result["unaccounted"], result["wrong"]), (100, 0, 0))
        self.assertEqual(result["delivered"], result["linked"])
        self.assertIn("onverklaard", out)
        self.assertEqual(running_in(self.folder), [])

    def test_interrupted_it_leaves_no_process_behind(self):
        demo = self.demo("--once")
        self.addCleanup(demo.communicate)
        wait_until(lambda: len(running_in(self.folder)) > 3, 60, "Schakel runs")
        os.killpg(demo.pid, signal.SIGINT)
        demo.wait(30)
        wait_until(lambda: not running_in(self.folder), 5, "all processes are gone")


if __name__ == "__main__":
    unittest.main()
