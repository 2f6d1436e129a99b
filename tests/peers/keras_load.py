"""Loads models that cuvette trained into Keras and compares what both make of the same test images.

    python3 -m venv build/keras
    build/keras/bin/pip install keras numpy scipy h5py jax
    make check-keras                      (or KERAS_PYTHON=/another/python make check-keras)

Not part of `make check`, which needs no Python. Keras's numpy backend is enough; a Keras of version 2 with TensorFlow
does as well. Each stack is trained for two epochs on random images with a pattern in them, so that no weight is as it
began; then the mean loss over the test images must agree within 1e-4 and the accuracy within one image.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("KERAS_BACKEND", "numpy")

import h5py  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402

from stacks import STACKS, make_images, train  # noqa: E402


def convert(program, run, file):
    """The run's model in another of Keras's formats; None where this Keras does not read it."""
    if int(keras.__version__.split(".")[0]) < 3:
        return None
    subprocess.run([str(program), "model", "convert", str(run), str(file)], check=True, stdout=subprocess.DEVNULL)
    return file


def compare(run, file, data):
    """Differences of loss and of accuracy between Keras with the file and the run's summary."""
    summary = json.loads((run / "summary.json").read_text())
    model = keras.models.load_model(file, compile=False)
    with h5py.File(data) as file:
        images, labels = file["x_test"][:], file["y_test"][:]
    probabilities = np.asarray(model.predict(images.astype(np.float32), verbose=0), dtype=np.float64)
    loss = -np.log(probabilities[np.arange(len(labels)), labels]).mean()
    accuracy = (probabilities.argmax(axis=1) == labels).mean()
    return abs(loss - summary["test_loss"]), abs(accuracy - summary["test_accuracy"]), type(model).__name__, loss


def main():
    program = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/cuvette").resolve()
    failed = 0
    print(f"Keras {keras.__version__}")
    with tempfile.TemporaryDirectory() as name_of_folder:
        folder = pathlib.Path(name_of_folder)
        for name, height, width, channels, layers in STACKS:
            data = folder / f"images-{name}.h5"
            make_images(data, height, width, channels)
            run = train(program, folder, name, layers, data)
            for file in filter(None, (run / "model.h5", convert(program, run, folder / f"{name}.keras"))):
                loss_off, accuracy_off, kind, loss = compare(run, file, data)
                good = loss_off < 1e-4 and accuracy_off < 1.5 / 101
                failed += not good
                print(f"{'ok  ' if good else 'FAIL'} {name:16} {file.suffix:6} {kind:10} loss {loss:.5f}, "
                      f"off by {loss_off:.1e}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
