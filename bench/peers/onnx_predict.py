"""Predicts a folder with onnxruntime: onnx_predict.py MODEL.onnx FOLDER TABLE SETTING

A setting is words with dashes: pillow or turbojpeg (by simplejpeg); what decodes a batch at a time beside the network,
processes, threads, or none, so that one is done after the other; and whether the network's threads spin while they wait,
as they do by themselves, or are calm."""

import concurrent.futures
import functools
import sys

import numpy
import onnxruntime
import simplejpeg
from PIL import Image

import predict_files

POOLS = {"processes": concurrent.futures.ProcessPoolExecutor, "threads": concurrent.futures.ThreadPoolExecutor}


def pillow(name):
    return numpy.asarray(Image.open(name).convert("RGB"))


def turbojpeg(name):
    with open(name, "rb") as file:
        return simplejpeg.decode_jpeg(file.read())


DECODERS = {"pillow": pillow, "turbojpeg": turbojpeg}


def decode(decoder, names):
    images = numpy.stack([DECODERS[decoder](name) for name in names])
    return numpy.ascontiguousarray(images.transpose(0, 3, 1, 2))


def main():
    model, folder, table, setting = sys.argv[1:5]
    decoder, workers, spinning = setting.split("-")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    if spinning == "calm":
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    pool = POOLS[workers](2) if workers in POOLS else None
    make = functools.partial(decode, decoder)

    def answer(names):
        parts = [names[i : i + predict_files.BATCH] for i in range(0, len(names), predict_files.BATCH)]
        classes, chances = [], []
        for images in pool.map(make, parts) if pool else map(make, parts):
            said = session.run(None, {"pixels": images.astype(numpy.float32)})[0]
            order = numpy.argsort(-said, axis=1)[:, : predict_files.TOP]
            classes += order.tolist()
            chances += numpy.take_along_axis(said, order, 1).tolist()
        return classes, chances

    predict_files.measure(folder, answer, table, f"onnxruntime {onnxruntime.__version__}")


main()
