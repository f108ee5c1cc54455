# SPDX-License-Identifier: Apache-2.0
"""Colours are for eyes: on a terminal only, and not for who wants none."""
import os
import pty
import subprocess
import unittest

from small import Small
from systems.installation import programs


class ColoursTest(Small):
    def on_terminal(self, **environment):
        """What `schakel check` writes to a terminal."""
        ours, theirs = pty.openpty()
        with subprocess.Popen([f"{programs()}/schakel", "check", "--config", self.schakel.config],
                              stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.DEVNULL,
                              env={**os.environ, "TERM": "xterm", "NO_COLOR": ""} | environment):
            os.close(theirs)
            said = bytearray()
            try:
                while part := os.read(ours, 65536):
                    said += part
            except OSError:  # the other side is closed
                pass
        os.close(ours)
        return said.decode()

    def test_a_terminal_gets_them_and_the_words_stay(self):
        said = self.on_terminal()
        self.assertIn("\033[32mok\033[0m", said)

    def test_who_wants_none_and_what_is_no_terminal_get_none(self):
        for said in (self.on_terminal(NO_COLOR="1"), self.on_terminal(TERM="dumb"),
                     self.schakel.schakel("check").stdout):
            self.assertNotIn("\033", said)
            self.assertIn("ok", said)


if __name__ == "__main__":
    unittest.main()
