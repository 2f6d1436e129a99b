#!/usr/bin/python3
"""Times training steps of cifar10-lesson in PyTorch: peer_torch.py [THREADS] [STEPS]

Prints what step_cpu prints: milliseconds of each step, then "median minimum". The same work: bytes to normalised
floats, forward, loss, backward, Adam; the images' memory order is the one PyTorch is faster with (channels last or not).
"""
import statistics
import sys
import time

import torch
from torch import nn

BATCH, WARM_UP = 250, 3


def network():
    layers = []
    for before, after in ((3, 32), (32, 64), (64, 128), (128, 256)):
        layers += [nn.Conv2d(before, after, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2)]
    layers += [nn.Flatten(), nn.Linear(1024, 256), nn.ReLU(inplace=True), nn.Dropout(0.2)]
    layers += [nn.Linear(256, 512), nn.ReLU(inplace=True), nn.Dropout(0.2), nn.Linear(512, 10)]
    return nn.Sequential(*layers)


def time_steps(memory_format, steps):
    torch.manual_seed(1)
    model = network().to(memory_format=memory_format)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.001, eps=1e-7)
    loss_of = nn.CrossEntropyLoss()
    images = torch.randint(0, 256, (BATCH, 3, 32, 32), dtype=torch.uint8).contiguous(memory_format=memory_format)
    labels = torch.randint(0, 10, (BATCH,))
    times = []
    for step in range(steps + WARM_UP):
        start = time.perf_counter()
        x = images.float().div_(255).sub_(0.5).mul_(4)
        optimiser.zero_grad(set_to_none=True)
        loss_of(model(x), labels).backward()
        optimiser.step()
        if step >= WARM_UP:
            times.append((time.perf_counter() - start) * 1e3)
    return times


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    steps = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    torch.set_num_threads(threads)
    formats = (torch.contiguous_format, torch.channels_last)
    best = min(formats, key=lambda f: statistics.median(time_steps(f, 3)))
    times = time_steps(best, steps)
    for t in times:
        print(f"{t:.2f}")
    print(f"median {statistics.median(times):.2f} minimum {min(times):.2f}")


main()
