"""Times training steps of cuvette and PyTorch on a CUDA device in turn, and writes a section of docs/benchmarks.md.

Without PyTorch in the Python that runs this cuvette is timed alone, which is said. Each precision is compared with the
same one. PyTorch trains on a ready tensor of normalised floats, channels last; cuvette's step gathers and normalises
bytes.
"""

import argparse
import contextlib
import datetime
import importlib.util
import pathlib
import subprocess
import sys

import recipe as recipes
import report
from report import milliseconds
from workers import PEERS, Failure, Program, Worker, median, take_turns

JOBS = {"J1": "cifar10-lesson", "J4": "places365-workshop"}
BATCHES = {"J1": 250, "J4": 256}  # J4's own is for small GPUs
PRECISIONS = ["bf16", "tf32", "fp32"]
HEADS = ["job", "program", "batch", "median ms", "minimum ms", "images/s", "times ours", "minima"]


def cuvette(executable, job, precision, batch):
    recipe = recipes.load(JOBS[job])
    layers = [" ".join([kind, *(f"{key}={value}" for key, value in settings.items())])
              for kind, settings in recipe.layers]
    sizes = [*recipe.image, recipe.classes, batch]
    return Program("cuvette", (str(executable), precision, *map(str, sizes), *layers), {"": precision})


def pytorch(job, precision, batch):
    command = (sys.executable, str(PEERS / "torch_gpu_peer.py"), JOBS[job])
    return [Program("PyTorch", (*command, setting, precision, str(batch)), {"": f"{words}, {precision}"})
            for setting, words in (("eager", "eager"), ("compiled", "torch.compile max-autotune"),
                                   ("captured", "torch.compile max-autotune, the step one CUDA graph"))]


def ask(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def device(executable):
    """Name and memory of the GPU that steps are timed on, and the driver, where its own tool tells it."""
    try:
        name, place = ask(executable, "--device").splitlines()
    except subprocess.CalledProcessError as error:
        raise Failure(error.stderr.strip()) from error
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        return f"{name}, driver " + ask(
            "nvidia-smi", f"--id={place}", "--query-gpu=driver_version", "--format=csv,noheader")
    return f"{name}, driver unknown (nvidia-smi does not answer)"


def open_workers(programs, ended):
    workers = []
    for program in programs:
        try:
            workers.append(Worker(program, ""))
        except Failure as failure:
            ended(program, failure)
    return workers


def row(job, worker, ours, batch):
    return [
        job, f"{worker.program.name}, {worker.program.settings['']}", str(batch), milliseconds(median(worker)),
        milliseconds(min(worker.times)), f"{batch / median(worker) * 1e3:,.0f}",
        f"{median(worker) / median(ours):.2f}", f"{min(worker.times) / min(ours.times):.2f}",
    ]


def compare(executable, job, precision, batch, with_torch, rounds):
    """Rows, versions, and what went wrong: a peer that fails is told of, and the others go on."""
    programs = [cuvette(executable, job, precision, batch), *(pytorch(job, precision, batch) if with_torch else [])]
    workers, failures = [], []

    def ended(program, failure):
        if program is programs[0]:
            raise failure
        failures.append(f"{job}: {failure}")
        print(f"bench: {failures[-1]}", file=sys.stderr)

    def drop(worker, failure):
        ended(worker.program, failure)
        workers.remove(worker)
        worker.close()

    try:
        workers += open_workers(programs, ended)
        take_turns(workers, rounds, drop)
        return [row(job, worker, workers[0], batch) for worker in workers], {w.version for w in workers}, failures
    finally:
        for worker in workers:
            worker.close()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("executable", type=pathlib.Path, help="step_gpu")
    parser.add_argument("--batch", type=int, help="images a step, of every job")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--jobs", nargs="*", choices=JOBS, default=list(JOBS))
    parser.add_argument("--precisions", nargs="*", choices=PRECISIONS, default=PRECISIONS[:2])
    return parser.parse_args()


def main():
    chosen = arguments()
    name = device(chosen.executable)
    with_torch = importlib.util.find_spec("torch") is not None
    rows, versions, failures, ours = [], set(), [], []
    for job in chosen.jobs:
        for precision in chosen.precisions:
            try:
                found, compared, failed = compare(
                    chosen.executable, job, precision, chosen.batch or BATCHES[job], with_torch, chosen.rounds)
            except Failure as failure:  # what was measured before it is kept
                ours.append(f"{job}: {failure}")
                print(f"bench: {ours[-1]}", file=sys.stderr)
                continue
            print(report.table(HEADS, found), flush=True)
            rows += found
            versions |= compared
            failures += failed
    if not rows:
        raise Failure("no step could be timed")
    text = "\n\n".join([
        f"{datetime.date.today()}, {name}.\n" + "; ".join(sorted(versions, key=str.lower)) + "."
        + ("" if with_torch else " PyTorch was not there to compare with."),
        report.table(HEADS, rows),
        *(["\n".join(f"- {failure}" for failure in ours + failures)] if ours + failures else [])])
    report.write_section("make bench-gpu", text)
    if ours:
        raise Failure("cuvette did not come to the end")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"bench: {failure}")
