#!/usr/bin/env python3
"""Loses ranks of real runs at random moments, and looks for an end in time, one word and a good checkpoint.

    lost_ranks.py PROGRAM [--times 20] [--ranks 3] [--patience 5] [--seed 1]

Each time `mpirun PROGRAM train` runs a small recipe on the digits; at a random moment a random rank gets SIGKILL, or
SIGSTOP the next time. What must come: mpirun ends within the patience and 30 seconds, with a failure; exactly one line of
cuvette's own names that rank; no process is left; and what the run's folder has can be gone on with.
"""
import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

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


def ranks_of(launcher):
    """Process numbers of the launcher's children, by rank."""
    found = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                parent = int(file.read().rsplit(")", 1)[1].split()[1])
            with open(f"/proc/{name}/environ") as file:
                variables = dict(v.split("=", 1) for v in file.read().split("\0") if "=" in v)
        except (OSError, ProcessLookupError):
            continue
        if parent == launcher and "OMPI_COMM_WORLD_RANK" in variables:
            found[int(variables["OMPI_COMM_WORLD_RANK"])] = int(name)
    return found


def runs(process):
    """Not so a process that has ended and that nobody has asked about."""
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def begin(program, folder, ranks, patience):
    environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                       OMPI_MCA_rmaps_base_oversubscribe="1")
    with open(os.path.join(folder, "small.ini"), "w") as file:
        file.write(RECIPE)
    run = subprocess.Popen(["mpirun", "-n", str(ranks), program, "train", "small.ini", "--run", "out",
                            "--patience", str(patience)], cwd=folder, env=environment, text=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    while not os.path.exists(os.path.join(folder, "out", "checkpoint.safetensors")):
        if run.poll() is not None:
            sys.exit("the run ended by itself: " + run.stderr.read())
        time.sleep(0.02)
    return run


def goes_on(program, folder):
    """A checkpoint that cannot be read, or is of another network, is refused with other words."""
    answer = subprocess.run([program, "resume", "out", "--epochs", "1"], cwd=folder, text=True, capture_output=True)
    return answer.returncode == 0 or "has begun epoch" in answer.stderr


def lose(program, number, options, chance):
    with tempfile.TemporaryDirectory() as folder:
        run = begin(program, folder, options.ranks, options.patience)
        time.sleep(chance.uniform(0, 2))
        ranks = ranks_of(run.pid)
        rank = chance.randrange(options.ranks)
        began = time.monotonic()
        os.kill(ranks[rank], number)
        try:
            _, said = run.communicate(timeout=options.patience + 30)
        except subprocess.TimeoutExpired:
            run.kill()
            return rank, None, "it did not end"
        seconds = time.monotonic() - began
        words = [line for line in said.splitlines() if line.startswith("cuvette: ")]
        left = [r for r, process in ranks.items() if runs(process)]
        while left and time.monotonic() - began < options.patience + 30:
            time.sleep(0.02)
            left = [r for r, process in ranks.items() if runs(process)]
        if run.returncode == 0:
            return rank, seconds, "it ended as if nothing had been"
        if len(words) != 1 or f"rank {rank} on node" not in words[0]:
            return rank, seconds, f"it said: {words or said}"
        if left:
            return rank, seconds, f"ranks {left} are left"
        return rank, seconds, None if goes_on(program, folder) else "what it left cannot be gone on with"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("--times", type=int, default=20, help="of each signal")
    parser.add_argument("--ranks", type=int, default=3)
    parser.add_argument("--patience", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    wrong = 0
    for number in (signal.SIGKILL, signal.SIGSTOP):
        times = []
        for _ in range(options.times):
            rank, seconds, fault = lose(options.program, number, options, chance)
            wrong += fault is not None
            times.append(seconds or 0)
            if fault:
                print(f"{number.name} of rank {rank}: {fault}", flush=True)
        print(f"{number.name}: {options.times} times, {min(times):.2f} to {max(times):.2f} s to the end", flush=True)
    print("all well" if wrong == 0 else f"{wrong} went wrong")
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
