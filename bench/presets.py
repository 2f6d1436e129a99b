"""Times training steps of presets in turn with torchvision's networks of the same names, on noise.

    presets.py BUILD [--threads N] [--rounds N] [--turn MILLISECONDS] NAME:SIZE:BATCH …

A ratio is of medians or of minima by the clock, and of the processors' time, of which busy neighbours take no part. The
peer's step begins with a tensor of floats, ours with bytes.
"""

import argparse
import os
import pathlib
import re
import sys
import tempfile

import recipe as recipes
import report
from report import milliseconds
from workers import PEERS, WARM_UP, Program, Worker, cuvette, median

PYTORCH = Program(
    "PyTorch", (sys.executable, str(PEERS / "torch_preset_peer.py")),
    {"nchw": "channels first", "nhwc": "channels last"})
HEADS = [
    "preset", "program", "median ms", "minimum ms", "processor ms", "times ours", "minima", "processor", "peak MiB",
]


def processor_seconds(process):
    """Of all its threads, in programs and kernel."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def recipe_file(folder, name, size, batch):
    text = (recipes.FOLDER / f"{name}.ini").read_text()
    text = re.sub(r"^size = .*$", f"size = {size}", text, flags=re.M)
    text = re.sub(r"^batch = .*$", f"batch = {batch}", text, flags=re.M)
    path = folder / f"{name}.ini"
    path.write_text(text)
    return str(path)


def take_turns(workers, rounds, turn):
    """Milliseconds of the processors for a step, of each worker."""
    used = {worker: 0.0 for worker in workers}
    for _ in range(rounds):
        for worker in workers:
            worker.train(WARM_UP)
            begin = processor_seconds(worker.process)
            worker.times += worker.train(turn)
            used[worker] += processor_seconds(worker.process) - begin
    return {worker: used[worker] * 1e3 / len(worker.times) for worker in workers}


def compare(job, step_cpu, chosen):
    name, size, batch = job.split(":")
    with tempfile.TemporaryDirectory() as folder:
        recipe = recipe_file(pathlib.Path(folder), name, size, batch)
        workers = [Worker(program, setting, recipe, chosen.threads)
                   for program in (Program("cuvette", cuvette(step_cpu).command, {"": "as it comes"}), PYTORCH)
                   for setting in program.settings]
        try:
            used = take_turns(workers, chosen.rounds, chosen.turn)
            ours = workers[0]
            return [[
                f"`{name}` at {size}, batch {batch}", f"{w.program.name}, {w.program.settings[w.setting]}",
                milliseconds(median(w)), milliseconds(min(w.times)), milliseconds(used[w]),
                f"{median(w) / median(ours):.2f}", f"{min(w.times) / min(ours.times):.2f}",
                f"{used[w] / used[ours]:.2f}", f"{w.peak_memory() / 2**20:,.0f}",
            ] for w in workers], {w.version for w in workers}
        finally:
            for worker in workers:
                worker.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path, help="folder with bench/step_cpu")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--turn", type=int, default=1500, help="milliseconds")
    parser.add_argument("jobs", nargs="+", metavar="NAME:SIZE:BATCH")
    chosen = parser.parse_args()
    for job in chosen.jobs:
        rows, versions = compare(job, chosen.build / "bench" / "step_cpu", chosen)
        print(report.circumstances(chosen.threads, versions), report.table(HEADS, rows), sep="\n\n", flush=True)


main()
