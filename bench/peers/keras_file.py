"""A model file of cuvette's as a PyTorch module or an ONNX graph. Both take pixels of 0 to 255 in NCHW, fp32, and give
probabilities."""

import json

import h5py
import numpy


def layers(path):
    """(class name, settings, kernel or None, bias or None) of each layer, as the file has them: HWIO and (in, out)."""
    with h5py.File(path) as file:
        for layer in json.loads(file.attrs["model_config"])["config"]["layers"]:
            name = layer["config"]["name"]
            group = file["model_weights"].get(name)
            values = group[name] if group is not None and name in group else {}
            kernel, bias = (values[key][()] if key in values else None for key in ("kernel:0", "bias:0"))
            yield layer["class_name"], layer["config"], kernel, bias


def folded(path):
    """The layers with the Rescaling's factors and offsets as arrays, and dense kernels behind the Flatten in the order
    of NCHW."""
    channels = None
    for kind, settings, kernel, bias in layers(path):
        if kind == "Conv2D":
            channels = settings["filters"]
            yield kind, settings, numpy.ascontiguousarray(kernel.transpose(3, 2, 0, 1)), bias
        elif kind == "Dense":
            if channels:
                side = int((kernel.shape[0] / channels) ** 0.5)
                kernel = kernel.reshape(side, side, channels, -1).transpose(2, 0, 1, 3).reshape(kernel.shape)
            channels = None
            yield kind, settings, numpy.ascontiguousarray(kernel), bias
        else:
            yield kind, settings, kernel, bias


def torch_module(path):
    import torch
    from torch import nn

    class Rescaling(nn.Module):
        def __init__(self, scale, offset):
            super().__init__()
            self.register_buffer("scale", torch.tensor(scale, dtype=torch.float32).view(1, -1, 1, 1))
            self.register_buffer("offset", torch.tensor(offset, dtype=torch.float32).view(1, -1, 1, 1))

        def forward(self, x):
            return x * self.scale + self.offset

    parts = []
    for kind, settings, kernel, bias in folded(path):
        if kind == "Rescaling":
            parts.append(Rescaling(settings["scale"], settings["offset"]))
        elif kind == "Conv2D":
            part = nn.Conv2d(kernel.shape[1], kernel.shape[0], kernel.shape[2:], padding=settings["padding"])
            part.weight.data, part.bias.data = torch.from_numpy(kernel), torch.from_numpy(bias)
            parts.append(part)
        elif kind == "MaxPooling2D":
            parts.append(nn.MaxPool2d(settings["pool_size"]))
        elif kind == "Flatten":
            parts.append(nn.Flatten())
        elif kind == "Dense":
            part = nn.Linear(*kernel.shape)
            part.weight.data, part.bias.data = torch.from_numpy(kernel.T.copy()), torch.from_numpy(bias)
            parts.append(part)
        if settings.get("activation") == "relu":
            parts.append(nn.ReLU(inplace=True))
        elif settings.get("activation") == "softmax":
            parts.append(nn.Softmax(1))
    return nn.Sequential(*parts).eval()


def write_onnx(path, to, shape):
    """`shape` of an image, (channels, height, width)."""
    from onnx import TensorProto, checker, helper, numpy_helper, save

    nodes, constants, at = [], [], "pixels"

    def constant(value):
        constants.append(numpy_helper.from_array(numpy.asarray(value, numpy.float32), f"c{len(constants)}"))
        return constants[-1].name

    def node(kind, *inputs, **settings):
        nonlocal at
        nodes.append(helper.make_node(kind, [at, *inputs], [f"v{len(nodes)}"], **settings))
        at = nodes[-1].output[0]

    for kind, settings, kernel, bias in folded(path):
        if kind == "Rescaling":
            node("Mul", constant(numpy.reshape(settings["scale"], (1, -1, 1, 1))))
            node("Add", constant(numpy.reshape(settings["offset"], (1, -1, 1, 1))))
        elif kind == "Conv2D":
            pad = "SAME_UPPER" if settings["padding"] == "same" else "VALID"
            node("Conv", constant(kernel), constant(bias), auto_pad=pad)
        elif kind == "MaxPooling2D":
            node("MaxPool", kernel_shape=settings["pool_size"], strides=settings["strides"])
        elif kind == "Flatten":
            node("Flatten")
        elif kind == "Dense":
            node("Gemm", constant(kernel), constant(bias))
        if settings.get("activation") == "relu":
            node("Relu")
        elif settings.get("activation") == "softmax":
            node("Softmax", axis=1)
    takes = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["images", *shape])
    gives = helper.make_tensor_value_info(at, TensorProto.FLOAT, ["images", None])
    model = helper.make_model(helper.make_graph(nodes, "network", [takes], [gives], constants),
                              opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    save(model, to)
