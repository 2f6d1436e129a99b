"""Trains a recipe in PyTorch on one batch of noise: torch_peer.py RECIPE SETTING THREADS

SETTING is eager or compiled (torch.compile as it comes), then nchw or nhwc, the order of the images in memory.
Adam is the fused one. worker.py says what it answers.
"""

import pathlib
import sys

import torch
from torch import nn

sys.path.append(str(pathlib.Path(__file__).parents[1]))
import recipe as recipes
from worker import serve

ORDERS = {"nchw": torch.contiguous_format, "nhwc": torch.channels_last}


def activation(settings):
    return [nn.ReLU(inplace=True)] if settings["activation"] == "relu" else []


def network(recipe):
    height, width, channels = recipe.image
    layers = []
    for kind, settings in recipe.layers:
        if kind == "conv2d":
            layers.append(nn.Conv2d(channels, settings["filters"], settings["kernel"], padding=settings["padding"]))
            layers += activation(settings)
            channels = settings["filters"]
        elif kind == "maxpool2d":
            layers.append(nn.MaxPool2d(settings["size"]))
            height, width = height // settings["size"], width // settings["size"]
        elif kind == "flatten":
            layers.append(nn.Flatten())
            channels *= height * width
        elif kind == "dense":
            layers.append(nn.Linear(channels, settings["units"]))
            layers += activation(settings)
            channels = settings["units"]
        elif kind == "dropout":
            layers.append(nn.Dropout(settings["rate"]))
    return nn.Sequential(*layers)


def main():
    recipe, setting, threads = recipes.load(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    how, order = setting.split("-")
    height, width, channels = recipe.image

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = network(recipe).to(memory_format=ORDERS[order])
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate, eps=recipes.EPSILON, fused=True)
    images = torch.randn(recipe.batch, channels, height, width).contiguous(memory_format=ORDERS[order])
    labels = torch.randint(0, recipes.CLASSES, (recipe.batch,))
    loss_of = nn.CrossEntropyLoss()

    def forward():
        return loss_of(model(images), labels)

    loss = torch.compile(forward) if how == "compiled" else forward

    def step():
        optimiser.zero_grad(set_to_none=True)
        loss().backward()
        optimiser.step()

    serve(f"PyTorch {torch.__version__}", step)


main()
