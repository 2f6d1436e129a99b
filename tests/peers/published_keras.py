"""Networks of Keras Applications, in cuvette's hands: both must give every image the same probabilities.

    build/keras/bin/python tests/peers/published_keras.py build/cuvette      (tests/peers/keras_load.py says what it needs)

Weights are random ones, batch normalisation's statistics too, in files of weights alone as Keras 2's save_weights()
writes them and Keras Applications has them to load. With --names the names and shapes are written that are the second
half of the fixture of tests/run/model/test_published_network.c.
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

CLASSES, IMAGES, SIZE = 5, 2, 224
NETWORKS = {
    "Keras's VGG16": (keras.applications.VGG16, keras.applications.vgg16.preprocess_input),
    "Keras's ResNet50": (keras.applications.ResNet50, keras.applications.resnet50.preprocess_input),
    "Keras's MobileNetV2": (keras.applications.MobileNetV2, keras.applications.mobilenet_v2.preprocess_input),
}


def write_names_of(name, model, renamed=()):
    print(f"[{name}]")
    for layer in model.layers:
        depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
        for weight in layer.weights:
            word = "depthwise_kernel" if depthwise and weight.name == "kernel" else weight.name  # as Keras 2
            print(f"{dict(renamed).get(layer.name, layer.name)}/{word}", "x".join(map(str, weight.shape)))


def write_names():
    """In the files of Keras 2 the last layer of MobileNetV2 has another name."""
    for name, (make, _) in NETWORKS.items():
        write_names_of(name, make(weights=None))
    write_names_of("Keras 2's MobileNetV2", keras.applications.MobileNetV2(weights=None), {"predictions": "Logits"})


def shake(model):
    random = np.random.default_rng(5)
    for layer in model.layers:
        weights = layer.get_weights()
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = weights
            weights = [random.uniform(0.5, 1.5, gamma.shape), random.normal(0, 0.2, beta.shape),
                       random.normal(0, 0.2, mean.shape), random.uniform(0.5, 2, variance.shape)]
        layer.set_weights(weights)


def save_weights(model, path):
    """As Keras 2 wrote them."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        file.attrs["backend"] = b"tensorflow"
        for layer in model.layers:
            group = file.create_group(layer.name)
            names = [f"{layer.name}_{weight.name}_1:0" for weight in layer.weights]
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, value in zip(names, layer.get_weights()):
                group[name] = value


def ask(program, model, data):
    said = subprocess.run([program, "predict", model, "--dataset", data, "--json", *map(str, range(IMAGES))],
                          capture_output=True, text=True)
    if said.returncode != 0:
        return said.stderr.strip()
    got = np.zeros((IMAGES, CLASSES))
    for i, image in enumerate(json.loads(said.stdout)["images"]):
        for top in image["top"]:
            got[i, top["class"]] = top["probability"]
    return got


def compare(program, folder, name):
    make, preprocess = NETWORKS[name]
    keras.utils.set_random_seed(7)
    model = make(weights=None, classes=CLASSES)
    shake(model)
    images = np.random.default_rng(11).integers(0, 256, (IMAGES, SIZE, SIZE, 3)).astype(np.uint8)
    expected = np.asarray(model.predict(preprocess(images.astype("float32")), verbose=0))
    with h5py.File(folder / "images.h5", "w") as file:
        for split in ("train", "test"):
            file[f"x_{split}"] = images
            file[f"y_{split}"] = np.full(IMAGES, CLASSES - 1)
    save_weights(model, folder / "weights.h5")
    got = ask(program, folder / "weights.h5", folder / "images.h5")
    if isinstance(got, str):
        return f"FAILED: {got}"
    worst = np.abs(np.log(np.maximum(got, 1e-9)) - np.log(np.maximum(expected, 1e-9))).max()
    return f"{'' if worst < 1e-4 else 'FAILED: '}{worst:.1e}, of {np.array2string(expected[0], precision=3)}"


def main():
    if "--names" in sys.argv:
        write_names()
        return
    program = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/cuvette").resolve()
    failed = 0
    for name in NETWORKS:
        with tempfile.TemporaryDirectory() as folder:
            said = compare(program, pathlib.Path(folder), name)
        failed += said.startswith("FAILED")
        print(f"{name:42} {said}", flush=True)
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
