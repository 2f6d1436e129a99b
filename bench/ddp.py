"""Times training on several ranks of one node, a thread each, in turn with PyTorch's DistributedDataParallel on gloo.

    ddp.py CUVETTE [--ranks N] [--rounds N] [--recipe NAME]

A turn of cuvette is a run of three epochs as a user starts one, of which the best of the last two counts: reading,
augmentation and the copy of each batch are in it. A turn of the peer is steps on a ready tensor. Both have the same batch,
parted between the ranks; one rank with as many threads is timed beside them.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import recipe as recipes
import report
from report import milliseconds
from workers import PEERS, TURN, WARM_UP, Failure, Program, Worker

PYTORCH = Program(
    "PyTorch", (sys.executable, str(PEERS / "torch_ddp_peer.py")),
    {"eager-nchw": "gloo, channels first", "eager-nhwc": "gloo, channels last"})
HEADS = ["program", "how", "median ms", "minimum ms", "images/s", "times ranks", "minima"]
EPOCHS, PATIENCE = 3, 300


class Runs:
    """A way to start cuvette; `times` are the milliseconds of a step, one of each turn."""

    def __init__(self, how, before, cuvette, device, recipe):
        self.how, self.times, self.batch = how, [], recipes.load(recipe).batch
        self.command = [*before, str(cuvette), "train", recipe, "--device", device, "--epochs", str(EPOCHS)]

    def turn(self):
        with tempfile.TemporaryDirectory() as folder:
            run = pathlib.Path(folder) / "run"
            done = subprocess.run(
                [*self.command, "--run", str(run)], capture_output=True, text=True, timeout=PATIENCE)
            if done.returncode != 0:
                lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
                raise Failure(f"cuvette, {self.how}, ended: {lines[-1]}")
            lines = map(json.loads, (run / "metrics.jsonl").read_text().splitlines())
            speeds = [line["images_per_second"] for line in lines if line["kind"] == "epoch"]
        self.times.append(self.batch / max(speeds[1:]) * 1e3)


def ways(chosen):
    mpirun = ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n", str(chosen.ranks)]
    return [
        Runs(f"{chosen.ranks} ranks, threads", [], chosen.cuvette, f"cpu:{chosen.ranks}x1", chosen.recipe),
        Runs(f"{chosen.ranks} ranks, MPI", mpirun, chosen.cuvette, "cpu:1", chosen.recipe),
        Runs(f"1 rank, {chosen.ranks} threads", [], chosen.cuvette, f"cpu:{chosen.ranks}", chosen.recipe),
    ]


def try_all(runs):
    """Those that can be started here; of the others it is told why."""
    able = []
    for run in runs:
        try:
            run.turn()
        except (Failure, OSError, subprocess.TimeoutExpired) as failure:
            print(f"bench: {failure}", file=sys.stderr)
            continue
        run.times.clear()
        able.append(run)
    return able


def row(name, how, times, batch, ours):
    middle = statistics.median(times)
    return [
        name, how, milliseconds(middle), milliseconds(min(times)), f"{batch / middle * 1e3:,.0f}",
        f"{middle / statistics.median(ours.times):.2f}", f"{min(times) / min(ours.times):.2f}",
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cuvette", type=pathlib.Path)
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--recipe", default="mnist-cnn")
    chosen = parser.parse_args()
    runs = try_all(ways(chosen))
    if not runs:
        raise Failure("cuvette trains on no ranks here")
    peers = [Worker(PYTORCH, setting, chosen.recipe, chosen.ranks) for setting in PYTORCH.settings]
    try:
        for _ in range(chosen.rounds):
            for run in runs:
                run.turn()
            for peer in peers:
                peer.train(WARM_UP)
                peer.times += peer.train(TURN)
    finally:
        for peer in peers:
            peer.close()
    batch = runs[0].batch
    rows = [row("cuvette", run.how, run.times, batch, runs[0]) for run in runs]
    rows += [row(peer.version, PYTORCH.settings[peer.setting], peer.times, batch, runs[0]) for peer in peers]
    print(report.table(HEADS, rows))


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"bench: {failure}")
