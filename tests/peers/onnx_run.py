"""Models that cuvette trained, as ONNX in onnxruntime: every probability of every test image must be as in cuvette.

    python3 -m venv build/onnx
    build/onnx/bin/pip install onnx onnxruntime numpy h5py
    make check-onnx                       (or ONNX_PYTHON=/another/python make check-onnx)

Not part of `make check`, which needs no Python. The models are those of keras_load.py, each trained for two epochs on
random images with a pattern in them. onnx.checker looks at each file, too, with the shapes that it infers; and each is
asked about one image and about all of them at once.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np
import onnx
import onnxruntime

from stacks import CLASSES, STACKS, make_images, train


def ask(program, model, data, images):
    """[images, classes] of cuvette, which tells the five likeliest; NaN for the others."""
    command = [program, "predict", model, "--dataset", data, "--json", *range(images)]
    said = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True)
    got = np.full((images, CLASSES), np.nan)
    for i, image in enumerate(json.loads(said.stdout)["images"]):
        for top in image["top"]:
            got[i, top["class"]] = top["probability"]
    return got


def run(file, images):
    """The same of onnxruntime, of all images and of the first alone."""
    onnx.checker.check_model(str(file), full_check=True)
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    pixels = np.ascontiguousarray(images.transpose(0, 3, 1, 2).astype(np.float32))
    together = session.run(None, {"images": pixels})[0]
    alone = session.run(["probabilities"], {"images": pixels[:1]})[0]
    assert session.get_modelmeta().custom_metadata_map["recipe"]
    return together, alone


def main():
    program = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/cuvette").resolve()
    failed = 0
    print(f"onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}")
    with tempfile.TemporaryDirectory() as name_of_folder:
        folder = pathlib.Path(name_of_folder)
        for name, height, width, channels, layers in STACKS:
            data, file = folder / f"images-{name}.h5", folder / f"{name}.onnx"
            make_images(data, height, width, channels)
            model = train(program, folder, name, layers, data)
            subprocess.run([str(program), "model", "convert", str(model), str(file)], check=True,
                           stdout=subprocess.DEVNULL)
            with h5py.File(data) as opened:
                images = opened["x_test"][:]
            expected = ask(program, model, data, len(images))
            together, alone = run(file, images)
            off = max(np.nanmax(np.abs(together - expected)), np.nanmax(np.abs(alone - expected[:1])))
            good = off < 1e-5
            failed += not good
            print(f"{'ok  ' if good else 'FAIL'} {name:16} {len(images)} images, probabilities off by {off:.1e}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
