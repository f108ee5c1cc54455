# SPDX-License-Identifier: Apache-2.0
"""How the demo draws: in place on a terminal, once elsewhere, always within its page."""
import io
import os
import sys
import unittest
from unittest import mock

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests"), os.path.join(ROOT, "deploy", "demo.d")]
from screen import HEIGHT, WIDTH, Screen, row  # noqa: E402


class Terminal(io.StringIO):
    def isatty(self):
        return True


def drawn(out, *pages):
    with mock.patch.dict(os.environ, {"TERM": "xterm"}), Screen("titel", out) as screen:
        for page in pages:
            screen.draw(page)
    return out.getvalue()


class ScreenTest(unittest.TestCase):
    def test_elsewhere_only_the_last_page_is_written(self):
        self.assertEqual(drawn(io.StringIO(), ["een"], ["een", "twee"]), "titel\neen\ntwee\n\n")

    def test_on_a_terminal_each_page_takes_the_place_of_the_one_before(self):
        self.assertEqual(drawn(Terminal(), ["een"], ["een", "twee"]),
                         "titel\neen\n\x1b[2F\x1b[Jtitel\neen\ntwee\n\n")

    def test_a_page_never_leaves_its_room(self):
        for out in (io.StringIO(), Terminal()):
            lines = drawn(out, ["x" * 200] * 40).splitlines()
            self.assertEqual(len(lines), HEIGHT + 1)
            self.assertLess(max(map(len, lines)), WIDTH)

    def test_what_does_not_fit_beside_its_label_is_folded(self):
        self.assertEqual(row("a", "woord " * 14, 10)[0][:15], "a         woord")
        self.assertEqual(row("a", "woord " * 14, 10)[1][:15], "          woord")
        self.assertEqual(row("a", "", 3), ["a  "])


if __name__ == "__main__":
    unittest.main()
