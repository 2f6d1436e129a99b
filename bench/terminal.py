"""A terminal that is never waited for: what it is slow to take it misses."""

import contextlib
import os
import queue
import threading

ROOM = 10_000  # lines


class Terminal:
    """Standard output, written by a thread of its own. A link that stalls, or a reader that has gone away, stops
    nobody; lines beyond the ROOM are dropped."""

    def __init__(self):
        self.lines = queue.Queue(ROOM)
        self.writer = threading.Thread(target=self._write, daemon=True)
        self.writer.start()

    def _write(self):
        while (text := self.lines.get()) is not None:
            left = (text + "\n").encode(errors="replace")
            with contextlib.suppress(OSError):
                while left:
                    left = left[os.write(1, left):]

    def say(self, text):
        with contextlib.suppress(queue.Full):
            self.lines.put_nowait(text)

    def close(self, seconds):
        """Waits at most so long until all is written."""
        with contextlib.suppress(queue.Full):
            self.lines.put(None, timeout=seconds)
        self.writer.join(seconds)
