"""What trains while the screen is measured: a small convolutional network, for longer than anybody looks."""

TEXT = """[data]
dataset = {dataset}
[training]
epochs = 1000
batch = 128
device = {device}
[layers]
conv2d = filters=32 kernel=3 activation=relu
maxpool2d =
conv2d = filters=64 kernel=3 activation=relu
maxpool2d =
dropout = rate=0.5
flatten =
dense = units=10
"""


def write(folder, dataset="digits", device="cpu"):
    """The path of the recipe, which is written into the folder."""
    path = folder / "recipe.ini"
    path.write_text(TEXT.format(dataset=dataset, device=device))
    return str(path)
