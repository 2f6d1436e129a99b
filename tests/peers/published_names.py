"""Writes the names and shapes of networks of torchvision's and timm's, as a fixture of
tests/run/model/test_published_network.c; wants torch, torchvision, timm and
efficientnet_lite_pytorch:

    python tests/peers/published_names.py > tests/run/model/fixtures/published.txt
"""

import timm
import torch
import torchvision
from efficientnet_lite_pytorch import EfficientNet

NETWORKS = [("torchvision", ["alexnet", "vgg16", "resnet18", "resnet34", "resnet50", "mobilenet_v2"]),
            ("timm", ["vgg16", "mobilenetv2_100", "tf_efficientnet_lite0"]),
            ("EfficientNet-PyTorch", ["efficientnet-lite0"])]


def make(origin, name):
    if origin == "EfficientNet-PyTorch":
        return EfficientNet.from_name(name)
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
