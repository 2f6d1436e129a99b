"""Models that Keras made, in cuvette's hands: both must give every image of a small set the same probabilities.

    make check-keras                      (tests/peers/keras_load.py says what it needs)

With a folder as second argument the smallest of these models and what Keras says of the images are written there,
as fixtures for tests/run/model/test_foreign_model.c:

    build/keras/bin/python tests/peers/keras_foreign.py build/cuvette tests/run/model/fixtures
"""

import gzip
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
from keras import layers as L  # noqa: E402

CLASSES, IMAGES = 4, 12
EXTENSIONS = [".h5", ".keras"]


def block(x, filters, stride=1, bias=False, relu=L.ReLU, swap=False, activation="relu"):
    y = L.Conv2D(filters, 3, strides=stride, padding="same", use_bias=bias)(x)
    y = L.BatchNormalization()(y)
    y = relu()(y)
    y = L.Conv2D(filters, 3, padding="same", use_bias=bias)(y)
    y = L.BatchNormalization()(y)
    skip = x
    if stride > 1 or x.shape[-1] != filters:
        skip = L.Conv2D(filters, 1, strides=stride, padding="same", use_bias=bias)(x)
        skip = L.BatchNormalization()(skip)
    return relu()(L.Add()([skip, y] if swap else [y, skip]))


def adapted():
    normalization = L.Normalization()
    normalization.adapt(np.random.default_rng(3).integers(0, 256, (40, 8, 9, 3)).astype("float32"))
    return normalization


def plain():
    return keras.Sequential([
        keras.Input((8, 9, 3)), L.Rescaling(1 / 127.5, offset=-1), L.Conv2D(3, 3, padding="same", activation="relu"),
        L.MaxPooling2D(), L.Flatten(), L.Dropout(0.3), L.Dense(CLASSES, activation="softmax")])


def everything():
    return keras.Sequential([
        keras.Input((8, 9, 3)), L.RandomFlip(), adapted(), L.Conv2D(5, 3, strides=2, padding="same"),
        L.BatchNormalization(scale=False, epsilon=1e-5), L.LeakyReLU(0.1), L.UpSampling2D(3),
        L.Conv2D(6, 2, activation="gelu", use_bias=False), L.BatchNormalization(center=False), L.Activation("tanh"),
        L.AveragePooling2D(3, strides=2, padding="same"), L.MaxPooling2D(2, strides=1, padding="same"),
        L.Conv2D(4, 1, activation="leaky_relu"), L.GlobalAveragePooling2D(), L.Dense(7, activation="sigmoid"),
        L.BatchNormalization(), L.Dense(CLASSES), L.Softmax()])


def residual(bias=False, swap=False, relu=L.ReLU):
    x = keras.Input((8, 9, 3))
    y = L.Normalization(mean=[120, 110, 100.0], variance=[4000, 3000, 2000.0])(x)
    y = L.Conv2D(4, 3, padding="same", activation="relu")(y)
    y = block(y, 4, bias=bias, swap=swap, relu=relu)
    y = block(y, 5, 2, bias=bias, swap=swap, relu=relu)
    y = L.GlobalAveragePooling2D()(y)
    return keras.Model(x, L.Dense(CLASSES, activation="softmax")(y))


def bottleneck(x, filters, stride=1, first=False):
    """As Keras Applications' ResNet50 (first) or torchvision's."""
    y = L.Conv2D(filters, 1, strides=stride if first else 1)(x)
    y = L.ReLU()(L.BatchNormalization(epsilon=1.001e-5)(y))
    if not first and stride > 1:
        y = L.Conv2D(filters, 3, strides=stride)(L.ZeroPadding2D(1)(y))
    else:
        y = L.Conv2D(filters, 3, padding="same")(y)
    y = L.Activation("relu")(L.BatchNormalization(epsilon=1.001e-5)(y))
    y = L.BatchNormalization(epsilon=1.001e-5)(L.Conv2D(4 * filters, 1)(y))
    if stride > 1 or x.shape[-1] != 4 * filters:
        x = L.BatchNormalization(epsilon=1.001e-5)(L.Conv2D(4 * filters, 1, strides=stride)(x))
    return L.Activation("relu")(L.Add()([x, y]))


