# SPDX-License-Identifier: Apache-2.0
"""Manual pages and completion say what the programs say: every command, every option."""
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = os.path.join(os.environ.get("SK_BINARY_DIR", os.path.join(ROOT, "build", "release")), "bin")
PROCESSES = ("registry", "correlation", "edison", "klaroen")
MISSING = [name for name in ("schakel", *(f"schakel-{one}" for one in PROCESSES))
           if not os.path.exists(os.path.join(PROGRAMS, name))]


@unittest.skipIf(MISSING, f"not built in {PROGRAMS}: {', '.join(MISSING)}")
class ManualTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="schakel-manual-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        subprocess.run([sys.executable, "-B", f"{ROOT}/deploy/manual/generate.py", PROGRAMS, "1.2.3",
                        f"{ROOT}/deploy/etc/schakel.ini", cls.folder], check=True)
        told = subprocess.run([f"{PROGRAMS}/schakel", "--help", "--json"], capture_output=True, text=True, check=True)
        cls.table = json.loads(told.stdout)

    def page(self, name):
        with gzip.open(os.path.join(self.folder, f"{name}.gz"), "rt", encoding="utf-8") as file:
            return file.read().replace("\\-", "-")

    def completed(self, *words):
        """What bash offers after these words, of which the last is being typed."""
        script = (f"source {self.folder}/schakel.bash; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _schakel; "
                  "printf '%s\\n' \"${COMPREPLY[@]}\"")
        return set(subprocess.run(["bash", "-c", script, "-", *words], capture_output=True, text=True,
                                  check=True).stdout.split())

    def test_every_command_and_every_option_stands_in_its_page_with_an_example(self):
        page = self.page("schakel.1")
        for one in self.table:
            with self.subTest(command=one["opdracht"]):
                self.assertIn(f"\n.SS {one['opdracht']} ", page)
                self.assertIn(f"schakel {one['voorbeeld']}", page)
                self.assertEqual([o["naam"] for o in one["opties"] if f"--{o['naam']}\n" not in page], [])

    def test_every_setting_of_a_process_stands_in_its_page_and_in_that_of_the_configuration(self):
        configuration = self.page("schakel.ini.5")
        for process in PROCESSES:
            told = subprocess.run([f"{PROGRAMS}/schakel-{process}", "--help"], capture_output=True, text=True,
                                  check=True).stdout
            names = re.findall(r"(?m)^  --(\S+)", told)
            self.assertGreater(len(names), 5)
            page = self.page(f"schakel-{process}.8")
            with self.subTest(process=process):
                self.assertEqual([name for name in names if not re.search(rf"\n\.B --{re.escape(name)}\b", page)], [])
                self.assertIn(f'.SH "[{process}]"', configuration)
                self.assertEqual([name for name in names if name not in ("config", "check", "flows", "access")
                                  and f".B {name}\n" not in configuration], [])

    @unittest.skipUnless(shutil.which("groff"), "needs groff")
    def test_the_pages_are_well_formed(self):
        for name in os.listdir(self.folder):
            if name.endswith(".gz"):
                with gzip.open(os.path.join(self.folder, name)) as file:
                    done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-Kutf8"], input=file.read(),
                                          capture_output=True, check=True)
                self.assertEqual(done.stderr, b"", name)

    def test_bash_completes_commands_options_and_choices(self):
        self.assertLessEqual({one["opdracht"] for one in self.table}, self.completed("schakel", ""))
        self.assertEqual(self.completed("schakel", "stat"), {"status"})
        self.assertIn("--follow", self.completed("schakel", "tail", "--f"))
        self.assertEqual(self.completed("schakel", "status", "--log", ""), {"error", "warn", "info", "debug"})


if __name__ == "__main__":
    unittest.main()
