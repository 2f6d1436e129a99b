"""What the model says of GPUs that nobody measured here, beside what others have published.

A GPU's step is a roof: an operation takes as long as its products at the speed that ResNet-50 was published with, or as
its operands through the memory, and a launch. Sums are NCCL's: a latency that grows with the nodes, and the bandwidth
of the slowest part of the ring.
"""

import math
import pathlib
import tempfile

import recipe as recipes
import report
import scaling_plan
from scaling_model import Costs, Link, step_seconds

# NVIDIA, DeepLearningExamples, PyTorch ResNet-50 v1.5, container 21.03: images/s on A100 80 GB, of 256 a GPU.
ONE, EIGHT = {"TF32": 938, "AMP": 2470}, {"TF32": 7248, "AMP": 16621}
MEMORY = 2.039e12 * 0.8  # bytes/s of an A100 80 GB, as far as programs reach it
LAUNCH = 4e-6
# NCCL's issues 178 and 583 (8 A100 on NVLink) and 652 (256 of them, of which the least sums take 63 µs); what one card
# of 200 Gbit/s a node comes to: issue 412.
NVLINK, CARD = 208e9, 24e9
LATENCY, LATENCY_STEP = 24e-6, 8e-6  # on a node; for each doubling of nodes
# Horovod's benchmarks: 512 Pascal GPUs, 4 a node, 25 Gbit/s; 16 of them make 1,656.82 images/s of ResNet-101 at 64 each.
HOROVOD = {"images": 64, "images_per_second": 1656.82 / 16, "bytes": 44.5e6 * 4, "efficiency": 0.90}


# Images of a recipe's size, whatever they show: its own data set may not be here.
SIZES = {"resnet20": 32, "resnet50": 224, "places365-workshop": 256}


def operations(cuvette, recipe, images):
    text = (recipes.FOLDER / f"{recipe}.ini").read_text().replace("units=365", "units=10")
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / f"{recipe}.ini"
        file.write_text(text)
        return scaling_plan.operations(cuvette, str(file), images, "--dataset", "digits", "--set",
                                       f"data.size={SIZES[recipe]}", "--set", "data.colours=rgb")


class Fabric(Link):
    """A link of which the bandwidth is known as NCCL tells it ("bus bandwidth")."""

    def __init__(self, name, bytes_per_second, nodes):
        super().__init__(bytes_per_second * 8 / 1e9, 1e3 * (LATENCY + LATENCY_STEP * math.log2(nodes)) / 2)
        object.__setattr__(self, "name", name)

    @property
    def byte(self):
        return 8 / (self.gigabits * 1e9)


NOTHING = Costs(0.0, 0.0, 0.0, 0.0)


def fabrics():
    yield 8, Fabric("NVLink", NVLINK, 1)
    for gpus in (64, 1000):
        yield gpus, Fabric("a card a node of 8", CARD, gpus // 8)
        yield gpus, Fabric("a card a GPU", 8 * CARD, gpus // 8)


def roof(rate, number):
    """Seconds of an operation whose products run at such a rate; a number has so many bytes."""

    def weight(_, kind, shapes):
        moved = sum(math.prod(s) for s in shapes) * number
        return max(scaling_plan.multiplied(kind, shapes) / rate, moved / MEMORY) + LAUNCH

    return weight


def rate_of(listed, number, seconds):
    """That products must have for the whole to take so long."""
    low, high = 1e12, 1e15
    for _ in range(60):
        middle = math.sqrt(low * high)
        took = scaling_plan.timeline(listed, roof(middle, number), None).seconds
        low, high = (middle, high) if took > seconds else (low, middle)
    return low


def efficiency(fabric, gpus, step):
    return step.seconds / step_seconds(NOTHING, fabric, gpus, step)


def rows(cuvette):
    """Of each recipe as many images a GPU as are usual, however many GPUs there are."""
    resnet50 = operations(cuvette, "resnet50", 256)
    rate = rate_of(resnet50, 4, 256 / ONE["TF32"])
    for recipe, images in (("resnet20", 128), ("resnet50", 256), ("resnet50", 32), ("places365-workshop", 32),
                           ("places365-workshop", 256)):
        listed = operations(cuvette, recipe, images)
        step = scaling_plan.timeline(listed, roof(rate, 4), None)
        size = sum(bucket for _, bucket in step.buckets)
        yield [recipe, f"{images}", f"{size / 1e6:,.1f}", report.milliseconds(1e3 * step.seconds),
               *(f"{100 * efficiency(fabric, gpus, step):.0f} %" for gpus, fabric in fabrics())]


def published(cuvette):
    """(what, efficiency published, efficiency that sums alone allow)"""
    listed = operations(cuvette, "resnet50", 256)
    for precision, number in (("TF32", 4), ("AMP", 2)):
        step = scaling_plan.timeline(listed, roof(rate_of(listed, number, 256 / ONE[precision]), number), None)
        yield (f"8 A100, ResNet-50, {precision}", EIGHT[precision] / (8 * ONE[precision]),
               efficiency(Fabric("NVLink", NVLINK, 1), 8, step))
    seconds = HOROVOD["images"] / HOROVOD["images_per_second"]
    step = scaling_plan.timeline(listed, roof(rate_of(listed, 4, seconds), 4), None)
    scale = HOROVOD["bytes"] / sum(size for _, size in step.buckets)
    step = scaling_plan.Timeline(seconds, step.update * seconds / step.seconds,
                                 tuple((at * seconds / step.seconds, size * scale) for at, size in step.buckets))
    yield ("512 Pascal GPUs, 25 Gbit/s, ResNet-101", HOROVOD["efficiency"],
           efficiency(Fabric("a card a node of 4", 25e9 / 8 * 0.94, 128), 512, step))


def tables(cuvette):
    heads = ["recipe", "images a GPU", "gradients MB", "one GPU ms",
             *(f"{gpus:,} GPUs, {fabric.name}" for gpus, fabric in fabrics())]
    told = [[what, f"{100 * said:.0f} %", f"{100 * sums:.0f} %"] for what, said, sums in published(cuvette)]
    return report.table(heads, list(rows(cuvette))), report.table(["published", "efficiency", "by sums alone"], told)
