"""Trains torchvision's network of a preset's name on one batch of noise: torch_preset_peer.py RECIPE SETTING THREADS

RECIPE is a file named after the network, of which the size of images, the batch and the settings of SGD are read.
SETTING is nchw or nhwc, the order of the images in memory. worker.py says what it answers.
"""

import configparser
import pathlib
import sys

import torch
import torchvision
from worker import serve

ORDERS = {"nchw": torch.contiguous_format, "nhwc": torch.channels_last}
CLASSES = 10


def main():
    path, order, threads = pathlib.Path(sys.argv[1]), ORDERS[sys.argv[2]], int(sys.argv[3])
    recipe = configparser.ConfigParser(comment_prefixes=(";",), strict=False)
    recipe.read(path)
    size, batch = recipe.getint("data", "size"), recipe.getint("training", "batch")
    settings = recipe["optimiser"]

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = getattr(torchvision.models, path.stem)(num_classes=CLASSES).to(memory_format=order)
    optimiser = torch.optim.SGD(
        model.parameters(), lr=settings.getfloat("learning_rate"), momentum=settings.getfloat("momentum"),
        weight_decay=settings.getfloat("weight_decay"), fused=True)
    images = torch.randn(batch, 3, size, size).contiguous(memory_format=order)
    labels = torch.randint(0, CLASSES, (batch,))
    loss_of = torch.nn.CrossEntropyLoss()

    def step():
        optimiser.zero_grad(set_to_none=True)
        loss_of(model(images), labels).backward()
        optimiser.step()

    serve(f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}", step)


main()
