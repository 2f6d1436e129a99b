"""Writes the names and shapes of networks of torchvision's and timm's, as a fixture of
tests/run/model/test_published_network.c; wants torch, torchvision and timm:

    python tests/peers/published_names.py > tests/run/model/fixtures/published.txt
"""

import timm
import torch
import torchvision

NETWORKS = [("torchvision", ["alexnet", "vgg16"]),
            ("timm", ["vgg16"])]


def make(origin, name):
    with torch.device("meta"):
        return getattr(torchvision.models, name)() if origin == "torchvision" else timm.create_model(name)


def main():
    for origin, names in NETWORKS:
        for name in names:
            print(f"[{origin}'s {name}]")
            for key, value in make(origin, name).state_dict().items():
                if not key.endswith("num_batches_tracked"):
                    print(key, "x".join(map(str, value.shape)))


if __name__ == "__main__":
    main()
