"""A program on a pseudo-terminal, seen through a link: what arrives when, and keys and answers on the way back.

The link is played in user space: a bandwidth, a delay each way, and losses, after which all behind what was lost waits
until it has been sent again, as with TCP.
"""

import dataclasses
import fcntl
import os
import pty
import random
import select
import signal
import struct
import termios
import time

PACKET = 90  # bytes that ssh and TCP add to whatever is sent
RESEND = 1.0  # seconds until what was lost is sent again

# What terminals are asked, and what xterm says. The cursor's place is asked by one program only, which wants to know
# whether a character was repeated nine columns from the left of the second row.
ANSWERS = {b"\033[5n": b"\033[0n", b"\033[6n": b"\033[2;10R", b"\033[c": b"\033[?62;22c"}


@dataclasses.dataclass
class Link:
    bytes_a_second: float = 0  # 0: any number
    delay: float = 0  # seconds, each way
    loss: float = 0  # of packets


class Way:
    """One way of a link: bytes that are under way, each lot with the time of its arrival."""

    def __init__(self, link, seed):
        self.link, self.chance = link, random.Random(seed)
        self.lots, self.free_at, self.newest = [], 0.0, 0.0

    def send(self, data, now):
        start = max(now, self.free_at)
        rate = self.link.bytes_a_second
        self.free_at = start + ((len(data) + PACKET) / rate if rate else 0)
        arrival = self.free_at + self.link.delay
        while self.chance.random() < self.link.loss:
            arrival += max(RESEND, 3 * self.link.delay)
        self.newest = max(self.newest, arrival)
        self.lots.append((self.newest, data))

    def arrived(self, now):
        due = [data for at, data in self.lots if at <= now]
        self.lots = self.lots[len(due):]
        return due

    def wait(self, now):
        return max(self.lots[0][0] - now, 0) if self.lots else None


class Terminal:
    def __init__(self, command, columns=80, rows=24, link=None, environment=None, answers=True, seed=1):
        self.there, self.back = Way(link or Link(), seed), Way(link or Link(), seed + 1)
        self.answers, self.events, self.text = answers, [], b""
        self.blackout_until = 0.0
        self.process, self.master = pty.fork()
        if self.process == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            for name in ("COLUMNS", "LINES", "NO_COLOR"):
                os.environ.pop(name, None)
            os.environ.update({"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **(environment or {})})
            try:
                os.execvp(command[0], command)
            finally:
                os._exit(127)
        self.begun = time.monotonic()

    def resize(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def send(self, keys):
        self.back.send(keys.encode(), time.monotonic())

    def stall(self, seconds):
        """Nothing passes for so long; then all that has waited comes."""
        self.blackout_until = time.monotonic() + seconds

    def run(self, seconds, until=None):
        """Runs for so long at most, or until a condition holds; says whether it did."""
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            if until and until():
                return True
            self._turn(min(end - now, 0.05))
        return bool(until and until())

    def wait_for(self, text, seconds=60):
        begin = len(self.text)
        if not self.run(seconds, lambda: text.encode() in self.text[begin:]):
            raise AssertionError(f"waited {seconds} s in vain for {text!r}")
        return self.events[-1][0]

    def _turn(self, most):
        now = time.monotonic()
        waits = [w for w in (self.there.wait(now), self.back.wait(now), most) if w is not None]
        ready, _, _ = select.select([self.master], [], [], min(waits))
        now = time.monotonic()
        if ready:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                data = b""
            if not data:
                raise EOFError("the program has ended")
            self.there.send(data, now)
        if now < self.blackout_until:
            return
        for data in self.there.arrived(now):
            self._show(data, now)
        for data in self.back.arrived(now):
            os.write(self.master, data)

    def _show(self, data, now):
        self.events.append((now, len(data)))
        before = len(self.text)
        self.text += data
        if not self.answers:
            return
        places = []
        for question, answer in ANSWERS.items():
            at = self.text.find(question, max(before - len(question) + 1, 0))
            while at >= 0:
                places.append((at, answer))
                at = self.text.find(question, at + 1)
        for _, answer in sorted(places):
            self.back.send(answer, now)

    def bytes_since(self, moment):
        return sum(size for at, size in self.events if at >= moment)

    def close(self):
        try:
            os.kill(self.process, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self.process, 0)
        os.close(self.master)
