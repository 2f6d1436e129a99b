"""A recipe as a PyTorch model."""

from torch import nn


def activation(settings):
    return [nn.ReLU(inplace=True)] if settings["activation"] == "relu" else []


def network(recipe):
    height, width, channels = recipe.image
    layers = []
    for kind, settings in recipe.layers:
        if kind == "conv2d":
            layers.append(nn.Conv2d(channels, settings["filters"], settings["kernel"], padding=settings["padding"]))
            layers += activation(settings)
            channels = settings["filters"]
        elif kind == "maxpool2d":
            layers.append(nn.MaxPool2d(settings["size"]))
            height, width = height // settings["size"], width // settings["size"]
        elif kind == "flatten":
            layers.append(nn.Flatten())
            channels *= height * width
        elif kind == "dense":
            layers.append(nn.Linear(channels, settings["units"]))
            layers += activation(settings)
            channels = settings["units"]
        elif kind == "dropout":
            layers.append(nn.Dropout(settings["rate"]))
    return nn.Sequential(*layers)
