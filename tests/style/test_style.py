# SPDX-License-Identifier: Apache-2.0
"""The rules of the house that a machine can check, over every C file that git knows."""

import os
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(os.environ.get("SK_SOURCE_DIR", pathlib.Path(__file__).parents[2]))

# A part includes only parts before it (design.md §2). `events` is generated.
ORDER = ["base", "avro", "events", "net", "bus", "adapter", "runtime", "intake", "match",
         "correlation", "registry", "monitor", "cli", "odbc", "xml"]
# These stand side by side: none includes another of them.
SIDE_BY_SIDE = {"correlation", "registry", "monitor", "cli", "odbc", "xml"}
LONGEST_FILE = 600
LONGEST_HEADER = 300


def tracked(*patterns):
    names = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", *patterns],
                           cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split("\n") if name and (ROOT / name).exists()]


def c_files():
    return tracked("*.c", "*.h")


def part_of(path):
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == "core" else None


class Style(unittest.TestCase):
    def test_every_c_file_is_formatted_as_clang_format_does(self):
        found = subprocess.run(["clang-format-14", "--dry-run", "-Werror", *c_files()],
                               capture_output=True, text=True)
        self.assertEqual(found.returncode, 0, found.stderr[:2000])

    def test_includes_point_up_the_order_of_parts_only(self):
        wrong = []
        for path in c_files():
            part = part_of(path)
            if part is None:
                continue
            for line in path.read_text().splitlines():
                match = re.match(r'#include "([a-z_]+)/', line)
                if not match or match[1] == part:
                    continue
                other = match[1]
                if (ORDER.index(other) > ORDER.index(part)
                        or (part in SIDE_BY_SIDE and other in SIDE_BY_SIDE)):
                    wrong.append(f"{path.relative_to(ROOT)}: {line}")
        self.assertEqual(wrong, [])

    def test_connectors_never_include_each_other_or_the_programs_of_core(self):
        wrong = []
        for path in tracked("connectors/*.c", "connectors/*.h"):
            own = path.relative_to(ROOT).parts[1]
            for line in path.read_text().splitlines():
                match = re.match(r'#include "(.+?)/', line)
                if match and match[1] not in (own, *ORDER[:8]):
                    wrong.append(f"{path.relative_to(ROOT)}: {line}")
        self.assertEqual(wrong, [])

    def test_after_the_own_header_come_the_systems_then_ours(self):
        wrong = []
        for path in tracked("core/*.c", "connectors/*.c"):
            lines = [line for line in path.read_text().splitlines()
                     if re.match(r'#include ["<]', line)]
            if lines and lines[0].startswith('#include "'):
                del lines[0]
            ours = [line.startswith('#include "') for line in lines]
            if ours != sorted(ours):
                wrong.append(f"{path.relative_to(ROOT)}: ours before the system's")
        self.assertEqual(wrong, [])

    def test_every_source_says_its_licence_first(self):
        missing = [str(path.relative_to(ROOT)) for path in tracked("*.c", "*.h", "*.py")
                   if "SPDX-License-Identifier: Apache-2.0" not in "\n".join(
                       path.read_text().splitlines()[:3])]
        self.assertEqual(missing, [])

    def test_no_file_holds_more_than_one_idea_can_fill(self):
        long = [f"{path.relative_to(ROOT)}: {count}" for path in c_files()
                if (count := len(path.read_text().splitlines())) > LONGEST_FILE]
        long += [f"{path.relative_to(ROOT)}: {count}" for path in tracked("core/*.h")
                 if (count := len(path.read_text().splitlines())) > LONGEST_HEADER]
        self.assertEqual(long, [])

    def test_the_top_level_holds_only_what_the_design_names(self):
        allowed = {"connectors", "core", "schemas", "deploy", "docs", "tests", "CMakeLists.txt",
                   "CMakePresets.json", "README.md", "LICENSE"}
        names = {path.relative_to(ROOT).parts[0] for path in tracked()}
        self.assertEqual({name for name in names if not name.startswith(".")} - allowed, set())

    def test_every_part_has_a_readme(self):
        folders = [path for root in ("core", "connectors") for path in (ROOT / root).iterdir()
                   if path.is_dir()]
        self.assertEqual([str(path) for path in folders if not (path / "README.md").exists()],
                         [])

    def test_whoever_starts_a_thread_has_a_test_for_the_thread_sanitizer(self):
        starts = re.compile(r"\b(pthread_create|thrd_create)\b|MHD_USE_INTERNAL_POLLING")
        threaded = [str(path.relative_to(ROOT)) for path in c_files()
                    if starts.search(path.read_text())]
        labelled = any(re.search(r"LABELS[^)]*\bthreads\b", path.read_text())
                       for path in tracked("CMakeLists.txt", "*/CMakeLists.txt"))
        self.assertTrue(labelled or not threaded, threaded)

    def test_nothing_says_it_is_unfinished(self):
        words = re.compile(r"\b(TODO|FIXME|XXX)\b")
        found = [f"{path.relative_to(ROOT)}: {line.strip()}" for path in c_files()
                 for line in path.read_text().splitlines() if words.search(line)]
        self.assertEqual(found, [])


if __name__ == "__main__":
    unittest.main()
