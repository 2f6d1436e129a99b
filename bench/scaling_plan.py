"""When the gradients of a recipe are ready: from its plan as one of several ranks, and the time of its operations."""

import json
import math
import re
import subprocess

from scaling_model import Timeline

OPERATION = re.compile(r"^\s*\d+\s+(\d+|-) (.{33})(.*)$")  # src/nn/plan/plan_print.c
VALUE = re.compile(r"(\S+)\[([\d,]+)\]@")
SPANS = ("forward", "backward", "update")


def run(cuvette, *words):
    done = subprocess.run([str(cuvette), "train", *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"bench: {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def operations(cuvette, recipe, images, *options):
    """Of a step of one of several ranks, with so many images: (span, layer, kind, shapes of what it reads and writes)."""
    text = run(cuvette, recipe, *options, "--batch", str(2 * images), "--device", "cpu:2x1", "--show-plan")
    found, span = [], None
    for line in text.splitlines():
        word = line.split(" ", 1)[0].rstrip(",")
        if word in SPANS + ("evaluate", "health", "arenas"):
            span = word
            continue
        match = OPERATION.match(line)
        if match and span in SPANS:
            shapes = [tuple(map(int, dims.split(","))) for _, dims in VALUE.findall(match[3])]
            layer = None if match[1] == "-" else int(match[1])
            found.append((span, layer, match[2].strip().lower(), shapes))
    return found


def profiled(cuvette, recipe, batch):
    """Seconds of an operation, by layer and kind, of one rank with such a batch."""
    profile = json.loads(run(cuvette, recipe, "--batch", str(batch), "--device", "cpu:1", "--profile", "--json"))
    sums = {}
    for row in profile["operations"]:
        sums.setdefault((row["layer"], row["operation"].lower()), []).append(row["seconds"])
    return {key: sum(all_of) / len(all_of) for key, all_of in sums.items()}


def multiplied(kind, shapes):
    """Floating point operations of a product, forward or backward; 0: it is none."""
    if "conv2d" in kind:
        kernel = next((s for s in shapes if len(s) == 4 and s[0] == s[1] and s[0] <= 11), None)
        if kernel:
            h, w, _, filters = kernel
            images = [s for s in shapes if len(s) == 4 and s != kernel and s[3] == filters]
            if images:
                n, rows, columns, _ = min(images, key=lambda s: s[1] * s[2])
                return 2 * n * rows * columns * h * w * kernel[2] * filters
    if kind.startswith("dense"):
        flat = [math.prod(s) for s in shapes if len(s) != 1]
        if len(flat) == 3:  # [images][in], [images][out], [in][out]
            return 2 * math.sqrt(math.prod(flat))
    return 0


def timeline(listed, weight, seconds):
    """Of a step that takes so long; `weight` tells what an operation takes of it, in seconds where none are said."""
    weights = [0 if kind in ("all_reduce", "await") else weight(layer, kind, shapes)
               for _, layer, kind, shapes in listed]
    seconds = seconds or sum(weights)
    scale = seconds / sum(weights)
    at, buckets, update = 0.0, [], 0.0
    for (span, _, kind, shapes), share in zip(listed, weights):
        if kind == "all_reduce":
            buckets.append((at * scale, 4 * shapes[0][0]))
        at += share
        update += share * scale if span == "update" else 0
    return Timeline(seconds, update, tuple(buckets))


def measured_timeline(cuvette, recipe, ranks, batch, seconds):
    """`seconds`: of a step of one rank with its part of the batch."""
    times = profiled(cuvette, recipe, batch // ranks)
    return timeline(operations(cuvette, recipe, batch // ranks),
                    lambda layer, kind, _: times.get((layer, kind), 0.0), seconds)
