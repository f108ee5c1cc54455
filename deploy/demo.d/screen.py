# SPDX-License-Identifier: Apache-2.0
"""One part of the demo on screen: a title and lines, drawn again in place while things happen.

The one idea: on a terminal each drawing replaces the one before; elsewhere only the last one
is written, so that a log or a recording holds every part once.
"""
import os
import sys
import textwrap
import time

WIDTH, HEIGHT = 80, 15
MOMENT = 1.5  # seconds that a person needs to see what changed


class Screen:
    """with Screen("1. …") as screen: screen.draw([…]) as often as something changed."""

    def __init__(self, title, out=None):
        self.title, self.out = title, out or sys.stdout
        self.moving = self.out.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self.lines, self.drawn = [], 0

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if not self.moving and kind is None:
            self._write(self._page())
        self.out.write("\n")
        self.out.flush()

    def draw(self, lines):
        self.lines = lines
        if self.moving:
            back = f"\x1b[{self.drawn}F\x1b[J" if self.drawn else ""
            self._write([back + self.title, *self._page()[1:]])
            self.drawn = len(self._page())

    def moment(self):
        """Leaves what stands there for a moment, when a person may be looking."""
        if self.moving:
            time.sleep(MOMENT)

    def _page(self):
        return [line.rstrip() if len(line) < WIDTH else line[:WIDTH - 2].rstrip() + "…"
                for line in [self.title, *self.lines][:HEIGHT]]

    def _write(self, lines):
        self.out.write("\n".join(lines) + "\n")
        self.out.flush()


def row(label, text, width):
    """`label` and beside it `text`, folded within the screen: a list of lines."""
    folded = textwrap.wrap(text, WIDTH - 1 - width, break_on_hyphens=False) or [""]
    return [f"{head:<{width}}{line}" for head, line in
            zip([label] + [""] * (len(folded) - 1), folded)]
