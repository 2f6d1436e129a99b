"""Times `cuvette predict` over a folder of JPEGs in turn with PyTorch and onnxruntime, end to end on two cores, and writes
the result into docs/benchmarks.md with --write.

    predict.py PROGRAM --data FOLDER [--rounds N] [--all] [--write]

FOLDER has train/ and test/ with JPEGs of 32×32 in a folder for each class, as CIFAR-10. cifar10-lesson is trained on it
for an epoch; the peers get its weights, and must say the same of every image. cuvette's time is that of its whole process.
The peers' begins when all is imported, the model is loaded and two batches have been predicted, and ends with the table
written. --all times every setting, not the three quickest of each alone."""

import argparse
import csv
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import report

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE / "peers"))

import keras_file  # noqa: E402

THREADS, SIDE, SLACK, QUICKEST = 2, 32, 1e-4, 3
ONNX, TORCH = "onnxruntime", "PyTorch"
PEERS = {  # the settings of each, the quickest first
    TORCH: ["compiled-nchw-tv-w2", "compiled-nhwc-tv-w2", "eager-nhwc-tv-w2", "eager-nhwc-tv-w0", "eager-nhwc-pil-w2"],
    ONNX: ["turbojpeg-processes-calm", "turbojpeg-processes-spins", "turbojpeg-threads-calm", "pillow-processes-spins",
           "turbojpeg-threads-spins", "turbojpeg-none-spins"],
}


def call(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"bench: {command[0]} {command[1]} ended: {done.stderr.strip()[-400:]}")
    return done.stdout


def by_us(program, run, images, table):
    began = time.perf_counter()
    with open(table, "w") as out:
        subprocess.run([program, "predict", run, images, "--device", f"cpu:{THREADS}", "--csv"], stdout=out, check=True)
    return time.perf_counter() - began


def by_peer(peer, setting, run, images, table):
    script, model = ("torch_predict.py", run / "model.h5") if peer == TORCH else ("onnx_predict.py", run / "model.onnx")
    seconds, version = call([sys.executable, HERE / "peers" / script, model, images, table, setting]).split(maxsplit=1)
    return float(seconds), version.strip()


def answers(table, classes=None):
    """{file: (class, probability)}: the likeliest."""
    with open(table, newline="") as file:
        rows = [row for row in csv.reader(file) if row[0] != "image"]
    return {row[0]: (classes[int(row[1])] if classes else row[1], float(row[2])) for row in rows}


def compare(ours, theirs, name):
    """Where two classes are as likely either may come first."""
    if ours.keys() != theirs.keys():
        raise SystemExit(f"bench: {name} has predicted other files")
    furthest = max(abs(chance - theirs[file][1]) for file, (_, chance) in ours.items())
    others = sum(said != theirs[file][0] for file, (said, _) in ours.items())
    if furthest > SLACK or others > len(ours) / 1000:
        raise SystemExit(f"bench: {name} says otherwise: {others} other classes, probabilities differ by {furthest:g}")
    return furthest, others


def measure(arguments, folder):
    run, images = folder / "run", arguments.data / "test"
    classes = sorted(path.name for path in images.iterdir() if path.is_dir())
    call([arguments.program, "train", "cifar10-lesson", "--dataset", arguments.data, "--epochs", 1, "--run", run])
    keras_file.write_onnx(run / "model.h5", run / "model.onnx", (3, SIDE, SIDE))
    tried = [(peer, setting) for peer, settings in PEERS.items() for setting in settings[: None if arguments.all else QUICKEST]]
    times, versions, agreement = {None: [], **{each: [] for each in tried}}, set(), {}
    by_us(arguments.program, run, images, folder / "ours.csv")  # files are in memory from here on
    for _ in range(arguments.rounds):
        times[None].append(by_us(arguments.program, run, images, folder / "ours.csv"))
        for peer, setting in tried:
            seconds, version = by_peer(peer, setting, run, images, folder / "theirs.csv")
            times[peer, setting].append(seconds)
            versions.add(version)
            agreement[peer, setting] = compare(answers(folder / "ours.csv"), answers(folder / "theirs.csv", classes),
                                               f"{peer} ({setting})")
    versions.add(call([arguments.program, "--version"]).splitlines()[0])
    return times, versions, agreement, len(answers(folder / "ours.csv"))


def text_of(times, versions, agreement, images):
    ours = times[None]
    rows = []
    for who, seconds in times.items():
        median, least = statistics.median(seconds), min(seconds)
        furthest, others = agreement.get(who, (None, None))
        rows.append(["cuvette predict --csv" if who is None else f"{who[0]}, {who[1]}", f"{median:.2f}", f"{least:.2f}",
                     f"{images / median:,.0f}", f"{median / statistics.median(ours):.2f}", f"{least / min(ours):.2f}",
                     "" if who is None else f"{furthest:.1e}, {others}"])
    heads = ["program", "median s", "minimum s", "images/s", "times ours", "minima", "differs by, other classes"]
    return f"{report.circumstances(THREADS, versions)} {len(ours)} rounds.\n\n{report.table(heads, rows)}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = text_of(*measure(arguments, pathlib.Path(folder)))
    print(text)
    if arguments.write:
        report.write_section("bench/predict.py", text)


main()
