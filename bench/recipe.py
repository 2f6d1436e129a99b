"""Reads what a peer needs of a recipe, so that it builds the very network that cuvette trains."""

import pathlib
from dataclasses import dataclass, field

FOLDER = pathlib.Path(__file__).parent.parent / "assets" / "recipes"

# What a recipe leaves out is cuvette's preset (`cuvette help layers`).
LAYERS = {
    "conv2d": {"filters": 32, "kernel": 3, "padding": "same", "activation": "linear"},
    "maxpool2d": {"size": 2},
    "flatten": {},
    "dense": {"units": 10, "activation": "linear"},
    "dropout": {"rate": 0.5},
}
EPSILON = 1e-7  # of Adam

# (height, width, channels) and classes.
IMAGES = {"cifar10": ((32, 32, 3), 10), "digits": ((28, 28, 1), 10), "places365": ((256, 256, 3), 365)}


@dataclass
class Recipe:
    image: tuple = ()
    classes: int = 0
    batch: int = 0
    epochs: int = 0
    learning_rate: float = 0.0
    layers: list = field(default_factory=list)  # (kind, settings), in order


def number(text):
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def read_layer(kind, text):
    """The layer with its presets filled in; what the peers cannot build is an error."""
    settings = {key: number(value) for key, value in (word.split("=") for word in text.split())}
    unknown = settings.keys() - LAYERS[kind].keys()
    if unknown:
        raise ValueError(f"no peer knows {kind} with {', '.join(sorted(unknown))}")
    return kind, LAYERS[kind] | settings


def load(name):
    recipe, section = Recipe(), ""
    for line in (FOLDER / f"{name}.ini").read_text().splitlines():
        line = line.partition(";")[0].strip()
        key, _, value = (part.strip() for part in line.partition("="))
        if line.startswith("["):
            section = line.strip("[]")
        elif section == "layers" and key:
            recipe.layers.append(read_layer(key, value))
        elif key == "dataset":
            recipe.image, recipe.classes = IMAGES[value]
        elif key in ("batch", "epochs", "learning_rate"):
            setattr(recipe, key, number(value))
        elif key and (key, value) != ("kind", "adam"):
            raise ValueError(f"no peer knows {section}.{line}")
    return recipe
