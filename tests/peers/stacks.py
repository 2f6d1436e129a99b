"""The networks that peers are asked about: stacks of layers, trained a little on images that are made here."""

import subprocess

import h5py
import numpy as np

# name, height, width, channels, layers (None: a preset of that name)
STACKS = [
    ("mnist-mlp", 28, 28, 1, None),
    ("mnist-cnn", 28, 28, 1, None),
    ("lenet5", 28, 28, 1, None),
    ("cifar10-lesson", 32, 32, 3, None),
    ("resnet20", 32, 32, 3, None),
    ("odd-sizes", 13, 11, 3, """
conv2d = filters=5 kernel=3 stride=2 padding=same bias=no
batch_norm =
activation = function=leaky_relu slope=0.1
conv2d = filters=6 kernel=2 padding=valid activation=gelu
maxpool2d = size=3 stride=2 padding=same
conv2d = filters=7 kernel=4 padding=same activation=leaky_relu
avgpool2d = size=2 stride=1 padding=same
dropout = rate=0.1
flatten =
dense = units=9 activation=tanh
dense = units=8 activation=sigmoid bias=no
dense = units=10
"""),
    ("branches", 9, 12, 2, """
conv2d = filters=4 kernel=3 activation=relu
residual = filters=4 activation=gelu
residual = filters=6 stride=2 activation=leaky_relu
residual = filters=6
residual = filters=8 stride=3
maxpool2d =
upsample2d = size=3
conv2d = filters=10 kernel=1
global_avgpool =
"""),
    ("activations", 8, 7, 3, """
conv2d = filters=6 kernel=3 activation=relu6
conv2d = filters=6 kernel=3 activation=hard_swish
batch_norm =
activation = function=silu
residual = filters=6 activation=relu6
residual = filters=6 activation=silu
flatten =
dense = units=9 activation=relu6
dense = units=8 activation=hard_swish
dense = units=10
"""),
    ("separable", 14, 11, 3, """
zero_padding2d = top=0 left=2
separable_conv2d = filters=8 kernel=3 stride=2 padding=valid activation=silu
separable_conv2d = filters=6 kernel=5 bias=no activation=relu
zero_padding2d = size=2
maxpool2d = size=3
zero_padding2d =
conv2d = filters=7 kernel=2 padding=valid
avgpool2d = size=3 stride=2 padding=half
flatten =
dense = units=10
"""),
    ("depthwise", 11, 14, 3, """
conv2d = filters=8 kernel=3 stride=2 padding=half activation=relu6
depthwise_conv2d = kernel=3 stride=2 padding=half activation=hard_swish
conv2d = filters=12 kernel=1
depthwise_conv2d = kernel=5 padding=same bias=no
batch_norm =
activation = function=relu
maxpool2d = size=3 stride=2 padding=half
flatten =
dense = units=10
"""),
    ("blocks", 11, 14, 3, """
conv2d = filters=6 kernel=3 activation=relu
residual = filters=6 stride=2 padding=half epsilon=1e-5 momentum=0.9
bottleneck = filters=4 stride=2 padding=half
squeeze_excite = filters=5 activation=silu
bottleneck = filters=5 expansion=3 stride=2 stride_first=yes activation=hard_swish
bottleneck = filters=5 expansion=3 activation=relu6
squeeze_excite = filters=2 activation=relu6
inverted_residual = filters=15 expansion=2 squeeze_excite=0.25 activation=silu
inverted_residual = filters=8 kernel=5 stride=2 padding=half epsilon=1e-5
inverted_residual = filters=8 expansion=1
layer_scale = initial=0.5
global_maxpool =
dense = units=10
"""),
    ("zeros", 11, 14, 3, """
conv2d = filters=5 kernel=3
zero_padding2d = top=1 bottom=2 left=0 right=3
batch_norm =
avgpool2d = size=3 stride=2 padding=half
separable_conv2d = filters=9 kernel=3 padding=half activation=silu
zero_padding2d = size=3
maxpool2d =
zero_padding2d = size=2
conv2d = filters=6 kernel=1
flatten =
dense = units=10
"""),
    ("softmax-alone", 6, 6, 1, """
flatten =
dense = units=10 activation=sigmoid
"""),
]

CLASSES = 10


def make_images(path, height, width, channels):
    """A data set in the Keras lesson's layout: noise, with a brighter row that tells the class."""
    random = np.random.default_rng(7)
    with h5py.File(path, "w") as file:
        for split, count in (("train", 400), ("test", 101)):
            labels = random.integers(0, CLASSES, count)
            images = random.integers(0, 160, (count, height, width, channels))
            images[np.arange(count), labels % height] += 90
            file[f"x_{split}"] = images.astype(np.uint8)
            file[f"y_{split}"] = labels.astype(np.int64)


def train(program, folder, name, layers, data):
    run = folder / f"run-{name}"
    recipe = name
    if layers is not None:
        recipe = folder / f"{name}.ini"
        recipe.write_text(f"[training]\nbatch = 32\n[layers]{layers}")
    command = [program, "train", recipe, "--dataset", data, "--epochs", "2", "--run", run, "--quiet"]
    subprocess.run([str(word) for word in command], check=True)
    return run
