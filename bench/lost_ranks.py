#!/usr/bin/env python3
"""Loses ranks of real runs at random moments, and looks for an end in time, one word and a good checkpoint.

    lost_ranks.py PROGRAM [--events kill stop cut] [--times 20] [--ranks 3] [--nodes] [--patience 5] [--seed 1]

Each time `mpirun PROGRAM train` runs a small recipe on the digits; at a random moment a random rank is killed (SIGKILL),
stopped (SIGSTOP) or, with --nodes, cut off the network. What must come: all ranks end within the patience and 30
seconds, mpirun with a failure; exactly one line of cuvette's own names the lost rank; and the ranks that are left go on
with what is in the run's folder for another epoch.

With --nodes each rank is on a node of its own, a network namespace with a host name and process numbers of its own
(tests/mpi/nodes.sh; root alone), and all they say to each other goes through TCP. Else they are processes side by side.
Python's standard library only.
"""
import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

from cluster import ENVIRONMENT, OneNode, Unable, nodes

EPOCHS = 100000
RECIPE = """[training]
epochs = %d
batch = 64
checkpoint = 0.5
device = cpu:1
[layers]
flatten =
dense = units=32 activation=relu
dense = units=10
""" % EPOCHS
SLACK = 30  # seconds above the patience


def ranks_of(folder):
    """Process numbers of the ranks that run in a folder, by rank, whichever node they are on."""
    found = {}
    for name in sorted(filter(str.isdigit, os.listdir("/proc")), key=int):  # a rank before its children
        try:
            with open(f"/proc/{name}/environ") as file:
                variables = dict(v.split("=", 1) for v in file.read().split("\0") if "=" in v)
            here = os.readlink(f"/proc/{name}/cwd") == folder
        except (OSError, UnicodeDecodeError):
            continue
        if here and "OMPI_COMM_WORLD_RANK" in variables:
            found.setdefault(int(variables["OMPI_COMM_WORLD_RANK"]), int(name))
    return found


def runs(process):
    """Not so a process that has ended and that nobody has asked about."""
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_for_end(processes, until):
    """Those that are still there then."""
    while (left := [p for p in processes if runs(p)]) and time.monotonic() < until:
        time.sleep(0.01)
    return left


def begin(where, program, folder, patience):
    with open(os.path.join(folder, "small.ini"), "w") as file:
        file.write(RECIPE)
    with open(os.path.join(folder, "said"), "w") as said:
        run = subprocess.Popen(where.mpirun(program, "train", "small.ini", "--run", "out", "--patience",
                                            str(patience)), cwd=folder, env=ENVIRONMENT,
                               stdout=subprocess.DEVNULL, stderr=said, start_new_session=True)
    while not os.path.exists(os.path.join(folder, "out", "checkpoint.safetensors")):
        if run.poll() is not None:
            sys.exit("the run ended by itself: " + open(os.path.join(folder, "said")).read())
        time.sleep(0.02)
    return run


