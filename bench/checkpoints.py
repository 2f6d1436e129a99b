"""What checkpoints cost a training: the same run without them, as it comes, and with one a second, in turn.

    python3 bench/checkpoints.py PROGRAM RECIPE ROUNDS [OPTION of cuvette train ...]

Seconds of processor time are of the whole process, start and validations included; those of the loop are the run's own
`seconds_total`, from its first step on. `BENCH_FOLDER` is where runs are put. Python's standard library only.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading

WAYS = (("none", "0"), ("as it comes (20 s)", "20"), ("one a second", "1"))


def count_checkpoints(folder, process, seen):
    """Looks each tenth of a second when the file was written last."""
    path = os.path.join(folder, "checkpoint.safetensors")
    while process.poll() is None:
        try:
            seen.add(os.stat(path).st_mtime_ns)
        except FileNotFoundError:
            pass
        threading.Event().wait(0.1)


def train(program, recipe, options, seconds, place):
    folder = os.path.join(place, "run")
    subprocess.run(["rm", "-rf", folder], check=True)
    process = subprocess.Popen([program, "train", recipe, *options, "--set", f"training.checkpoint={seconds}", "--run",
                                folder, "--quiet"])
    seen = set()
    counter = threading.Thread(target=count_checkpoints, args=(folder, process, seen))
    counter.start()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    counter.join()
    if process.returncode != 0:
        sys.exit(f"exit code {process.returncode}")
    with open(os.path.join(folder, "summary.json")) as file:
        summary = json.load(file)
    return {"loop": summary["seconds_total"], "cpu": usage.ru_utime + usage.ru_stime, "checkpoints": len(seen)}


def main():
    program, recipe, rounds, options = os.path.abspath(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4:]
    results = {name: [] for name, _ in WAYS}
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as place:
        for _ in range(rounds):
            for name, seconds in WAYS:
                results[name].append(train(program, recipe, options, seconds, place))
    heads = ("written", "loop s", "least", "CPU s", "least", "of none")
    print(f"{'checkpoints':20}" + "".join(f"{head:>9}" for head in heads))
    none = [result["cpu"] for result in results["none"]]
    for name, _ in WAYS:
        loop, cpu = [r["loop"] for r in results[name]], [r["cpu"] for r in results[name]]
        share = statistics.median(own / without - 1 for own, without in zip(cpu, none))
        print(f"{name:20}{statistics.median(r['checkpoints'] for r in results[name]):9.0f}"
              f"{statistics.median(loop):9.2f}{min(loop):9.2f}{statistics.median(cpu):9.2f}{min(cpu):9.2f}"
              f"{100 * share:+8.2f} %")



main()
