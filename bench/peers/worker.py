"""What a peer answers to bench/workers.py: it stays alive, so that warm programs can be timed in turn."""

import sys
import time


def serve(name, step, steps_a_call=1):
    """Says "ready" and the name after a first step. Then each line is a time in milliseconds: trains until it is over,
    at least once, and answers with one line, the milliseconds that each step took.

    `step()` trains `steps_a_call` steps and returns when the weights are new; of so many the mean is told, once.
    """
    step()
    print("ready", name, flush=True)
    for line in sys.stdin:
        times, now = [], time.perf_counter()
        end = now + float(line) / 1e3
        while not times or now < end:
            start = time.perf_counter()
            step()
            now = time.perf_counter()
            times.append((now - start) * 1e3 / steps_a_call)
        print(*(f"{t:.4f}" for t in times), flush=True)