def squeeze_excite(x, filters, reshape):
    """As Keras Applications' EfficientNet (reshape), or in two layers less."""
    y = L.GlobalAveragePooling2D(keepdims=not reshape)(x)
    y = L.Reshape((1, 1, x.shape[-1]))(y) if reshape else y
    y = L.Conv2D(filters, 1, padding="same", activation="swish")(y)
    y = L.Conv2D(x.shape[-1], 1, padding="same", activation="sigmoid")(y)
    return L.Multiply()([x, y])


def inverted(x, filters, expansion, kernel, reduce=0, bias=False):
    """As Keras Applications' EfficientNet, with its dropout of whole images."""
    y = x
    if expansion > 1:
        y = L.Conv2D(expansion * x.shape[-1], 1, padding="same", use_bias=bias)(y)
        y = L.Activation("swish")(L.BatchNormalization()(y))
    y = L.DepthwiseConv2D(kernel, padding="same", use_bias=bias)(y)
    y = L.Activation("swish")(L.BatchNormalization()(y))
    y = squeeze_excite(y, reduce, True) if reduce else y
    y = L.BatchNormalization()(L.Conv2D(filters, 1, padding="same", use_bias=bias)(y))
    return L.Add()([L.Dropout(0.2, noise_shape=(None, 1, 1, 1))(y), x]) if filters == x.shape[-1] else y


def blocks():
    x = keras.Input((8, 9, 3))
    y = L.Conv2D(6, 3, padding="same")(L.Rescaling(1 / 255)(x))
    y = bottleneck(y, 3, 2, first=True)
    y = squeeze_excite(bottleneck(y, 3), 4, True)
    y = squeeze_excite(bottleneck(y, 2, 2), 3, False)
    y = inverted(inverted(inverted(y, 8, 1, 3, bias=True), 8, 3, 5, 2), 5, 2, 3, 2)
    return keras.Model(x, L.Dense(CLASSES)(L.GlobalMaxPooling2D()(y)))


def gelu_blocks():
    return residual(relu=lambda: L.Activation("gelu"))


def new_activations():
    return keras.Sequential([
        keras.Input((8, 9, 3)), L.Rescaling(1 / 25), L.Conv2D(5, 3, activation="relu6"), L.Conv2D(5, 3), L.ReLU(6.0),
        L.Conv2D(4, 1, activation="silu"), L.Activation("swish"), L.Conv2D(4, 1, activation="hard_silu"),
        L.Activation("hard_swish"), L.Flatten(), L.Dense(CLASSES)])


def grey_rows():
    return keras.Sequential([keras.Input((8, 9)), L.Flatten(), L.Dense(6, activation="relu"), L.Dense(CLASSES)])


def padded():
    return keras.Sequential([
        keras.Input((8, 9, 3)), L.Rescaling(1 / 99), L.ZeroPadding2D(((0, 1), (0, 1))),
        L.Conv2D(6, 3, strides=2, activation="relu"), L.ZeroPadding2D(1), L.MaxPooling2D(3, strides=2),
        L.ZeroPadding2D((2, 1)), L.DepthwiseConv2D(3), L.ZeroPadding2D(), L.AveragePooling2D(2), L.ZeroPadding2D(),
        L.SeparableConv2D(5, 3, padding="same", activation="tanh"), L.DepthwiseConv2D(5, padding="same", use_bias=False),
        L.ZeroPadding2D(2), L.Flatten(), L.Dense(CLASSES, activation="softmax")])


def nested():
    """Models for layers: augmentation, a body that was taken from elsewhere, and a head in which there is another."""
    augmentation = keras.Sequential([L.RandomFlip(), L.RandomRotation(0.1)])
    body = keras.Sequential([keras.Input((8, 9, 3)), L.Conv2D(3, 3, activation="relu"), L.Conv2D(4, 3)])
    x = keras.Input((4, 5, 4))
    y = L.GlobalAveragePooling2D()(block(keras.Sequential([L.Conv2D(4, 1), L.BatchNormalization()])(x), 4))
    head = keras.Model(x, y)
    return keras.Sequential([keras.Input((8, 9, 3)), augmentation, L.Rescaling(1 / 255), body, L.Conv2D(4, 1), head,
                             L.Dense(CLASSES, activation="softmax")])


