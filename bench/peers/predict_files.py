"""What the peers of `cuvette predict` share: which files, batches of them decoded by two workers, and the table that
they write. Times are taken from the list of files to the written table, without imports, the model's load and a first
batch that warms up."""

import csv
import pathlib
import time

BATCH = 250
TOP = 5


def files(folder):
    return sorted(str(path) for path in pathlib.Path(folder).rglob("*.jpg"))


def measure(folder, answer, table, version):
    """answer(files) gives classes and probabilities of all of them, likeliest first, [files][TOP]."""
    answer(files(folder)[: 2 * BATCH])
    began = time.perf_counter()
    names = files(folder)
    classes, chances = answer(names)
    with open(table, "w", newline="") as out:
        rows = csv.writer(out)
        for name, class_row, chance_row in zip(names, classes, chances):
            pairs = zip(class_row, chance_row)
            rows.writerow([name, *(word for c, p in pairs for word in (c, f"{p:.6f}"))])
    print(f"{time.perf_counter() - began:.4f} {version}")
