"""What checkpoints cost a training, as the run itself accounts for it: how long its steps stood still while weights were
copied, and the processor's time of the thread that writes them.

    python3 bench/checkpoints.py PROGRAM RECIPE SECONDS [OPTION of cuvette train ...]

Trains for so many seconds without checkpoints, as it comes and with one a second. Beside that stands the processor's time
of all threads but those that compute (the busiest ones), as the kernel counts it (/proc/PID/task/*/schedstat): what it
grows by is all that checkpoints can have cost, whatever the run says. `BENCH_FOLDER` is where runs are put. Python's
standard library only.
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

WAYS = (("none", 0), ("as it comes (20 s)", 20), ("one a second", 1))


def look_at_threads(pid, seconds):
    """Keeps of each thread how long it was on a core, threads that ended included."""
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/schedstat") as file:
                seconds[task] = int(file.read().split()[0]) / 1e9
    except OSError:  # it ended in this moment
        pass


def train(program, recipe, options, interval, length, place):
    folder = os.path.join(place, "run")
    subprocess.run(["rm", "-rf", folder], check=True)
    process = subprocess.Popen([program, "train", recipe, *options, "--set", f"training.checkpoint={interval}", "--run",
                                folder, "--quiet"], stderr=subprocess.DEVNULL)
    threads, end = {}, time.monotonic() + length
    while process.poll() is None:
        look_at_threads(process.pid, threads)
        if time.monotonic() > end:
            process.send_signal(signal.SIGTERM)
            end += 60
        time.sleep(0.05)
    if process.returncode not in (0, 5):
        sys.exit(f"exit code {process.returncode}")
    with open(os.path.join(folder, "summary.json")) as file:
        summary = json.load(file)
    busiest = sorted(threads.values(), reverse=True)
    return {"summary": summary, "cpu": sum(busiest), "others": sum(busiest[summary["threads"]:]),
            "bytes": os.path.getsize(os.path.join(folder, "checkpoint.safetensors")) if interval else 0}


def main():
    program, recipe, length, options = os.path.abspath(sys.argv[1]), sys.argv[2], float(sys.argv[3]), sys.argv[4:]
    heads = ("MB", "written", "loop s", "CPU s", "stood ms", "share", "writing CPU ms", "share", "other CPU s")
    print(f"{'checkpoints':20}" + "".join(f"{head:>15}" for head in heads))
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as place:
        for name, interval in WAYS:
            result = train(program, recipe, options, interval, length, place)
            s = result["summary"]
            n, stood, writing = s["checkpoints"], s["checkpoint_pause_seconds"], s["checkpoint_cpu_seconds"]
            print(f"{name:20}{result['bytes'] / 1e6:15.1f}{n:15}{s['seconds_total']:15.1f}{result['cpu']:15.1f}"
                  f"{1e3 * stood / max(n, 1):15.2f}{100 * stood / s['seconds_total']:13.2f} %"
                  f"{1e3 * writing / max(n, 1):15.2f}{100 * writing / result['cpu']:13.2f} %{result['others']:15.2f}",
                  flush=True)


main()
