# SPDX-License-Identifier: Apache-2.0
"""What stands in a document is true: commands are run, links lead somewhere, the picture of the
rooms is that of CMake and of the includes, and public headers say what each function does.

The one idea: a document is held to the thing it is about by a script, or it says nothing that
can go stale.
"""
import functools
import json
import os
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(os.environ.get("SK_SOURCE_DIR", pathlib.Path(__file__).parents[2]))

# Who reads the `sh` blocks of a document and runs them.
RUN_BY = {
    "README.md": "tests/end_to_end/test_operate.py",
    "docs/connect-your-system.md": "tests/end_to_end/test_guide.py",
    "deploy/README.md": "tests/deploy/test_install.py",
    "deploy/kafka.d/README.md": "tests/end_to_end/test_kafka.py",
    "tests/systems/README.md": "tests/systems/test_systems.py",
}
# Of the README, what no test can run because it runs the tests.
ELSEWHERE = {"./deploy/demo --once": "tests/end_to_end/test_demo.py", "./tests/run": "tests/run"}
BLOCK = re.compile(r"^```(.*)\n((?:.*\n)*?)```$", re.MULTILINE)


@functools.cache
def tracked(pattern):
    names = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", pattern], cwd=ROOT,
                           capture_output=True, text=True, check=True).stdout
    return [name for name in names.splitlines() if (ROOT / name).exists()]


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def reached(arrows):
    """{room: all it uses, over others too}"""
    def walk(room, seen):
        for used in arrows.get(room, ()):
            if used not in seen:
                seen.add(used)
                walk(used, seen)
        return seen
    return {room: walk(room, set()) for room in arrows}


def rooms_of_cmake():
    """{room or program: what it links of ours}, from every CMakeLists.txt outside tests."""
    arrows = {"base": set(), "events": {"avro"}}
    for name in tracked("*CMakeLists.txt"):
        if not name.startswith(("core/", "connectors/")) or "codegen" in name:
            continue
        text = re.sub(r"#.*", "", text_of(name))
        for kind, room, rest in re.findall(
                r"(sk_library|sk_process|target_link_libraries)\(\s*(\S+)([^)]*)\)", text):
            room = f"schakel-{room}" if kind == "sk_process" else room.removeprefix("sk_")
            used = re.findall(r"\bsk_(\w+)", rest.split("LINK")[-1])
            arrows.setdefault(room, set()).update(used)
    return arrows


def rooms_of_the_picture():
    block, = [body for words, body in BLOCK.findall(text_of("docs/architecture.md"))
              if words == "mermaid"]
    arrows = {}
    for left, right in re.findall(r"^ +(\S+) --> (.+)$", block, re.MULTILINE):
        arrows.setdefault(left, set()).update(right.split(" & "))
    return arrows | {"base": set()}


class Documents(unittest.TestCase):
    def test_every_block_of_commands_is_read_and_run_by_a_test(self):
        for name in tracked("*.md"):
            if not any(words.split()[:1] == ["sh"] for words, _ in BLOCK.findall(text_of(name))):
                continue
            with self.subTest(document=name):
                self.assertIn(name, RUN_BY)
                runner = pathlib.Path(RUN_BY[name])
                self.assertIn(pathlib.Path(name).name, text_of(runner), "it does not read the document")
                self.assertIn(runner.name, text_of(runner.parent / "CMakeLists.txt"))

    def test_commands_stand_in_blocks_that_say_so(self):
        commands = re.compile(r"^ *(\$ |cd |schakel |schakel-\w+ -|\./|python3 |deploy/|tests/|[A-Z_]+=\S+ \S)",
                              re.MULTILINE)
        wrong = []
        for name in tracked("*.md"):
            text = text_of(name)
            wrong += [f"{name}: {body}" for words, body in BLOCK.findall(text)
                      if words in ("", "console", "bash") and commands.search(body)]
            wrong += [f"{name}: {line}" for line in BLOCK.sub("", text).splitlines()
                      if line.startswith("    ") and commands.match(line)]
        self.assertEqual(wrong, [])

    def test_what_the_readme_runs_besides_schakel_is_run_elsewhere(self):
        lines = [line.split("#")[0].strip() for words, body in BLOCK.findall(text_of("README.md"))
                 if words == "sh" for line in body.splitlines()]
        others = {line for line in lines if line and not line.startswith("schakel ")}
        self.assertEqual(others, set(ELSEWHERE))
        self.assertIn("--once", text_of(ELSEWHERE["./deploy/demo --once"]))

    def test_every_link_of_a_document_leads_somewhere(self):
        gone = []
        for name in tracked("*.md"):
            for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", BLOCK.sub("", text_of(name))):
                if "://" not in link and not (ROOT / name).parent.joinpath(link).exists():
                    gone.append(f"{name}: {link}")
        self.assertEqual(gone, [])

    def test_every_idea_of_a_part_stands_in_its_readme(self):
        """A file's name, or what it begins with: `compat_report.c` belongs to `compat`."""
        gone = []
        for name in tracked("core/*.c"):
            path = pathlib.Path(name)
            words = path.stem.split("_")
            ideas = {"_".join(words[:count]) for count in range(1, len(words) + 1)}
            named = {word.rstrip("_") for word in re.findall(r"\w+", text_of(path.parent / "README.md"))}
            if path.stem != "main" and not ideas & named:
                gone.append(name)
        self.assertEqual(gone, [])

    def test_the_table_of_topics_is_topics_json(self):
        known = json.loads(text_of("schemas/topics.json"))
        keys = {one.get("name", one.get("pattern")): "/".join(one["sleutel"] or ["–"])
                for one in known["topics"] + known["patterns"]}
        rows = re.findall(r"^\| `(\S+)` \| `?(.*?)`? \|", text_of("schemas/README.md"), re.MULTILINE)
        self.assertEqual(dict(rows), keys)

    def test_the_picture_of_the_rooms_is_what_cmake_links(self):
        self.assertEqual(reached(rooms_of_the_picture()), reached(rooms_of_cmake()))

    def test_the_picture_of_the_rooms_is_what_the_sources_include(self):
        may = reached(rooms_of_the_picture())
        wrong = []
        for name in tracked("core/*.[ch]") + tracked("connectors/*.[ch]"):
            room = pathlib.Path(name).parts[1]
            if room in ("registry", "odbc", "xml"):
                room = f"schakel-{room}"
            elif room == "cli":
                room = "schakel"
            for other in re.findall(r'^#include "(\w+)/', text_of(name), re.MULTILINE):
                if other in may and other != room and other not in may[room]:
                    wrong.append(f"{name} includes {other}")
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
