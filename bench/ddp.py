"""Times training on several ranks of one node, a thread each, in turn with PyTorch's DistributedDataParallel on gloo.

    ddp.py CUVETTE [--ranks N] [--rounds N] [--recipe NAME] [--dataset NAME|PATH]

A turn of cuvette is a run as a user starts one, ended some seconds after its first step, of which the beginning does
not count: reading, augmentation and the copy of each batch are in it. A turn of the peer is steps on a ready tensor.
Both have the same batch, parted between the ranks; one rank with as many threads is timed beside them. Recipes that the
peer cannot build are timed without it.
"""

import argparse
import itertools
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import recipe as recipes
import report
from report import milliseconds
from workers import PEERS, TURN, WARM_UP, Failure, Program, Worker

PYTORCH = Program(
    "PyTorch", (sys.executable, str(PEERS / "torch_ddp_peer.py")),
    {"eager-nchw": "gloo, channels first", "eager-nhwc": "gloo, channels last"})
HEADS = ["program", "how", "median ms", "minimum ms", "images/s", "times ranks", "minima"]
SETTLE, SECONDS, PATIENCE = 2, 12, 300  # seconds of a run that do not count, of all its steps, until it is given up


def batch_of(recipe):
    lines = (recipes.FOLDER / f"{recipe}.ini").read_text().splitlines()
    return next(int(line.partition("=")[2]) for line in lines if line.partition("=")[0].strip() == "batch")


class Runs:
    """A way to start cuvette; `times` are the milliseconds of a step, one of each turn."""

    def __init__(self, how, before, device, chosen):
        self.how, self.times = how, []
        data = ["--dataset", chosen.dataset] if chosen.dataset else []
        self.command = [
            *before, str(chosen.cuvette), "train", chosen.recipe, *data, "--device", device, "--epochs", "1000",
            "--quiet"]

    def turn(self):
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+") as complaints:
            metrics = pathlib.Path(folder) / "run" / "metrics.jsonl"
            process = subprocess.Popen(
                [*self.command, "--run", str(metrics.parent)], stdout=complaints, stderr=complaints)
            try:
                self._wait(process, metrics)
                lines = metrics.read_text().splitlines()
            except OSError:
                lines = []
            finally:
                process.terminate()
                process.wait(PATIENCE)
            steps = [step for step in map(json.loads, filter(str.strip, lines[:-1])) if step["kind"] == "step"]
            counted = [step for step in steps if step["seconds"] >= SETTLE]
            if len(counted) < 2:
                complaints.seek(0)
                said = complaints.read().strip().splitlines() or ["no reason given"]
                raise Failure(f"cuvette, {self.how}, ended: {said[-1]}")
        # Each line tells of the steps since the one before; the median leaves out validations between two epochs.
        self.times.append(1e3 * statistics.median(
            (after["seconds"] - before["seconds"]) / (after["step"] - before["step"])
            for before, after in itertools.pairwise(counted)))

    @staticmethod
    def _wait(process, metrics):
        """Until the run is over or its steps have gone on for long enough."""
        begun, given_up = None, time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < given_up:
            if begun is None and metrics.exists() and '"kind":"step"' in metrics.read_text():
                begun = time.monotonic()
            if begun is not None and time.monotonic() - begun > SECONDS:
                return
            threading.Event().wait(0.1)


def ways(chosen):
    mpirun = ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n", str(chosen.ranks)]
    return [
        Runs(f"{chosen.ranks} ranks, threads", [], f"cpu:{chosen.ranks}x1", chosen),
        Runs(f"{chosen.ranks} ranks, MPI", mpirun, "cpu:1", chosen),
        Runs(f"1 rank, {chosen.ranks} threads", [], f"cpu:{chosen.ranks}", chosen),
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


def peers_of(chosen):
    """None where the peer cannot build the recipe, which is told."""
    try:
        recipes.load(chosen.recipe)
    except (KeyError, ValueError) as error:
        print(f"bench: {PYTORCH.name} does not train {chosen.recipe}: {error}", file=sys.stderr)
        return []
    return [Worker(PYTORCH, setting, chosen.recipe, chosen.ranks) for setting in PYTORCH.settings]


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
    parser.add_argument("--dataset")
    chosen = parser.parse_args()
    runs = try_all(ways(chosen))
    if not runs:
        raise Failure("cuvette trains on no ranks here")
    peers = peers_of(chosen)
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
    batch = batch_of(chosen.recipe)
    rows = [row("cuvette", run.how, run.times, batch, runs[0]) for run in runs]
    rows += [row(peer.version, PYTORCH.settings[peer.setting], peer.times, batch, runs[0]) for peer in peers]
    print(report.table(HEADS, rows))


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"bench: {failure}")
