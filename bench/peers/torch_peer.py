"""Trains a recipe in PyTorch on one batch of noise: torch_peer.py RECIPE SETTING THREADS

SETTING is eager or compiled (torch.compile as it comes), then nchw or nhwc, the order of the images in memory.
Adam is the fused one. worker.py says what it answers.
"""

import pathlib
import sys

import torch
from torch_network import network
from worker import serve

sys.path.append(str(pathlib.Path(__file__).parents[1]))
import recipe as recipes

ORDERS = {"nchw": torch.contiguous_format, "nhwc": torch.channels_last}


def main():
    recipe, setting, threads = recipes.load(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    how, order = setting.split("-")
    height, width, channels = recipe.image

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = network(recipe).to(memory_format=ORDERS[order])
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate, eps=recipes.EPSILON, fused=True)
    images = torch.randn(recipe.batch, channels, height, width).contiguous(memory_format=ORDERS[order])
    labels = torch.randint(0, recipe.classes, (recipe.batch,))
    loss_of = torch.nn.CrossEntropyLoss()

    def forward():
        return loss_of(model(images), labels)

    loss = torch.compile(forward) if how == "compiled" else forward

    def step():
        optimiser.zero_grad(set_to_none=True)
        loss().backward()
        optimiser.step()

    serve(f"PyTorch {torch.__version__}", step)


main()
