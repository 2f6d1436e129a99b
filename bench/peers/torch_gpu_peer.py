"""Trains a recipe in PyTorch on a CUDA device, on one batch of noise: torch_gpu_peer.py RECIPE SETTING PRECISION BATCH

SETTING is eager, graph (the same kernels, the whole step with Adam one CUDA graph), compiled (torch.compile with
max-autotune: timed kernels, the passes forward and backward a CUDA graph each) or captured (those kernels, the whole
step one CUDA graph). PRECISION is bf16 (autocast), tf32 or
fp32. Images are channels last; Adam is the fused one. worker.py says what it prints: times are means over groups of
steps with one wait at the end of each.
"""

import contextlib
import pathlib
import sys

import torch
from torch_network import network
from worker import serve

sys.path.append(str(pathlib.Path(__file__).parents[1]))
import recipe as recipes

GROUP = 20
# The mode of torch.compile, and whether the step is captured by hand.
SETTINGS = {
    "eager": (None, False),
    "graph": (None, True),
    "compiled": ("max-autotune", False),
    "captured": ("max-autotune-no-cudagraphs", True),
}


def use_precision(precision):
    """The context of the forward pass. The newer fp32_precision has to be set everywhere or nowhere: torch.compile
    still reads allow_tf32, and PyTorch refuses to read one after the other was set."""
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    torch.backends.cudnn.allow_tf32 = precision == "tf32"
    if precision == "bf16":
        return lambda: torch.autocast("cuda", dtype=torch.bfloat16)
    return contextlib.nullcontext


class Lesson(torch.nn.Module):
    """The loss of a network on a batch. The batch is part of the module, so that CUDA graphs need not copy it."""

    def __init__(self, recipe, batch, context):
        super().__init__()
        height, width, channels = recipe.image
        self.network, self.context, self.loss = network(recipe), context, torch.nn.CrossEntropyLoss()
        self.register_buffer("images", torch.randn(batch, channels, height, width))
        self.register_buffer("labels", torch.randint(0, recipe.classes, (batch,)))

    def forward(self):
        with self.context():
            return self.loss(self.network(self.images), self.labels)


def capture(train, optimiser):
    """A step as one CUDA graph, as PyTorch's notes on CUDA capture whole networks."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(GROUP):
            train()
    torch.cuda.current_stream().wait_stream(stream)
    optimiser.zero_grad(set_to_none=True)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        train()
    return graph.replay


def main():
    recipe, (mode, by_hand), precision, batch = (
        recipes.load(sys.argv[1]), SETTINGS[sys.argv[2]], sys.argv[3], int(sys.argv[4]))
    if not torch.cuda.is_available():
        raise SystemExit("PyTorch finds no CUDA device")

    context = use_precision(precision)
    torch.backends.cudnn.benchmark = True
    torch.manual_seed(1)
    lesson = Lesson(recipe, batch, context).to("cuda", memory_format=torch.channels_last)
    optimiser = torch.optim.Adam(
        lesson.parameters(), lr=recipe.learning_rate, eps=recipes.EPSILON, fused=True, capturable=True)
    loss = torch.compile(lesson, mode=mode) if mode else lesson

    def train():
        optimiser.zero_grad(set_to_none=True)
        loss().backward()
        optimiser.step()

    step = capture(train, optimiser) if by_hand else train

    def group():
        for _ in range(GROUP):
            torch.compiler.cudagraph_mark_step_begin()
            step()
        torch.cuda.synchronize()

    serve(f"PyTorch {torch.__version__} (cuDNN {torch.backends.cudnn.version()})", group, GROUP)


main()
