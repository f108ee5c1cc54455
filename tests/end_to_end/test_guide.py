# SPDX-License-Identifier: Apache-2.0
"""Follows docs/connect-your-system.md from its first step to its last, in an empty folder.

The one idea: the page is the script. A block `KIND FILE` is a file (`FILE +`: added at its end),
`sh` is typed, `sh terminal` runs on in a terminal of its own (the one before ends), and a `text`
block is what must then be seen, where … stands for anything; what takes a moment is asked again
until it is there. Only the ports are others, so that nothing of this machine is in the way.
"""
import os
import re
import signal
import subprocess
import tempfile
import time
import unittest

from scenario import ROOT, needs_programs, programs
from systems.installation import free_port

GUIDE = os.path.join(ROOT, "docs", "connect-your-system.md")
SECONDS = 20


def steps():
    """[(kind, words, content)] of the page's blocks, with free ports."""
    with open(GUIDE, encoding="utf-8") as file:
        page = file.read()
    for port in set(re.findall(r"127\.0\.0\.1:(\d+)", page)):
        page = page.replace(f"127.0.0.1:{port}", f"127.0.0.1:{free_port()}")
    blocks = re.findall(r"^```(\w+) ?(.*)\n((?:.*\n)*?)```$", page, re.MULTILINE)
    return [(kind, words.split(), content) for kind, words, content in blocks]


def pattern(text):
    """The lines of a text block, each somewhere, in this order."""
    lines = [re.escape(line).replace("…", ".*") for line in text.splitlines() if line != "…"]
    return re.compile(r"(?s:.*)\n?".join(lines))


@needs_programs
class GuideTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="schakel-guide-")
        self.addCleanup(folder.cleanup)
        self.folder, self.terminal = folder.name, None
        self.environment = os.environ | {"PATH": f"{os.path.abspath(programs())}:{os.environ['PATH']}"}
        self.environment.pop("SCHAKEL_CONFIG", None)
        self.addCleanup(self.close_terminal)

    def close_terminal(self):
        """Ctrl-C."""
        if self.terminal:
            os.killpg(self.terminal.pid, signal.SIGINT)
            self.assertEqual(self.terminal.wait(15), 0)
            self.terminal = None

    def open_terminal(self, command):
        self.close_terminal()
        with open(f"{self.folder}/terminal.out", "wb") as output, \
                open(f"{self.folder}/terminal.log", "ab") as log:
            self.terminal = subprocess.Popen(["bash", "-ec", f"exec {command}"], cwd=self.folder,
                                             env=self.environment, stdin=subprocess.DEVNULL,
                                             stdout=output, stderr=log, start_new_session=True)

    def typed(self, command):
        done = subprocess.run(["bash", "-ec", command], cwd=self.folder, env=self.environment,
                              capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def in_terminal(self, _):
        with open(f"{self.folder}/terminal.out", encoding="utf-8") as output:
            return 0, output.read(), ""

    def see(self, ask, command, wanted):
        """Asks until `wanted` is seen; what a file gave away (mv) is not done twice."""
        deadline = time.monotonic() + SECONDS
        while True:
            status, out, errors = ask(command)
            if status == 0 and wanted.search(out):
                return
            self.assertLess(time.monotonic(), deadline,
                            f"{command}\ngave {status}:\n{out}{errors}\nnot {wanted.pattern}")
            command = "\n".join(line for line in command.splitlines()
                                if not line.startswith(("cp ", "mv ")))
            time.sleep(0.05)

    def write(self, name, content, *more):
        with open(f"{self.folder}/{name}", "a" if more else "w", encoding="utf-8") as file:
            file.write(content)

    def test_every_step_of_the_guide_gives_what_the_guide_says(self):
        todo = steps()
        self.assertGreater(len(todo), 20)
        for number, (kind, words, content) in enumerate(todo):
            if kind == "text":
                continue
            if kind != "sh":
                self.write(words[0], content, *words[1:])
                continue
            after = todo[number + 1]
            self.assertEqual(after[0], "text", f"what is seen after {content}")
            if words == ["terminal"]:
                self.open_terminal(content)
            self.see(self.in_terminal if words else self.typed, content, pattern(after[2]))

    def test_the_readme_and_the_guide_name_files_that_exist(self):
        for page in (GUIDE, os.path.join(ROOT, "README.md")):
            with open(page, encoding="utf-8") as file:
                links = re.findall(r"\]\(([^)#]+)", file.read())
            gone = [link for link in links if "://" not in link
                    and not os.path.exists(os.path.join(os.path.dirname(page), link))]
            self.assertEqual(gone, [], page)


if __name__ == "__main__":
    unittest.main()
