"""Times training steps of cuvette, PyTorch and Keras in turn, and writes a section of docs/benchmarks.md.

Programs are compared by turns (A B C A B C …) because machines are shared: a ratio is a result, a time is a hint.
All of a job's workers are alive at once; each turn begins with steps that warm the caches again and do not count.
The peers train on a ready tensor of normalised floats, cuvette's step gathers and normalises bytes.
"""

import argparse
import os
import pathlib
import sys

import recipe as recipes
import report
import start
from jobs import JOBS
from report import milliseconds
from workers import KERAS, PYTORCH, Failure, Worker, cuvette, median, take_turns

LOOPED = {"J2", "J3"}  # steps short enough that calling them costs something


def open_workers(job, ours, threads):
    """One worker for every setting of every program, but for those that cannot run here, which are told of."""
    workers = []
    for program in (ours, PYTORCH, KERAS):
        for setting in program.settings:
            if setting.endswith("-loop") and job not in LOOPED:
                continue
            try:
                workers.append(Worker(program, setting, JOBS[job], threads))
            except Failure as failure:
                print(f"bench: {failure}", file=sys.stderr)
    return workers


def row(job, worker, ours, batch):
    return [
        job, f"{worker.program.name}, {worker.program.settings[worker.setting]}",
        milliseconds(median(worker)), milliseconds(min(worker.times)),
        f"{batch / median(worker) * 1e3:,.0f}", f"{median(worker) / median(ours):.2f}",
        f"{min(worker.times) / min(ours.times):.2f}", f"{worker.peak_memory() / 2**20:,.0f}",
    ]


HEADS = ["job", "program", "median ms", "minimum ms", "images/s", "times ours", "minima", "peak MiB"]


def verdict(job, ours, peers):
    fastest = min(peers, key=median)
    return (
        f"- {job}: **{median(fastest) / median(ours):.2f} times** as fast as the fastest peer "
        f"({fastest.program.name}, {fastest.program.settings[fastest.setting]})"
    )


def compare(job, program, threads, rounds):
    """The job's rows, its verdict and what was compared."""
    workers = open_workers(job, program, threads)
    try:
        take_turns(workers, rounds)
        ours = workers[0]
        peers = [worker for worker in workers if worker.program is not program]
        rows = [row(job, worker, ours, recipes.load(JOBS[job]).batch) for worker in workers]
        return rows, verdict(job, ours, peers) if peers else f"- {job}: no peer ran", {w.version for w in workers}
    finally:
        for worker in workers:
            worker.close()


def compare_threads(program, threads, rounds):
    """What a second thread, or a sixteenth, is good for."""
    workers = [Worker(program, "", JOBS["J1"], count) for count in (1, threads)]
    try:
        take_turns(workers, rounds)
        one, all_of_them = map(median, workers)
        least, least_of_all = (min(worker.times) for worker in workers)
        return (
            f"- J1 on {threads} threads: {one / all_of_them:.2f} times as fast as on one "
            f"({milliseconds(one)} and {milliseconds(all_of_them)} ms; minima {least / least_of_all:.2f} times, "
            f"{milliseconds(least)} and {milliseconds(least_of_all)} ms)"
        )
    finally:
        for worker in workers:
            worker.close()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path, help="folder with cuvette and bench/step_cpu")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--jobs", nargs="*", choices=JOBS, default=list(JOBS))
    chosen = parser.parse_args()
    if chosen.threads < 1 or chosen.rounds < 1:
        parser.error("threads and rounds are at least 1")
    return chosen


def main():
    chosen = arguments()
    program = cuvette(chosen.build / "bench" / "step_cpu")
    rows, findings, versions = [], [], set()
    for job in chosen.jobs:
        print(f"{job}: starting every program with every setting", flush=True)
        of_job, found, compared = compare(job, program, chosen.threads, chosen.rounds)
        print(report.table(HEADS, of_job), found, "", sep="\n", flush=True)
        rows += of_job
        findings.append(found)
        versions |= compared
    if chosen.threads > 1:
        findings.append(compare_threads(program, chosen.threads, chosen.rounds))
    starts = start.measure(chosen.build / "cuvette", chosen.threads)
    text = "\n\n".join([
        report.circumstances(chosen.threads, versions), "\n".join(findings), report.table(HEADS, rows), starts])
    print(text)
    if set(chosen.jobs) == set(JOBS):
        report.write_section("make bench", text)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"bench: {failure}")
