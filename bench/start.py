"""From the start of a process to the end of its first training step of J1, and the memory that training takes.

cuvette is its real executable, with a data set of one batch: reading it, a step, an evaluation of ten images, weights
and summary on disk, and the end of the process are all in its time. The peers read no data and stop after the step.
Memory: cuvette trains on a set of CIFAR-10's size for a few seconds; the peers had one batch.
"""

import pathlib
import statistics
import subprocess
import tempfile
import time

import h5py
import numpy

import recipe as recipes
import report
from jobs import JOBS
from workers import KERAS, PYTORCH, Failure, Worker, peak_memory

RECIPE = JOBS["J1"]
ROUNDS = 3
SECONDS = 4.0  # of training before the memory is read
CIFAR10 = (50_000, 10_000)  # images


def write_noise(path, train, test):
    """A data set in Keras's layout."""
    numbers = numpy.random.default_rng(1)
    recipe = recipes.load(RECIPE)
    with h5py.File(path, "w") as file:
        for part, count in (("train", train), ("test", test)):
            file[f"x_{part}"] = numbers.integers(0, 256, (count, *recipe.image), numpy.uint8)
            file[f"y_{part}"] = (numpy.arange(count) % recipe.classes).astype(numpy.uint8)


def command(executable, data, folder, threads):
    return [
        str(executable), "train", RECIPE, "--dataset", str(data), "--run", str(folder),
        "--device", f"cpu:{threads}", "--epochs", "1", "--quiet",
    ]


def whole_run(executable, data, folder, threads):
    """Seconds of a run of one step."""
    begin = time.perf_counter()
    done = subprocess.run(command(executable, data, folder, threads), capture_output=True, text=True)
    if done.returncode:
        raise Failure(f"cuvette train ended: {done.stderr.strip()}")
    return time.perf_counter() - begin


def memory_in_training(executable, data, folder, threads):
    process = subprocess.Popen(command(executable, data, folder, threads), stderr=subprocess.DEVNULL)
    try:
        process.wait(SECONDS)
        raise Failure("the run was over before its memory could be read")
    except subprocess.TimeoutExpired:
        return peak_memory(process.pid)
    finally:
        process.terminate()
        process.wait()


def start_of(peer, threads):
    worker = Worker(peer, peer.start, RECIPE, threads)
    try:
        return worker.started, worker.peak_memory()
    finally:
        worker.close()


def measure(executable, threads):
    """A table; the programs start in turn."""
    seconds, memory = {"cuvette": []}, {}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        write_noise(folder / "batch.h5", recipes.load(RECIPE).batch, 10)
        write_noise(folder / "cifar10.h5", *CIFAR10)
        for turn in range(ROUNDS):
            seconds["cuvette"].append(whole_run(executable, folder / "batch.h5", folder / f"run-{turn}", threads))
            for peer in (PYTORCH, KERAS):
                try:
                    started, memory[peer.name] = start_of(peer, threads)
                    seconds.setdefault(peer.name, []).append(started)
                except Failure:
                    continue
        memory["cuvette"] = memory_in_training(executable, folder / "cifar10.h5", folder / "run", threads)
    rows = [
        [name, "J1", f"{statistics.median(times):.2f}", f"{min(times):.2f}", f"{memory[name] / 2**20:,.0f}"]
        for name, times in seconds.items()
    ]
    return report.table(["program", "job", "s to the first step (median)", "minimum", "peak MiB"], rows)
