"""A command in a time box: its output line by line as it comes, and the end of all its processes when the time is over.

A command runs in a session of its own, and whatever of it loses its parent becomes a child of this process, which so
finds all of them. Those that do not end when they are asked to are killed, and those that cannot be killed (a call into
a driver that never returns) are left behind, which is told.
"""

import contextlib
import ctypes
import os
import pathlib
import select
import signal
import subprocess
import time
from dataclasses import dataclass

PR_SET_CHILD_SUBREAPER = 36
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PIECE, PIECES_LEFT = 65536, 32  # bytes that are read at once; and how often, when all is over


class Signals:
    """Makes signals readable: those that ask this process to stop, and the ends of its children."""

    def __init__(self):
        self.stop = None  # the first signal that asked for it
        self.readable, writable = os.pipe()
        os.set_blocking(self.readable, False)
        os.set_blocking(writable, False)
        signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in STOPS:
            if signal.getsignal(number) != signal.SIG_IGN:  # nohup
                signal.signal(number, self._asked)
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def _asked(self, number, _):
        self.stop = self.stop or signal.Signals(number)

    def drain(self):
        with contextlib.suppress(BlockingIOError):
            while os.read(self.readable, 512):
                pass


@dataclass
class Ended:
    how: str  # "ended", "timed out", "stopped"
    code: int  # of the process itself, negative for a signal; None when it was left behind
    seconds: float
    left: list  # processes that could not be killed


def parents():
    """The parent of every process."""
    found = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            # The name in brackets can hold anything.
            found[int(stat.parent.name)] = int(stat.read_text(errors="replace").rpartition(")")[2].split()[1])
    return found


def descendants():
    """The processes that this one started, and those that they did, until they are waited for."""
    every, found, known = parents(), [], {os.getpid()}
    while True:
        more = [process for process, parent in every.items() if parent in known and process not in known]
        if not more:
            return found
        found += more
        known.update(more)


class Box:
    """One run of a command. `told(line)` hears its lines, standard error among them."""

    def __init__(self, command, told, signals, environment=None):
        self.told, self.signals, self.rest = told, signals, b""
        self.start = time.monotonic()
        self.output, writable = os.pipe()
        os.set_blocking(self.output, False)
        try:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=writable, stderr=subprocess.STDOUT, start_new_session=True,
                env=os.environ | (environment or {}))
        except OSError:
            os.close(self.output)
            raise
        finally:
            os.close(writable)

    def _take_output(self):
        """A piece of it: there may be more than can be taken in time. False where there is none, for now or for ever."""
        try:
            piece = os.read(self.output, PIECE)
        except BlockingIOError:
            return False
        *lines, self.rest = (self.rest + piece).split(b"\n")
        for line in lines:
            self.told(line.decode(errors="replace").rstrip("\r"))
        return len(piece) > 0

    def _reap(self):
        """Also those that lost their parent."""
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                if pid == self.process.pid:
                    self.process.returncode = os.waitstatus_to_exitcode(status)

    def _wait(self, until, done):
        """Passes output on until done() or a time. False when that came first."""
        poll = select.poll()
        poll.register(self.signals.readable, select.POLLIN)
        poll.register(self.output, select.POLLIN)
        while True:
            self._reap()
            if done():
                return True
            left = until - time.monotonic()
            if left <= 0:
                return False
            for file, what in poll.poll(left * 1e3):
                if file == self.signals.readable:
                    self.signals.drain()
                elif not what & select.POLLIN:
                    poll.unregister(self.output)  # at its end
                else:
                    self._take_output()

    def _is_over(self):
        return self.process.returncode is not None or self.signals.stop is not None

    def _kill_all(self, grace):
        """Returns whom even that did not end."""
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)
            self._wait(time.monotonic() + grace, lambda: not descendants())
        end = time.monotonic() + grace
        while descendants() and time.monotonic() < end:
            for process in descendants():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            self._wait(min(end, time.monotonic() + grace / 10), lambda: not descendants())
        return descendants()

    def run(self, seconds, grace):
        """Until it is over, at most so long and twice `grace`, in which all its processes are ended."""
        how, left = "timed out", []
        try:
            if self._wait(self.start + seconds, self._is_over):
                how = "stopped" if self.process.returncode is None else "ended"
        finally:
            left += self._kill_all(grace)
        for _ in range(PIECES_LEFT):
            if not self._take_output():
                break
        if self.rest:
            self.told(self.rest.decode(errors="replace"))
        os.close(self.output)
        return Ended(how, self.process.returncode, time.monotonic() - self.start, left)


def run(command, seconds, grace, told, signals, environment=None):
    return Box(command, told, signals, environment).run(seconds, grace)
