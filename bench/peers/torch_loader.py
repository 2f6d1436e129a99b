"""Times torchvision's ImageFolder and DataLoader: images a second of the clock and of the processors, one pass.

    torch_loader.py FOLDER SIZE WORKERS [crop|resize]
"""

import resource
import sys
import time

import torch
from torchvision import datasets, transforms


def spent():
    """Seconds of the processors, of this process and of the workers that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(r.ru_utime + r.ru_stime for r in used)


def main():
    folder, size, workers = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    how = sys.argv[4] if len(sys.argv) > 4 else "crop"
    cut = transforms.RandomResizedCrop(size) if how == "crop" else transforms.Resize((size, size))
    images = datasets.ImageFolder(folder, transforms.Compose([cut, transforms.PILToTensor()]))
    loader = torch.utils.data.DataLoader(images, batch_size=64, shuffle=True, num_workers=workers)
    began, before, count = time.monotonic(), spent(), 0
    for batch, _ in loader:
        count += len(batch)
    seconds = time.monotonic() - began
    del loader
    print(f"figure images_per_second {count / seconds:.1f} images/s")
    print(f"figure images_per_core_second {count / (spent() - before):.1f} images/s")


main()
