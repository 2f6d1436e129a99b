#!/usr/bin/env python3
"""Writes the seeds of the formats that Python's libraries write:  seeds.py tests/fuzz/seeds"""
import io
import json
import pathlib
import pickle
import sys
import tarfile
import zipfile

import h5py
import numpy
import scipy.io

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


def write_zip():
    for name, how in (("stored", zipfile.ZIP_STORED), ("deflated", zipfile.ZIP_DEFLATED)):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", how) as file:
            for member in ("metadata.json", "config.json", "x"):
                file.writestr(zipfile.ZipInfo(member), '{"class_name": "Sequential"}', how)
        write("zip", name, out.getvalue())


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
    layout("lzf", "earliest", chunks=(3, 4, 5), compression="lzf")
    layout("latest", "latest")
    layout("latest-chunks", ("v110", "v110"), chunks=(1, 4, 5), compression="gzip", fletcher32=True)


def write_list():
    """As Places365 has them, and as spreadsheets do."""
    write("list", "lines", SEPARATOR.join((b"a/1.png 0\nb/1.png 1\na/2.png 0\n", b"b/1.png 1\n",
                                           b"/a/airfield 0\n/b/beach 1\n")))
    write("list", "columns", SEPARATOR.join((b'path,label,split\n"a/1.png",cat,train\nb/1.png,"a ""dog""",train\n',
                                             b"path;label\r\nb/1.png;cat\r\n", b"cat\ndog\n")))


def write_offer():
    """What a user may add."""
    write("offer", "added", b"""[flowers]
help = five kinds of flowers
mirror = https://example.org/sets/
mirror = http://example.net/
file = flowers.tgz 12345 sha256:440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609
unpack = yes
strip = 1
unpacked = 2000000
licence = CC-BY
cite = Somebody, Flowers, 2019
""")


def write_archives():
    """A tree of a folder and two files, packed in each way."""
    files = {"set/a/1.txt": b"one" * 40, "set/b.txt": b"two"}

    for mode in ("", "gz", "xz", "bz2"):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w:" + mode) as archive:
            for name, content in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
            entry = tarfile.TarInfo("set/link")
            entry.type, entry.linkname = tarfile.SYMTYPE, "../../outside"
            archive.addfile(entry)
        write("unpack", "tar" + mode, out.getvalue()[:4096])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    write("unpack", "zip", out.getvalue())


def write_svhn():
    one = {"X": numpy.zeros((32, 32, 3, 1), numpy.uint8), "y": numpy.array([[10]], numpy.uint8)}
    for name, packed in (("plain", False), ("packed", True)):
        out = io.BytesIO()
        scipy.io.savemat(out, one, do_compression=packed)
        write("svhn", name, out.getvalue())


def write_photo_archives():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, to in (("grey.jpg", "set/train/a/1.jpg"), ("rgb.png", "set/train/b/2.PNG"), ("cmyk.jpg", "../3.jpg")):
            archive.add(seeds / "image" / name, to)
    write("archive", "targz", out.getvalue())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.write(seeds / "image" / "grey.jpg", "a/1.jpg")
        archive.write(seeds / "image" / "rgb.png", "b/2.png")
    write("archive", "zip", out.getvalue())


def write_lzf():
    with h5py.File(io.BytesIO(), "w") as file:
        data = file.create_dataset("x", data=images, chunks=images.shape, compression="lzf")
        for name, pixels in (("varied", images), ("plain", images * 0)):
            data[...] = pixels
            file.flush()
            write("lzf", name, images.size.to_bytes(2, "big") + data.id.read_direct_chunk((0, 0, 0))[1])


def write_packed():
    """Two pictures of seeds.c in each split, behind the mark that makes a file one of packed images."""
    photos = [numpy.frombuffer((seeds / "image" / name).read_bytes(), numpy.uint8) for name in ("grey.jpg", "rgb.png")]
    lengths = [photo.size for photo in photos]
    out = io.BytesIO()
    with h5py.File(out, "w", userblock_size=512) as file:
        file["images"] = numpy.concatenate(photos)
        for split in ("train", "test"):
            file[f"offsets_{split}"] = numpy.array([0, lengths[0]], numpy.uint64)
            file[f"lengths_{split}"] = numpy.array(lengths, numpy.uint32)
            file[f"y_{split}"] = numpy.array([0, 1], numpy.int32)
        file["class_names"] = numpy.array([b"one", b"two"])
        file["names_train"] = numpy.array([b"one/1.jpg", b"two/2.png"])
    content = bytearray(out.getvalue())
    mark = b"cuvette packed images 1\n"
    content[:len(mark)] = mark
    write("hdf5", "packed", bytes(content))


def write_foreign():
    """A model as small as Keras makes one: its HDF5 file, and the zip file of Keras 3 with both kinds of compression."""
    def layer(kind, **settings):
        return {"class_name": kind, "config": {"name": kind.lower(), **settings}}

    layers = [layer("InputLayer", batch_shape=[None, 4, 4, 1]),
              layer("Conv2D", filters=2, kernel_size=[3, 3], strides=[1, 1], padding="same", dilation_rate=[1, 1],
                    data_format="channels_last", groups=1, activation="relu", use_bias=False),
              layer("Flatten", data_format="channels_last"),
              layer("Dense", units=2, activation="softmax", use_bias=True)]
    model = json.dumps({"class_name": "Sequential", "config": {"name": "sequential", "layers": layers}})
    kernel, dense = numpy.ones((3, 3, 1, 2), "f4"), numpy.ones((32, 2), "f4")
    out = io.BytesIO()
    with h5py.File(out, "w", libver="latest") as file:
        file.attrs["keras_version"] = "3.0.0"
        file.attrs["model_config"] = model
        weights = file.create_group("model_weights")
        weights.attrs["layer_names"] = [b"conv2d", b"flatten", b"dense"]
        for name, arrays in (("conv2d", {"kernel": kernel}), ("flatten", {}),
                             ("dense", {"kernel": dense, "bias": dense[0]})):
            group = weights.create_group(name)
            group.attrs["weight_names"] = [f"{name}/{array}".encode() for array in arrays]
            for array, values in arrays.items():
                group[f"{name}/{array}"] = values
    write("foreign", "hdf5", out.getvalue())
    out = io.BytesIO()
    with h5py.File(out, "w", libver="latest") as file:
        file["layers/conv2d/vars/0"] = kernel
        file["layers/dense/vars/0"], file["layers/dense/vars/1"] = dense, dense[0]
    members = {"metadata.json": json.dumps({"keras_version": "3.0.0"}), "config.json": model,
               "model.weights.h5": out.getvalue()}
    for name, compression in (("stored", zipfile.ZIP_STORED), ("deflated", zipfile.ZIP_DEFLATED)):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", compression) as archive:
            for member, content in members.items():
                archive.writestr(zipfile.ZipInfo(member), content, compression)
        write("foreign", name, out.getvalue())


write_numpy()
write_foreign()
write_packed()
write_list()
write_offer()
write_svhn()
write_photo_archives()
write_archives()
write_lzf()
write_pickle()
write_hdf5()
write_zip()
