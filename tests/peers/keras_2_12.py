"""The first kind of .keras file, which TensorFlow 2.12 wrote, as a fixture for tests/run/model/test_foreign_model.c.

    python tests/peers/keras_2_12.py tests/run/model/fixtures

wants tensorflow-cpu 2.12 and h5py; the images are those of keras_foreign.py, whose fixture is there.
"""

import gzip
import io
import json
import os
import pathlib
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import h5py  # noqa: E402
import numpy as np  # noqa: E402
from tensorflow import keras  # noqa: E402

L = keras.layers


def model():
    x = keras.Input((8, 9, 3))
    y = L.Conv2D(3, 3, padding="same", activation="relu")(L.Rescaling(1 / 255)(x))
    z = L.BatchNormalization()(L.Conv2D(3, 3, padding="same", use_bias=False)(y))
    z = L.BatchNormalization()(L.Conv2D(3, 3, padding="same", use_bias=False)(L.ReLU()(z)))
    y = L.GlobalAveragePooling2D()(L.ReLU()(L.Add()([z, y])))
    return keras.Model(x, L.Dense(4, activation="softmax")(L.Dense(5, activation="relu")(y)))


def main():
    fixtures = pathlib.Path(sys.argv[1])
    with h5py.File(io.BytesIO(gzip.decompress((fixtures / "images.h5.gz").read_bytes()))) as file:
        images = file["x_test"][:].astype(np.float32)
    made = model()
    random = np.random.default_rng(5)
    made.set_weights([random.uniform(0.2, 0.9, w.shape) * random.choice([-1, 1], w.shape) if w.ndim > 1
                      else random.uniform(0.5, 1.5, w.shape) for w in made.get_weights()])
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "first.keras"
        made.save(path, save_format="keras_v3")
        (fixtures / "first.keras.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    (fixtures / "first.json").write_text(json.dumps(made.predict(images, verbose=0).astype(float).round(7).tolist()) + "\n")


main()