def checkpoint_of(folder):
    """What the checkpoint says of itself."""
    with open(os.path.join(folder, "out", "checkpoint.safetensors"), "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        return json.loads(file.read(size))["__metadata__"]


def steps_made(folder):
    """The last step of which the curves tell."""
    last = 0
    with open(os.path.join(folder, "out", "metrics.jsonl")) as file:
        for line in file:
            with contextlib.suppress(ValueError):
                last = max(last, json.loads(line).get("step", 0))
    return last


def going_on(where, program, folder):
    """What is wrong with it; None: it goes on."""
    saved = checkpoint_of(folder)
    epochs = int(saved["epoch"]) + 1
    answer = subprocess.run(where.mpirun(program, "resume", "out", "--epochs", str(epochs)), cwd=folder,
                            env=ENVIRONMENT, text=True, capture_output=True)
    if answer.returncode != 0:
        return f"what it left is not gone on with: {answer.stderr.strip()}"
    if int(checkpoint_of(folder)["steps"]) <= int(saved["steps"]):
        return "it went on, and made no step"
    return None


def lose(where, event, rank, process):
    if event == "cut":
        where.cut(rank)
    else:
        os.kill(process, signal.SIGKILL if event == "kill" else signal.SIGSTOP)


def look_at_end(run, event, rank, folder, left):
    """What is wrong with how it ended."""
    said = open(os.path.join(folder, "said")).read()
    words = [line for line in said.splitlines() if line.startswith("cuvette: ")]
    # A first rank that is cut off has lost all others, and its launcher hears nobody else. Where Open MPI hangs when a
    # rank has died, its launcher alone knows which, and says so.
    names = "rank " if event == "cut" and rank == 0 else f"rank {rank} on node"
    by_launcher = event == "kill" and words and "another rank was lost" in words[0] and f"process rank {rank}" in said
    if left:
        return "ranks are left that do not end"
    if run.returncode == 0:
        return "it ended as if nothing had been"
    if len(words) != 1 or (names not in words[0] and not by_launcher):
        return f"it said: {words or said}"
    return None


def trial(where, event, rank, program, options, chance):
    """Seconds until the last rank's end and until mpirun's, steps lost, and what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        run = begin(where, program, folder, options.patience)
        time.sleep(chance.uniform(0, 2))
        processes = ranks_of(folder)
        began = time.monotonic()
        until = began + options.patience + SLACK
        lose(where, event, rank, processes[rank])
        left = wait_for_end(processes.values(), until)
        ranks_ended = time.monotonic() - began
        with contextlib.suppress(subprocess.TimeoutExpired):
            run.wait(timeout=max(until - time.monotonic(), 0.1))
        mpirun_ended = time.monotonic() - began if run.returncode is not None else None
        lost = steps_made(folder) - int(checkpoint_of(folder)["steps"])
        if mpirun_ended is None:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
        fault = look_at_end(run, event, rank, folder, left)
        if mpirun_ended is None and not fault and event != "cut":
            fault = "mpirun did not end"
        for process in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        rest = where.without(rank)
        return ranks_ended, mpirun_ended, lost, fault or going_on(rest, program, folder)


def span(numbers):
    known = [n for n in numbers if n is not None]
    return f"{min(known):.2f} to {max(known):.2f} s" if known else "never"


def told(event, results):
    """A line on all trials of an event."""
    ranks, ranks_ended, mpirun_ended, lost, faults = zip(*results)
    first = [steps for rank, steps in zip(ranks, lost) if rank == 0]
    rest = [steps for rank, steps in zip(ranks, lost) if rank > 0]
    return (f"{event}: {len(results)} times, {sum(map(bool, faults))} wrong; ranks end after {span(ranks_ended)}, mpirun "
            f"after {span(mpirun_ended)}, {mpirun_ended.count(None)} times not by itself; steps lost: "
            f"{sum(s == 0 for s in rest)} times none and {max(rest, default=0)} at most where rank 0 is left "
            f"({len(rest)}), {max(first, default=0)} at most where it is lost ({len(first)})")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("--events", nargs="+", choices=("kill", "stop", "cut"), default=["kill", "stop"])
    parser.add_argument("--times", type=int, default=20, help="of each event")
    parser.add_argument("--ranks", type=int, default=3)
    parser.add_argument("--nodes", action="store_true", help="each rank on a network namespace of its own")
    parser.add_argument("--patience", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if "cut" in options.events and not options.nodes:
        parser.error("only nodes can be cut off: --nodes")
    chance = random.Random(options.seed)
    wrong = 0
    for event in options.events:
        results = []
        for _ in range(options.times):
            rank = chance.randrange(options.ranks)
            with nodes(options.ranks) if options.nodes else contextlib.nullcontext(OneNode(options.ranks)) as where:
                results.append((rank, *trial(where, event, rank, options.program, options, chance)))
            if results[-1][4]:
                wrong += 1
                print(f"{event} of rank {rank}: {results[-1][4]}", flush=True)
        print(told(event, results), flush=True)
    print("all well" if wrong == 0 else f"{wrong} went wrong")
    return wrong > 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Unable as why:
        sys.exit(f"lost_ranks: {why}")
