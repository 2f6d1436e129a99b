"""Fits the model of what several ranks cost (scaling_model.py) to sums over slowed links, and tries it on training.

    scaling.py BUILD [--ranks 2 3] [--rounds 3] [--recipes mnist-mlp:128 ...] [--gpus]

Each rank is on a node of its own, a network namespace, and what they say goes by Open MPI's TCP through slow_link.c.
Nothing of what training is predicted from was seen in training on several ranks, but the share of `beside`, which comes
from the first recipe alone. Root; Python's standard library and Open MPI. --gpus: only what needs no measuring.
"""

import argparse
import contextlib
import dataclasses
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import report
import scaling_gpus
import scaling_model
import scaling_plan
from cluster import ENVIRONMENT, Cluster, Unable, nodes
from scaling_model import Link

NETWORK = "10.78.0.0/24"  # slow_link.c
LINKS = [Link(gigabits, delay) for gigabits in (1, 10) for delay in (0.05, 0.2, 1)]
SIZES = (4096, 1 << 16, 1 << 18, 1 << 20, 4 << 20, 16 << 20)
EPOCHS, PATIENCE = 3, 900


@contextlib.contextmanager
def slowed(build, cluster, link):
    """The cluster's nodes on such links."""
    command = [build / "bench" / "slow_link", str(link.gigabits), str(link.milliseconds),
               *map(cluster.node, cluster.ranks)]
    switch = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    if switch.stdout.readline().strip() != "up":
        raise Unable("slow_link does not come up")
    try:
        yield Cluster(cluster.name, cluster.ranks, NETWORK)
    finally:
        switch.terminate()
        switch.wait()


