"""Kills training runs at random moments, goes on with each, and compares its end with that of a run that was left alone.

    python3 bench/kills.py PROGRAM KILLS [OPTION of cuvette train ...]

Python's standard library only. Ends with 1 at the first run whose curves, weights or moments differ in a bit, whose
files cannot be read, or that ends in any other way than by the kill.
"""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

SETTINGS = ["mnist-mlp", "--epochs", "12", "--device", "cpu:1", "--set", "training.checkpoint=0.02"]
CLOCKED = ("seconds", "images_per_second")


def curve(folder):
    with open(os.path.join(folder, "metrics.jsonl")) as lines:
        points = [json.loads(line) for line in lines]
    return [{key: point[key] for key in point if key not in CLOCKED} for point in points
            if point["kind"] in ("step", "epoch")]


def arrays(folder):
    """All weights and moments: what is behind the header of the last checkpoint."""
    with open(os.path.join(folder, "checkpoint.safetensors"), "rb") as file:
        file.seek(int.from_bytes(file.read(8), "little"), os.SEEK_CUR)
        return file.read()


def train(program, folder, options, seconds):
    """True when the run has ended, False when it was killed after so many seconds."""
    go_on = os.path.exists(os.path.join(folder, "checkpoint.safetensors"))
    if not go_on:
        shutil.rmtree(folder, ignore_errors=True)
    command = ["resume", folder] if go_on else ["train", *SETTINGS, *options, "--run", folder]
    process = subprocess.Popen([program, *command, "--quiet"], stderr=subprocess.PIPE, text=True)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    error = process.communicate()[1]
    if process.returncode not in (0, -9) and "is finished" not in error:
        sys.exit(f"exit code {process.returncode}: {error}")
    return process.returncode != -9


def main():
    program, kills, options = os.path.abspath(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    with tempfile.TemporaryDirectory() as place:
        whole, broken = os.path.join(place, "whole"), os.path.join(place, "broken")
        began = time.monotonic()
        train(program, whole, options, None)
        longest = 0.8 * (time.monotonic() - began)
        wanted, done, runs = (curve(whole), arrays(whole)), 0, 0
        while done < kills:
            while not train(program, broken, options, random.uniform(0.02, longest)):
                done += 1
            if (curve(broken), arrays(broken)) != wanted:
                sys.exit(f"after {done} kills a run differs")
            runs += 1
            shutil.rmtree(broken)
        print(f"{done} kills, {runs} runs, every one as if it had never been left")


main()
