"""Event files in TensorBoard's own hands: what it reads of a run is what the run's metrics.jsonl has.

    python3 tests/peers/tensorboard_read.py build/cuvette

Needs the package tensorboard (2.21.0 when this was written). A run is trained with --tensorboard, stopped, gone on with,
killed in the middle of writing, and one without is exported."""
import json
import math
import os
import signal
import subprocess
import sys
import tempfile

from tensorboard import version
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

RECIPE = """[training]
epochs = 3
batch = 50
tensorboard = {wanted}
[layers]
conv2d = filters=4 kernel=3 activation=relu
flatten =
dense = units=10
"""


def read(folder):
    events = EventAccumulator(folder, size_guidance={"scalars": 0})
    events.Reload()
    return {tag: {s.step: s.value for s in events.Scalars(tag)} for tag in events.Tags()["scalars"]}


def lines(folder, kind):
    with open(os.path.join(folder, "metrics.jsonl")) as file:
        return [line for line in map(json.loads, file) if line["kind"] == kind]


def same(found, wanted, what):
    assert len(found) == len(wanted), f"{what}: {len(found)} points, and the run has {len(wanted)}"
    for step, number in wanted.items():
        assert math.isclose(found[step], number, rel_tol=1e-6), f"{what}, step {step}: {found[step]}, not {number}"


def check(run, folder=None):
    found, steps, epochs, looks = read(folder or run), lines(run, "step"), lines(run, "epoch"), lines(run, "health")
    last = {round(e["epoch"] * steps[-1]["step"] / steps[-1]["epoch"]): e for e in epochs}
    for key in ("loss", "accuracy", "learning_rate", "epoch"):
        same(found["train/" + key], {s["step"]: s[key] for s in steps}, "train/" + key)
    for tag, key in (("train/epoch_loss", "loss"), ("train/epoch_accuracy", "accuracy"), ("valid/loss", "valid_loss"),
                     ("valid/accuracy", "valid_accuracy")):
        same(found[tag], {step: e[key] for step, e in last.items()}, tag)
    # A look behind a checkpoint is taken out of the metrics, also where its step is in front of it.
    gradients = {h["step"]: h["layers"][0]["gradient"] for h in looks}
    looked = found["gradient/1_conv2d"]
    same({step: looked[step] for step in gradients}, gradients, "gradient/1_conv2d")


def start(*words):
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def await_epochs(process, count):
    """Until it has printed the lines of so many epochs."""
    for line in process.stdout:
        count -= line.split()[0:1] != [] and line.split()[0].endswith("/1000")
        if count == 0:
            return
    raise AssertionError("the run has ended")


def main(program):
    program = os.path.abspath(program)
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        for name, wanted in (("small.ini", "no"), ("events.ini", "yes")):
            with open(name, "w") as file:
                file.write(RECIPE.format(wanted=wanted))

        def cuvette(*words):
            return subprocess.run([program, *words], check=True, capture_output=True, text=True).stdout

        cuvette("train", "small.ini", "--tensorboard", "--run", "live")
        check("live")
        cuvette("train", "small.ini", "--run", "quiet")
        print("exported:", cuvette("export", "quiet", "--tensorboard").strip())
        check("quiet")
        cuvette("export", "quiet", "live", "--tensorboard", "--out", "elsewhere")
        check("quiet", "elsewhere/quiet")
        check("live", "elsewhere/live")

        # Stopped, and killed: what came behind the last checkpoint is taken back.
        p = start(program, "train", "events.ini", "--epochs", "1000", "--run", "long")
        for stop in (signal.SIGTERM, signal.SIGKILL):
            await_epochs(p, 3)
            p.send_signal(stop)
            p.wait()
            assert read("long")["train/loss"]
            p = start(program, "resume", "long")
        await_epochs(p, 1)
        p.send_signal(signal.SIGTERM)
        p.wait()
        check("long")
        print("files of a run that went on twice:", sorted(f for f in os.listdir("long") if "tfevents" in f))
    print("tensorboard", version.VERSION, "reads what metrics.jsonl has")


main(sys.argv[1])
