#!/usr/bin/env python3
"""Writes the seeds of the formats that Python's libraries write:  seeds.py tests/fuzz/seeds"""
import io
import pathlib
import pickle
import sys

import h5py
import numpy

SEPARATOR = b"\n~~\n"  # of fuzz_part()

seeds = pathlib.Path(sys.argv[1])
images = (numpy.arange(3 * 4 * 5) * 7 % 251).astype(numpy.uint8).reshape(3, 4, 5)
labels = numpy.array([0, 2, 1], numpy.uint8)


def write(target, name, content):
    (seeds / target).mkdir(parents=True, exist_ok=True)
    (seeds / target / name).write_bytes(content)


def saved(save, *arrays, **named):
    out = io.BytesIO()
    save(out, *arrays, **named)
    return out.getvalue()


def write_numpy():
    splits = {"x_train": images, "y_train": labels, "x_test": images[:1], "y_test": labels[:1]}
    write("numpy", "stored.npz", saved(numpy.savez, **splits))
    write("numpy", "packed.npz", saved(numpy.savez_compressed, **splits))
    write("numpy", "folder", saved(numpy.save, images) + SEPARATOR + saved(numpy.save, labels.astype(">i8")))
    write("numpy", "colour", saved(numpy.save, images[..., None].repeat(3, 3)) + SEPARATOR
          + saved(numpy.save, labels[:, None]))


def write_pickle():
    """As Python 2 wrote them, and as other tools write them again."""
    names = [f"class {i}" for i in range(10)]
    batch = {"batch_label": "training batch 1", "labels": [3], "data": numpy.zeros((1, 3072), numpy.uint8),
             "filenames": ["leptodactylus_pentadactylus_s_000004.png"]}
    for protocol in (2, 4):
        write("pickle", f"protocol-{protocol}", pickle.dumps({"label_names": names}, protocol) + SEPARATOR
              + pickle.dumps(batch, protocol))
    fine = {"fine_labels": [99], "coarse_labels": [11], "data": batch["data"]}
    write("pickle", "hundred", pickle.dumps({"fine_label_names": names * 10}, 2) + SEPARATOR + pickle.dumps(fine, 2))


def write_hdf5():
    def layout(name, libver, **how):
        out = io.BytesIO()
        with h5py.File(out, "w", libver=libver) as file:
            for split in ("train", "test"):
                file.create_dataset(f"x_{split}", data=images, **how)
                file.create_dataset(f"y_{split}", data=labels)
            file["class_names"] = numpy.array([b"one", b"two", b"six"])
        write("hdf5", name, out.getvalue())

    layout("plain", "earliest")
    layout("chunks", "earliest", chunks=(2, 4, 5), compression="gzip", shuffle=True)
    layout("latest", "latest")
    layout("latest-chunks", ("v110", "v110"), chunks=(1, 4, 5), compression="gzip", fletcher32=True)


write_numpy()
write_pickle()
write_hdf5()
