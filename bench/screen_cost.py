"""What the screen costs training: one run in many short blocks, in turn with the screen drawn at ten frames a second and
with a terminal that has become too small to draw anything of the run.

Whole runs differ by more than this from one to the next; blocks of one run in turn share its noise. For each pair of
neighbours two ratios are taken, drawn to not drawn: of the processor time that a step takes on the threads that train,
and of the steps in a second. The medians of these are told with what bootstrapping says of their spread.
"""

import argparse
import bisect
import json
import os
import pathlib
import random
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "tests" / "link"))

import link_recipe
import report
from far_terminal import Terminal

RATE = 10  # frames a second
CASES = [(80, 24, 1), (200, 60, 2)]  # columns, lines, threads that train
TINY = 10, 2  # columns and lines: nothing is drawn
SETTLE = 0.2  # seconds of a block that are left out: the first picture
NOTHING = 8  # bytes: a request that is sent again shows nothing


def processor_seconds(process):
    """Of the thread that draws, and of all others."""
    own, others = 0, 0
    for task in pathlib.Path(f"/proc/{process}/task").iterdir():
        try:
            spent = int((task / "schedstat").read_text().split()[0]) / 1e9
        except FileNotFoundError:  # it has ended
            continue
        if task.name == str(process):
            own = spent
        else:
            others += spent
    return own, others


class Steps:
    """The steps of the run, as its metrics tell of them."""

    def __init__(self, runs):
        self.runs, self.seconds, self.begun, self.rest = runs, [], float("inf"), b""
        self.file = None

    def read(self):
        if not self.file:
            found = sorted(self.runs.glob("*/metrics.jsonl"))
            if not found:
                return
            self.file = found[0].open("rb")
        lines = (self.rest + self.file.read()).split(b"\n")
        self.rest = lines.pop()
        self.seconds += [step["seconds"] for step in map(json.loads, lines) if step["kind"] == "step"]
        # A line comes after its step: the least delay is the nearest to none.
        if self.seconds:
            self.begun = min(self.begun, time.monotonic() - self.seconds[-1])

    def _done(self, moment):
        """With the part of the step that was going on."""
        at = moment - self.begun
        next_one = bisect.bisect_right(self.seconds, at)
        if next_one in (0, len(self.seconds)):
            return next_one
        before, after = self.seconds[next_one - 1:next_one + 1]
        return next_one + (at - before) / (after - before)

    def between(self, begin, end):
        return self._done(end) - self._done(begin)


def run_blocks(terminal, steps, size, pairs, seconds):
    """(drawn, begin, end, own, others, frames) of each block."""
    blocks = []
    for i in range(2 * pairs):
        # ABBA: what goes one way over time favours none.
        drawn = i % 4 in (0, 3)
        terminal.resize(*(size if drawn else TINY))
        terminal.run(SETTLE)
        begin, before = time.monotonic(), processor_seconds(terminal.process)
        terminal.run(seconds)
        end, after = time.monotonic(), processor_seconds(terminal.process)
        frames = sum(begin <= at < end and size > NOTHING for at, size in terminal.events)
        blocks.append((drawn, begin, end, after[0] - before[0], after[1] - before[1], frames))
        steps.read()
    return blocks


def measure(program, columns, rows, threads, pairs, seconds):
    with tempfile.TemporaryDirectory() as folder:
        recipe = link_recipe.write(pathlib.Path(folder), device=f"cpu:{threads}")
        command = [program, "--rate", str(RATE), "--recipe", recipe]
        terminal = Terminal(command, columns, rows, environment={"CUVETTE_HOME": folder, "CUVETTE_PROBE": "off"})
        steps = Steps(pathlib.Path(folder) / "runs")
        try:
            terminal.run(3)
            terminal.send("t")
            terminal.run(5)
            blocks = run_blocks(terminal, steps, (columns, rows), pairs, seconds)
            terminal.run(3)
            steps.read()
        finally:
            terminal.close()
    return blocks, steps


def spread(values, times=2000):
    """The median, and the range that holds it with 95 % by bootstrapping."""
    chance = random.Random(1)
    medians = sorted(statistics.median(chance.choices(values, k=len(values))) for _ in range(times))
    return statistics.median(values), medians[times // 40], medians[-times // 40]


def percent(ratios):
    middle, low, high = (100 * (value - 1) for value in spread(ratios))
    return f"{middle:+.2f} ({low:+.2f} to {high:+.2f})"


def row(blocks, steps):
    counted = [(drawn, steps.between(begin, end), end - begin, own, others, frames)
               for drawn, begin, end, own, others, frames in blocks]
    work, speed = [], []
    for one, other in zip(counted[::2], counted[1::2]):
        yes, no = (one, other) if one[0] else (other, one)
        if yes[1] and no[1]:
            work.append((yes[4] / yes[1]) / (no[4] / no[1]))
            speed.append((yes[1] / yes[2]) / (no[1] / no[2]))
    drawn, still = [b for b in counted if b[0]], [b for b in counted if not b[0]]
    return [
        f"{len(work)}", f"{statistics.mean(b[5] / b[2] for b in drawn):.1f}",
        f"{statistics.mean(b[5] / b[2] for b in still):.1f}",
        f"{100 * statistics.median(b[3] / b[2] for b in drawn):.2f}",
        f"{100 * statistics.median(b[3] / b[2] for b in still):.2f}",
        percent(work), percent(speed),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--pairs", type=int, default=180)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks.md")
    options = parser.parse_args()
    program = str(pathlib.Path(options.program).absolute())
    rows = []
    for columns, lines, threads in CASES:
        blocks, steps = measure(program, columns, lines, threads, options.pairs, options.seconds)
        rows.append([f"{columns}×{lines}", f"{threads}", *row(blocks, steps)])
        print(*rows[-1], sep="\t", flush=True)
    heads = ["size", "threads", "pairs", "frames/s", "not drawn", "drawing, % of a core", "not drawn",
             "processor time a step, %", "steps a second, %"]
    text = f"{report.circumstances(os.cpu_count())}\n\n{report.table(heads, rows)}"
    print(text)
    if options.write:
        report.write_section("make bench-screen-cost", text)


if __name__ == "__main__":
    main()
