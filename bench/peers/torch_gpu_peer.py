"""Trains a recipe in PyTorch on a CUDA device, on one batch of noise: torch_gpu_peer.py RECIPE SETTING PRECISION BATCH

SETTING is eager or compiled (torch.compile with max-autotune: CUDA graphs and timed kernels), PRECISION bf16 (autocast),
tf32 or fp32. Images are channels last; Adam is the fused one. worker.py says what it answers: times are means over groups of steps
with one wait at the end of each.
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


def use_precision(precision):
    """What the forward pass runs under."""
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    torch.backends.cudnn.allow_tf32 = precision == "tf32"
    if precision == "bf16":
        return lambda: torch.autocast("cuda", dtype=torch.bfloat16)
    return contextlib.nullcontext


def main():
    recipe, setting, precision, batch = recipes.load(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
    height, width, channels = recipe.image
    if not torch.cuda.is_available():
        raise SystemExit("PyTorch finds no CUDA device")

    context = use_precision(precision)
    torch.backends.cudnn.benchmark = True
    torch.manual_seed(1)
    model = network(recipe).cuda().to(memory_format=torch.channels_last)
    optimiser = torch.optim.Adam(
        model.parameters(), lr=recipe.learning_rate, eps=recipes.EPSILON, fused=True, capturable=True)
    images = torch.randn(batch, channels, height, width, device="cuda").contiguous(
        memory_format=torch.channels_last)
    labels = torch.randint(0, recipe.classes, (batch,), device="cuda")
    loss_of = torch.nn.CrossEntropyLoss()

    def forward():
        with context():
            return loss_of(model(images), labels)

    loss = torch.compile(forward, mode="max-autotune") if setting == "compiled" else forward

    def train():
        optimiser.zero_grad(set_to_none=True)
        loss().backward()
        optimiser.step()

    def group():
        for _ in range(GROUP):
            torch.compiler.cudagraph_mark_step_begin()
            train()
        torch.cuda.synchronize()

    serve(f"PyTorch {torch.__version__} (cuDNN {torch.backends.cudnn.version()})", group, GROUP)


main()
