"""How alive the screen is, and what it costs: bytes and frames a second, the longest time that nothing changes, and the
share of a core, beside htop, btop and nvtop on the same pseudo-terminal, which answers at once.

cuvette trains the built-in digits; its share of a core is that of the thread that draws. The others show the node. A
library in the place of NVML gives those that show GPUs two to show.
"""

import argparse
import os
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "tests" / "link"))

import link_recipe
import report
from far_terminal import Terminal

SIZES = [(80, 24), (132, 50), (200, 60)]
TICKS = os.sysconf("SC_CLK_TCK")
QUIET = 0.15  # seconds without bytes that end the first picture
GREETING = 200  # bytes that are none
F9 = "\033[20~"
NOTHING = 8  # bytes: a request that is sent again shows nothing


def cpu_seconds(process, drawing_thread_only):
    stat = f"/proc/{process}/task/{process}/stat" if drawing_thread_only else f"/proc/{process}/stat"
    fields = pathlib.Path(stat).read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def first_picture(events):
    size, last = 0, None
    for at, count in events:
        if last is not None and at - last > QUIET and size > GREETING:
            break
        size, last = size + count, at
    return size


def measure(command, columns, rows, seconds, keys="", environment=None, drawing_thread_only=False, settle=8):
    """After `settle` seconds, in which a program finds out where it is."""
    terminal = Terminal(command, columns, rows, environment=environment)
    try:
        terminal.run(settle)
        first = first_picture(terminal.events)
        for key in keys:
            terminal.send(key)
            terminal.run(2)
        begin, cpu = time.monotonic(), cpu_seconds(terminal.process, drawing_thread_only)
        terminal.run(seconds)
        cpu = cpu_seconds(terminal.process, drawing_thread_only) - cpu
        end = time.monotonic()
        changes = [at for at, count in terminal.events if at >= begin and count > NOTHING]
        gaps = [b - a for a, b in zip([begin, *changes], [*changes, end])]
        frames = 1 + sum(b - a > 0.02 for a, b in zip(changes, changes[1:])) if changes else 0
        return [
            f"{first:,}", f"{terminal.bytes_since(begin) / (end - begin):,.0f}", f"{frames / (end - begin):.1f}",
            f"{max(gaps):.2f}", f"{100 * cpu / (end - begin):.1f}",
        ]
    finally:
        terminal.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--gpus", type=os.path.abspath, help="a library in the place of NVML, libnvidia-ml.so.1")
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks.md")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        cuvette = [options.program, "--recipe", link_recipe.write(pathlib.Path(folder))]
        home = {"CUVETTE_HOME": folder, "CUVETTE_NVML": "/nowhere"}
        gpus = {"CUVETTE_NVML": options.gpus} if options.gpus else {}
        beside = {"LD_LIBRARY_PATH": str(pathlib.Path(options.gpus).parent)} if options.gpus else None
        programs = [
            ("cuvette, training", cuvette, "t", home, True),
            ("cuvette, at rest", cuvette, "", home, False),
            ("cuvette, two GPUs", cuvette, [F9], {**home, **gpus}, False),
            ("htop", ["htop"], "", None, False),
            ("btop", ["btop"], "", None, False),
            ("nvtop, two GPUs", ["nvtop"], "", beside, False),
        ]
        for columns, lines in SIZES:
            for name, command, keys, environment, thread in programs:
                try:
                    result = measure(command, columns, lines, options.seconds, keys, environment, thread)
                except (EOFError, FileNotFoundError):
                    result = ["n/a"] * 5
                rows.append([f"{columns}×{lines}", name, *result])
                print(*rows[-1], sep="\t", flush=True)
    heads = ["size", "program", "first picture, bytes", "bytes/s", "frames/s", "longest gap, s", "% of a core"]
    text = f"{report.circumstances(os.cpu_count())}\n\n{report.table(heads, rows)}"
    print(text)
    if options.write:
        report.write_section("make bench-screen", text)


if __name__ == "__main__":
    main()