def output_of(command, folder=None):
    done = subprocess.run(list(map(str, command)), cwd=folder, env=ENVIRONMENT, capture_output=True, text=True,
                          timeout=PATIENCE)
    if done.returncode != 0:
        raise SystemExit(f"bench: {' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout


def of_first(cluster, ranks):
    return Cluster(cluster.name, cluster.ranks[:ranks], cluster.network)


def measure_sums(build, cluster, link, ranks, repeats):
    """(link, ranks, bytes or None for words, seconds): the first quartile, as others use the cores, too; of two sums each,
    since one rank may be ahead in every other."""
    plugin = f"CUVETTE_MPI_PLUGIN={plugin_of(build)}"
    program = ["env", plugin, build / "bench" / "all_reduce", repeats, *SIZES]
    text = output_of(of_first(cluster, ranks).mpirun(*map(str, program)))
    for line in text.splitlines():
        size, *seconds = line.split()
        seconds = list(map(float, seconds))
        quick = statistics.quantiles([(a + b) / 2 for a, b in zip(seconds, seconds[1:])], n=4)[0]
        yield link, ranks, None if size == "words" else int(size), quick


def plugin_of(build):
    family = build / "openmpi" / "libcuvette-mpi.so"
    return (family if family.exists() else build / "libcuvette-mpi.so").resolve()


def speed_of(folder):
    """Images a second of the best epoch but the first."""
    lines = map(json.loads, (folder / "metrics.jsonl").read_text().splitlines())
    return max([line["images_per_second"] for line in lines if line["kind"] == "epoch"][1:])


def train_words(build, recipe, batch, folder):
    return [build / "cuvette", "train", recipe, "--batch", batch, "--epochs", EPOCHS, "--device", "cpu:1",
            "--set", "training.checkpoint=0", "--run", folder, "--quiet"]


def step_alone(build, recipe, ranks, batch):
    """Seconds of a step of as many at once, each with its part of the batch, that know nothing of each other."""
    with tempfile.TemporaryDirectory() as place:
        folders = [pathlib.Path(place) / str(r) for r in range(ranks)]
        running = [subprocess.Popen(list(map(str, train_words(build, recipe, batch // ranks, folder))))
                   for folder in folders]
        if any(process.wait() for process in running):
            raise SystemExit(f"bench: {recipe} does not train")
        return batch / ranks / statistics.mean(map(speed_of, folders))


def step_together(build, cluster, recipe, ranks, batch):
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place) / "run"
        output_of(of_first(cluster, ranks).mpirun(*map(str, train_words(build, recipe, batch, folder))))
        return batch / speed_of(folder)


def tell(text):
    print(text, flush=True)


def sums_table(costs, measured):
    rows = []
    for link in LINKS:
        for ranks in sorted({ranks for _, ranks, _, _ in measured}):
            here = {size: seconds for l, r, size, seconds in measured if (l, r) == (link, ranks)}
            row = [str(link), str(ranks)]
            for size in (None, *SIZES):
                said = (scaling_model.words_seconds(costs, link, ranks) if size is None
                        else scaling_model.sum_seconds(costs, link, ranks, size))
                row.append(f"{1e3 * here[size]:.2f} ({100 * (said / here[size] - 1):+.0f} %)")
            rows.append(row)
    heads = ["link", "ranks", "words", *(f"{size >> 10:,} KB" for size in SIZES)]
    return report.table(heads, rows)


def measure_training(build, chosen, cluster):
    """{(recipe, batch, ranks): (seconds alone, {link: seconds})}: the least of all rounds, in turn."""
    alone, together = {}, {}
    for _ in range(chosen.rounds):
        for recipe, batch in chosen.recipes:
            for ranks in chosen.ranks:
                key = recipe, batch, ranks
                alone.setdefault(key, []).append(step_alone(build, recipe, ranks, batch))
        for link in LINKS:
            with slowed(build, cluster, link) as slow:
                for recipe, batch in chosen.recipes:
                    for ranks in chosen.ranks:
                        seconds = step_together(build, slow, recipe, ranks, batch)
                        together.setdefault((recipe, batch, ranks), {}).setdefault(link, []).append(seconds)
    return {key: (min(alone[key]), {link: min(all_of) for link, all_of in together[key].items()}) for key in alone}


def with_beside(costs, steps, trained):
    """The share of the work for messages that takes time from computing, from these trainings."""

    def costs_with(x):
        return dataclasses.replace(costs, beside=abs(x[0]))

    def error(x):
        return sum((scaling_model.step_seconds(costs_with(x), link, key[2], steps[key]) / seconds - 1) ** 2
                   for key, (_, by_link) in trained.items() for link, seconds in by_link.items())

    return costs_with(scaling_model.least(error, (0.5,), (0.5,)))


def training_table(costs, steps, trained):
    rows, worst = [], 0.0
    for key, (alone, by_link) in trained.items():
        recipe, batch, ranks = key
        for link, seconds in by_link.items():
            said = scaling_model.step_seconds(costs, link, ranks, steps[key])
            worst = max(worst, abs(said / seconds - 1))
            rows.append([f"{recipe}, {batch} images", str(link), str(ranks), report.milliseconds(1e3 * alone),
                         report.milliseconds(1e3 * said), report.milliseconds(1e3 * seconds),
                         f"{100 * (said / seconds - 1):+.0f} %"])
    heads = ["recipe", "link", "ranks", "alone ms", "predicted ms", "measured ms", "difference"]
    return report.table(heads, rows), worst


def measure(chosen):
    build, measured = chosen.build, []
    with nodes(max(chosen.ranks)) as cluster:
        for link in LINKS:
            with slowed(build, cluster, link) as slow:
                for ranks in chosen.ranks:
                    measured += measure_sums(build, slow, link, ranks, chosen.repeats)
        costs = scaling_model.fit(measured)
        tell(f"{costs}\n\n{sums_table(costs, measured)}\n")
        trained = measure_training(build, chosen, cluster)
    steps = {(recipe, batch, ranks): scaling_plan.measured_timeline(build / "cuvette", recipe, ranks, batch, alone)
             for (recipe, batch, ranks), (alone, _) in trained.items()}
    first = {key: value for key, value in trained.items() if key[:2] == chosen.recipes[0]}
    costs = with_beside(costs, steps, first)
    table, worst = training_table(costs, steps, trained)
    tell(f"{costs}\n\n{table}\n\nat most {100 * worst:.0f} % beside it\n")


def recipe_of(text):
    name, _, batch = text.partition(":")
    return name, int(batch)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--ranks", type=int, nargs="+", default=[2, 3])
    parser.add_argument("--repeats", type=int, default=15, help="of each sum")
    parser.add_argument("--rounds", type=int, default=3, help="of each training")
    parser.add_argument("--recipes", type=recipe_of, nargs="+", metavar="NAME:BATCH",
                        default=[("mnist-mlp", 192), ("mnist-cnn", 96)])
    parser.add_argument("--gpus", action="store_true")
    chosen = parser.parse_args()
    tell(report.circumstances())
    if not chosen.gpus:
        measure(chosen)
    tell("\n\n".join(scaling_gpus.tables(chosen.build / "cuvette")))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Unable as why:
        sys.exit(f"bench: {why}")
