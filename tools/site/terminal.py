"""A terminal that runs a program and knows what stands in each of its cells.

It takes what cuvette's terminfo entry (xterm-256color) has, answers what terminals are asked, and fails at a sequence that
it does not know, so that a picture is never quietly wrong. Nothing sleeps: waiting is reading what the program sends.
"""

import codecs
import collections
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

LIMIT = 300  # seconds: a wait that is longer has failed

# `color` and `ground`: None (the terminal's own), a number of the palette, or (red, green, blue).
Style = collections.namedtuple("Style", "color ground bold dim reverse")
PLAIN = Style(None, None, False, False, False)

SEQUENCE = re.compile(r"\033(?:\[(?P<mark>[?>=]?)(?P<numbers>[\d;]*)(?P<kind>[@-~])"
                      r"|\](?P<title>[^\007\033]*)(?:\007|\033\\)|(?P<set>[()]B)|(?P<short>[=>78M]))")
BEGUN = re.compile(r"\033(?:\[[?>=]?[\d;]*|\][^\007\033]*\033?|[()])?$")


class Cells:
    """The screen: characters and their styles, moved and changed by what a program writes."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.row = self.column = 0
        self.style, self.last, self.answers = PLAIN, " ", ""
        self.wraps = True  # a character behind the last column goes to the next row
        self.whole = False  # a request for the terminal's status came last: with it a frame ends
        self._clear()

    def _clear(self):
        self.cells = [[(" ", PLAIN)] * self.columns for _ in range(self.rows)]

    def lines(self):
        return ["".join(character for character, _ in row).rstrip() for row in self.cells]

    def write(self, text):
        """Returns what of it is the beginning of a sequence, which is to come again with its end."""
        at = 0
        while at < len(text):
            if text[at] == "\033":
                found = SEQUENCE.match(text, at)
                if not found:
                    if BEGUN.match(text, at):
                        return text[at:]
                    raise ValueError(f"the terminal does not know {text[at:at + 12]!r}")
                self._obey(found)
                at = found.end()
            else:
                self._put(text[at])
                at += 1
        return ""

    def _put(self, character):
        self.whole = False
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.row = min(self.row + 1, self.rows - 1)
        elif character == "\b":
            self.column = max(self.column - 1, 0)
        elif character >= " ":
            if self.column == self.columns:
                self.row, self.column = min(self.row + 1, self.rows - 1), 0
            self.cells[self.row][self.column] = (character, self.style)
            self.column = self.column + 1 if self.wraps else min(self.column + 1, self.columns - 1)
            self.last = character

    def _obey(self, found):
        kind = found["kind"]
        if found["mark"] == "?" and "7" in found["numbers"].split(";") and kind in "hl":
            self.wraps = kind == "h"
        if kind is None or found["mark"]:  # a title, a character set, a mode: nothing that is seen in a cell
            return
        numbers = [int(n) if n else 0 for n in found["numbers"].split(";")]
        first = max(numbers[0], 1)
        self.whole = False
        if kind == "m":
            self._dress(numbers)
        elif kind == "H":
            self.row, self.column = first - 1, max((numbers + [1])[1], 1) - 1
        elif kind == "d":
            self.row = first - 1
        elif kind == "G":
            self.column = first - 1
        elif kind in "ABCD":
            rows, columns = {"A": (-1, 0), "B": (1, 0), "C": (0, 1), "D": (0, -1)}[kind]
            self.row = min(max(self.row + rows * first, 0), self.rows - 1)
            self.column = min(max(self.column + columns * first, 0), self.columns - 1)
        elif kind == "b":
            for _ in range(first):
                self._put(self.last)
        elif kind == "X":
            self._blank(self.row, self.column, self.column + first)
        elif kind == "K":
            self._blank(self.row, 0 if numbers[0] else self.column, self.column if numbers[0] == 1 else self.columns)
        elif kind == "J":
            if numbers[0] != 2:
                self._blank(self.row, self.column, self.columns)
            for row in range(0 if numbers[0] == 2 else self.row + 1, self.rows):
                self._blank(row, 0, self.columns)
        elif kind == "n":
            self.whole = numbers[0] == 5
            self.answers += "\033[0n" if self.whole else f"\033[{self.row + 1};{self.column + 1}R"
        elif kind == "c":
            self.answers += "\033[?62;22c"
        elif kind not in "rhlt":
            raise ValueError(f"the terminal does not know {found[0]!r}")

    def _blank(self, row, begin, end):
        ground = PLAIN._replace(ground=self.style.ground)
        for column in range(begin, min(end, self.columns)):
            self.cells[row][column] = (" ", ground)

    def _dress(self, numbers):
        numbers = iter(numbers)
        for n in numbers:
            if n == 0:
                self.style = PLAIN
            elif n in (1, 2, 7):
                self.style = self.style._replace(**{{1: "bold", 2: "dim", 7: "reverse"}[n]: True})
            elif n in (22, 27):
                self.style = self.style._replace(**({"bold": False, "dim": False} if n == 22 else {"reverse": False}))
            elif n in (39, 49):
                self.style = self.style._replace(**{"color" if n == 39 else "ground": None})
            elif n in (38, 48):
                value = next(numbers) if next(numbers) == 5 else (next(numbers), next(numbers), next(numbers))
                self.style = self.style._replace(**{"color" if n == 38 else "ground": value})
            elif 30 <= n % 60 <= 47 and n < 110:
                self.style = self.style._replace(**{"ground" if n // 10 % 2 == 0 else "color": n % 10 + 8 * (n >= 90)})
            else:
                raise ValueError(f"the terminal does not know the attribute {n}")


class Terminal:
    """A program on a pseudo-terminal; `cells` is what it shows."""

    def __init__(self, command, columns, rows, environment):
        self.cells, self.rest = Cells(columns, rows), ""
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.process, self.master = pty.fork()
        if self.process == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
                os.execvpe(command[0], command, {**environment, "TERM": "xterm-256color"})
            finally:
                os._exit(127)

    def send(self, keys):
        os.write(self.master, keys.encode())

    def shows(self, text):
        return any(text in line for line in self.cells.lines())

    def wait(self, text, there=True):
        """Until a text stands in a row, or none has it, at the end of a frame."""
        end = time.monotonic() + LIMIT
        while not (self.cells.whole and self.shows(text) == there):
            self._take(end, text)

    def _take(self, end, text):
        ready, _, _ = select.select([self.master], [], [], max(end - time.monotonic(), 0))
        try:
            data = os.read(self.master, 65536) if ready else b""
        except OSError:
            data = b""
        if not data:
            raise RuntimeError("\n".join(self.cells.lines() + [f"waited in vain for {text!r}"]))
        self.rest = self.cells.write(self.rest + self.decoder.decode(data))
        if self.cells.answers:
            self.send(self.cells.answers)
            self.cells.answers = ""

    def close(self):
        os.close(self.master)
        try:
            os.kill(self.process, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self.process, 0)
