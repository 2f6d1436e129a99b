"""Trains a job to its end in cuvette and in Keras, in turn for each seed, and writes a section of docs/benchmarks.md.

Both see the same images, normalised in the same way, the same batch, Adam and dropout, and no augmentation; each
shuffles and begins with weights of its own. Accuracy is that on the test images after each epoch, of the weights then.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import recipe as recipes
import report
from jobs import JOBS
from workers import PEERS, Failure


def output(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Failure(f"{pathlib.Path(command[0]).name} ended: {reason}")
    return done.stdout


def train_ours(chosen, data, seed, folder):
    begin = time.perf_counter()
    output([
        chosen.executable, "train", JOBS[chosen.job], "--dataset", data, "--epochs", chosen.epochs, "--seed", seed,
        "--device", f"cpu:{chosen.threads}", "--set", "data.validation=0", "--run", folder, "--quiet"])
    seconds = time.perf_counter() - begin
    lines = map(json.loads, (folder / "metrics.jsonl").read_text().splitlines())
    return {
        "version": output([chosen.executable, "--version"]).strip(),
        "seconds": seconds,
        "accuracies": [line["valid_accuracy"] for line in lines if line["kind"] == "epoch"],
    }


def train_keras(chosen, data, seed):
    return json.loads(output([
        sys.executable, PEERS / "keras_fit.py", JOBS[chosen.job], data, chosen.epochs, seed, chosen.threads]))


def percent(values):
    return f"{statistics.mean(values):.2%} ({min(values):.2%} to {max(values):.2%})".replace("%", "")


def verdict(ours, keras):
    """Of the last epoch; how far seeds alone spread is the measure of what a difference means."""
    difference = statistics.mean(ours) - statistics.mean(keras)
    spread = max(max(runs) - min(runs) for runs in (ours, keras))
    return f"Last epoch: {difference * 100:+.2f} points against Keras; seeds alone differ by {spread * 100:.2f}."


def train_all(chosen, data, folder):
    ours, keras = [], []
    for seed in chosen.seeds:
        for runs, run in ((ours, train_ours(chosen, data, seed, folder / f"run-{seed}")),
                          (keras, train_keras(chosen, data, seed))):
            runs.append(run)
            print(f"{chosen.job}, seed {seed}, {run['version']}: {run['accuracies'][-1]:.2%}, "
                  f"{run['seconds']:.0f} s", flush=True)
    return ours, keras


def summary(chosen, ours, keras):
    rows, seeds = [], ", ".join(map(str, chosen.seeds))
    for epoch in range(chosen.epochs):
        pair = [[run["accuracies"][epoch] for run in runs] for runs in (ours, keras)]
        rows.append([f"after epoch {epoch + 1}", *map(percent, pair)])
    times = [statistics.median(run["seconds"] for run in runs) for runs in (ours, keras)]
    rows.append(["seconds of a whole run", *(f"{t:.0f}" for t in times)])
    return "\n\n".join([
        f"{chosen.job}, `{JOBS[chosen.job]}` on {chosen.data.name}, seeds {seeds}: mean\n"
        "(least to greatest) accuracy on the test images in per cent. Seconds are medians; cuvette's count the whole process,\n"
        "Keras's its epochs alone.",
        report.circumstances(chosen.threads, {runs[0]["version"] for runs in (ours, keras)}),
        report.table(["", "cuvette", "Keras"], rows),
        verdict(*([run["accuracies"][-1] for run in runs] for runs in (ours, keras))),
    ])


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("executable", type=pathlib.Path, help="cuvette")
    parser.add_argument("--data", type=pathlib.Path, help="CIFAR-10 or MNIST, anything that `cuvette data info` reads")
    parser.add_argument("--job", choices=JOBS, default="J1")
    parser.add_argument("--epochs", type=int, help="instead of the recipe's")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    chosen = parser.parse_args()
    chosen.epochs = chosen.epochs or recipes.load(JOBS[chosen.job]).epochs
    return chosen


def main():
    chosen = arguments()
    if not chosen.data:
        print("bench: no data set named, nothing trained: make bench-accuracy DATA=FILE.h5 JOB=J1")
        return
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        output([chosen.executable, "data", "import", chosen.data, folder / "data.h5"])
        ours, keras = train_all(chosen, folder / "data.h5", folder)
    text = summary(chosen, ours, keras)
    print(text)
    report.write_section(f"make bench-accuracy {chosen.job}", text)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"bench: {failure}")
