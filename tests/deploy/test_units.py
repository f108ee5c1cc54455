# SPDX-License-Identifier: Apache-2.0
"""The units, users and folders fit together, and systemd judges the units as confined."""
import configparser
import os
import pathlib
import re
import shutil
import subprocess
import unittest

ROOT = pathlib.Path(os.environ.get("SK_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("schakel-*.service"))
MOST_EXPOSED = 20  # tenths: 2.0 of 10


def process_of(unit):
    return unit.stem.removeprefix("schakel-")


class UnitsTest(unittest.TestCase):
    @unittest.skipUnless(shutil.which("systemd-analyze"), "needs systemd-analyze")
    def test_systemd_judges_each_unit_as_exposed_two_of_ten_at_most(self):
        for unit in UNITS:
            with self.subTest(unit=unit.name):
                done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager",
                                       f"--threshold={MOST_EXPOSED}", str(unit)],
                                      capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 0, done.stdout[-200:] + done.stderr)

    def test_each_process_of_the_sample_configuration_has_unit_user_and_folder_of_secrets(self):
        sample = configparser.ConfigParser(comment_prefixes=(";",))
        sample.read(DEPLOY / "etc" / "schakel.ini")
        processes = [name for name in sample.sections() if name not in ("schakel", "kafka")]
        self.assertEqual(sorted(processes), [process_of(unit) for unit in UNITS])
        users = (DEPLOY / "sysusers.conf").read_text()
        folders = (DEPLOY / "tmpfiles.conf").read_text()
        wanted = (DEPLOY / "systemd" / "schakel.target").read_text()
        for process in processes:
            with self.subTest(process=process):
                self.assertRegex(users, rf"(?m)^u schakel-{process} ")
                self.assertRegex(users, rf"(?m)^m schakel-{process} +schakel$")
                self.assertRegex(folders, rf"(?m)^d /etc/schakel/secrets/{process} +0700 root root")
                self.assertRegex(wanted, rf"(?m)^Wants=.*\bschakel-{process}\.service\b")

    def test_each_unit_runs_its_own_program_as_its_own_user(self):
        for unit in UNITS:
            with self.subTest(unit=unit.name):
                text, process = unit.read_text(), process_of(unit)
                self.assertIn(f"\nUser=schakel-{process}\n", text)
                self.assertIn(f"\nExecStart=schakel-{process} --config /etc/schakel/schakel.ini\n", text)
                self.assertIn(f"\nLoadCredential=secret:/etc/schakel/secrets/{process}\n", text)

    def test_each_program_that_is_a_process_has_a_unit(self):
        processes = {name for path in [*ROOT.glob("core/*/CMakeLists.txt"), *ROOT.glob("connectors/*/CMakeLists.txt")]
                     for name in re.findall(r"sk_process\((\w+)", path.read_text())}
        helpers = {"supervisor", "odbc", "xml"}  # started by `schakel up` and by connectors
        self.assertEqual(processes - helpers, {process_of(unit) for unit in UNITS})


if __name__ == "__main__":
    unittest.main()
