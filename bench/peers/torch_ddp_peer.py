"""Trains a recipe in PyTorch on several ranks, DistributedDataParallel on gloo: torch_ddp_peer.py RECIPE SETTING RANKS

Each rank is a process with one thread, and has an equal part of one batch of noise. SETTING is as of torch_peer.py, eager
alone. Rank 0 answers as worker.py says, and has the others do a step with each of its own.
"""

import multiprocessing
import pathlib
import sys
import tempfile

import torch
from torch_network import network
from worker import serve

sys.path.append(str(pathlib.Path(__file__).parents[1]))
import recipe as recipes

ORDERS = {"nchw": torch.contiguous_format, "nhwc": torch.channels_last}


def step_of(recipe, order, rank, ranks, meeting):
    torch.set_num_threads(1)
    torch.manual_seed(1)
    torch.distributed.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=ranks)
    height, width, channels = recipe.image
    rows = recipe.batch // ranks
    model = torch.nn.parallel.DistributedDataParallel(network(recipe).to(memory_format=order))
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate, eps=recipes.EPSILON, fused=True)
    images = torch.randn(rows, channels, height, width).contiguous(memory_format=order)
    labels = torch.randint(0, recipe.classes, (rows,))
    loss_of = torch.nn.CrossEntropyLoss()

    def step():
        optimiser.zero_grad(set_to_none=True)
        loss_of(model(images), labels).backward()
        optimiser.step()

    return step


def follow(words, *of_step):
    """A rank that does a step for each word, until there are no more."""
    step = step_of(*of_step)
    try:
        while words.recv():
            step()
    except EOFError:
        pass


def main():
    recipe, order, ranks = recipes.load(sys.argv[1]), ORDERS[sys.argv[2].removeprefix("eager-")], int(sys.argv[3])
    with tempfile.TemporaryDirectory() as folder:
        meeting, pipes, others = f"{folder}/meeting", [], []
        for rank in range(1, ranks):
            ours, theirs = multiprocessing.Pipe()
            pipes.append(ours)
            others.append(multiprocessing.get_context("spawn").Process(
                target=follow, args=(theirs, recipe, order, rank, ranks, meeting)))
            others[-1].start()
        step = step_of(recipe, order, 0, ranks, meeting)

        def all_step():
            for pipe in pipes:
                pipe.send(True)
            step()

        serve(f"PyTorch {torch.__version__}", all_step)
        for pipe in pipes:
            pipe.send(False)
        for other in others:
            other.join()


if __name__ == "__main__":
    main()