def nested_functional():
    body = keras.Sequential([L.Conv2D(3, 3), L.Conv2D(4, 3, strides=2)])
    x = keras.Input((8, 9, 3))
    y = L.Flatten()(L.BatchNormalization()(body(L.Rescaling(1 / 127.5, offset=-1)(x))))
    return keras.Model(x, L.Dense(CLASSES, activation="softmax")(y))


MODELS = {
    "plain": plain,
    "everything": everything,
    "residual": residual,
    "residual-bias": lambda: residual(bias=True, swap=True),
    "residual-gelu": gelu_blocks,
    "blocks": blocks,
    "activations": new_activations,
    "relu6-blocks": lambda: residual(relu=lambda: L.ReLU(6.0)),
    "silu-blocks": lambda: residual(relu=lambda: L.Activation("silu")),
    "padded": padded,
    "grey-rows": grey_rows,
    "nested": nested,
    "nested-functional": nested_functional,
}
FIXTURES = ["plain", "everything", "residual-bias", "padded", "nested"]


def shake(model):
    """No weight as it began, batch norm's moving ones neither."""
    random = np.random.default_rng(5)
    for layer in model._flatten_layers(include_self=False):
        if not isinstance(layer, (L.Normalization, keras.Model)):
            layer.set_weights([w + (random.uniform(0.05, 0.4, w.shape) if "moving_variance" in v.path or "gamma" in v.path
                                    else random.normal(0, 0.2, w.shape))
                               for w, v in zip(layer.get_weights(), layer.weights)])


def answer(model, images):
    grey = len(model.input_shape) == 3
    x = images.astype("float32")
    x = x[..., 0] / 255 if grey else x  # without a scaling layer cuvette gives 0..1
    y = np.asarray(model.predict(x, verbose=0), dtype=np.float64)
    if not np.allclose(y.sum(axis=1), 1, atol=1e-5):
        y = np.exp(y - y.max(axis=1, keepdims=True))
        y /= y.sum(axis=1, keepdims=True)
    return y


def make_images(path, channels):
    random = np.random.default_rng(11)
    images = random.integers(0, 256, (IMAGES, 8, 9, channels)).astype(np.uint8)
    with h5py.File(path, "w") as file:
        for split in ("train", "test"):
            file[f"x_{split}"] = images
            file[f"y_{split}"] = (np.arange(IMAGES) % CLASSES).astype(np.int64)
    return images


def ask(program, model, data):
    command = [program, "predict", model, "--dataset", data, "--json", *[str(i) for i in range(IMAGES)]]
    said = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if said.returncode != 0:
        return said.stderr.strip()
    got = np.zeros((IMAGES, CLASSES))
    for i, image in enumerate(json.loads(said.stdout)["images"]):
        for top in image["top"]:
            got[i, top["class"]] = top["probability"]
    return got


def main():
    program = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/cuvette").resolve()
    fixtures = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    failed = 0
    with tempfile.TemporaryDirectory() as name_of_folder:
        folder = pathlib.Path(name_of_folder)
        for name, make in MODELS.items():
            model = make()
            shake(model)
            data = folder / "images.h5"
            images = make_images(data, 1 if name == "grey-rows" else 3)
            expected = answer(model, images)
            for extension in EXTENSIONS:
                file = folder / f"{name}{extension}"
                model.save(file)
                got = ask(program, file, data)
                off = np.abs(got - expected).max() if isinstance(got, np.ndarray) else got
                good = isinstance(got, np.ndarray) and off < 1e-5
                failed += not good
                print(f"{'ok  ' if good else 'FAIL'} {file.name:22} from Keras, probabilities off by {off}")
                if fixtures and name in FIXTURES:
                    (fixtures / f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), mtime=0))
                    (fixtures / f"{name}.json").write_text(json.dumps(expected.round(7).tolist()) + "\n")
            if fixtures and name == FIXTURES[0]:
                (fixtures / "images.h5.gz").write_bytes(gzip.compress(data.read_bytes(), mtime=0))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
