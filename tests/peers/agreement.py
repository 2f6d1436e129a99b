"""Twenty training steps of some networks in Keras and in PyTorch, from the weights and on the batches that cuvette has.

    python3 tests/peers/agreement.py keras FIXTURE.json     Keras 3 (KERAS_BACKEND=jax: NumPy cannot train)
    python3 tests/peers/agreement.py torch FIXTURE.json     PyTorch; both: CASE ... for some of them

Each writes its losses into the fixture, tests/nn/train/fixtures/agreement.json, with the versions of what computed
them; tests/nn/train/test_agreement.c compares ours with them. Weights and images come from Philox 4x32-10, by counter as in
src/base/random.h, so that nothing else needs to be kept. The cases are those of tests/support/agreement.c.

What differs between the two by definition, and how it is met:
  - `same` padding of a convolution of stride 2: Keras pads the odd pixel at the bottom and right, and so do we. PyTorch
    is given such images, padded by hand.
  - A batch norm's running variance: Keras keeps that of the batch as it is (divided by n), and so do we; PyTorch keeps
    the unbiased one (divided by n - 1). Losses in training do not depend on it. So the loss of an evaluation after the
    steps, `after`, is Keras's alone.
  - Momentum 0.9 of Keras's running statistics is 0.1 in PyTorch, where it is the share of the new.
  - Adam's epsilon: Keras (and we) adds it to the root of what is not corrected for its bias, PyTorch behind the
    correction: so PyTorch is given one for each step that comes to the same.
  - RMSprop's epsilon: Keras (and we) adds it below the root, PyTorch behind it: so it is too small to matter.
Adam makes a step of the learning rate's size of the smallest gradient, of its rounding, too, and two orders of the same
additions part in a dozen steps: with a larger epsilon they do not.
"""
import json
import os
import sys

import numpy as np

STEPS, CLASSES, SEED = 20, 10, 17
STREAM_WEIGHTS, STREAM_IMAGES = 1, 5
MEAN, DEVIATION = np.float32([0.4, 0.45, 0.5]), np.float32([0.2, 0.25, 0.3])


def philox(counter, key):
    """Words [n][4] of counters [n][4]."""
    r = counter.astype(np.uint64)
    k0, k1 = np.uint64(key[0]), np.uint64(key[1])
    low = np.uint64(0xFFFFFFFF)
    for _ in range(10):
        a, b = np.uint64(0xD2511F53) * r[:, 0], np.uint64(0xCD9E8D57) * r[:, 2]
        r = np.stack([b >> np.uint64(32) ^ r[:, 1] ^ k0, b & low, a >> np.uint64(32) ^ r[:, 3] ^ k1, a & low], 1)
        k0, k1 = (k0 + np.uint64(0x9E3779B9)) & low, (k1 + np.uint64(0xBB67AE85)) & low
    return r


def words(count, stream, salt, step):
    blocks = np.arange((count + 3) // 4)
    counter = np.stack([blocks, blocks * 0, blocks * 0 + step, blocks * 0 + (stream << 24 | salt)], 1)
    return philox(counter, (SEED, 0)).reshape(-1)[:count]


def glorot(salt, shape, fan_in, fan_out):
    bits = words(int(np.prod(shape)), STREAM_WEIGHTS, salt, 0) >> np.uint64(8)
    uniform = bits.astype(np.float32) * np.float32(2**-24)
    limit = np.sqrt(np.float32(6) / np.float32(fan_in + fan_out))
    return ((np.float32(2) * uniform - np.float32(1)) * limit).reshape(shape)


def images(first, count, side):
    """Noise on the pattern of each class, cells of a quarter of the side."""
    cell = np.arange(side) * 4 // side
    at = (cell[:, None, None] * 4 + cell[None, :, None]) * 3 + np.arange(3)[None, None, :]
    out = []
    for i in range(first, first + count):
        noise = words(side * side * 3, STREAM_IMAGES, 0, i).reshape(side, side, 3) >> np.uint64(26)
        pattern = words(4 * 4 * 3, STREAM_IMAGES, 1, i % CLASSES) >> np.uint64(25)
        out.append(40 + noise + pattern[at])
    pixels = np.stack(out).astype(np.uint8)
    return ((pixels.astype(np.float32) / np.float32(255) - MEAN) / DEVIATION).astype(np.float32)


LESSON = [("conv", 32), ("relu",), ("pool",), ("conv", 64), ("relu",), ("pool",), ("conv", 128), ("relu",), ("pool",),
          ("conv", 256), ("relu",), ("pool",), ("flatten",), ("dense", 256), ("relu",), ("dense", 512), ("relu",),
          ("dense", 10)]
NORM = [("conv-", 8), ("norm", 0.9, 1e-3), ("relu",), ("pool",), ("conv-", 16), ("norm", 0.9, 1e-3), ("relu",),
        ("mean",), ("dense", 10)]
RESIDUAL = [("conv-", 8), ("norm", 0.99, 1e-3), ("relu",), ("residual", 8, 1), ("residual", 16, 2), ("mean",),
            ("dense", 10)]
# name: layers, side, batch, optimiser, its values
CASES = {
    "lesson_sgd": (LESSON, 32, 8, "sgd", {"rate": 0.01, "momentum": 0.9}),
    "lesson_adam": (LESSON, 32, 8, "adam", {"rate": 0.001, "epsilon": 1e-3}),
    "norm_nesterov": (NORM, 12, 16, "sgd", {"rate": 0.05, "momentum": 0.9, "nesterov": True}),
    "norm_adamw": (NORM, 12, 16, "adamw", {"rate": 0.01, "decay": 0.01, "epsilon": 1e-4}),
    "norm_rmsprop": (NORM, 12, 16, "rmsprop", {"rate": 0.0005, "rho": 0.9, "epsilon": 1e-12}),
    "residual_sgd": (RESIDUAL, 12, 16, "sgd", {"rate": 0.02, "momentum": 0.9}),
    "residual_adam": (RESIDUAL, 12, 16, "adam", {"rate": 0.003, "epsilon": 1e-4}),
}


class Weights:
    """Those of a network in our order: each has the next salt."""

    def __init__(self):
        self.salt = -1

    def kernel(self, shape):
        self.salt += 1
        area = int(np.prod(shape[:-2]))
        return glorot(self.salt, shape, area * shape[-2], area * shape[-1])

    def constant(self, count, number):
        self.salt += 1
        return np.full(count, number, np.float32)


def batches(side, batch):
    for step in range(STEPS):
        labels = np.arange(step * batch, (step + 1) * batch) % CLASSES
        yield images(step * batch, batch, side), labels


def run_keras(layers, side, batch, optimiser, o):
    import keras

    w, given = Weights(), []
    x = inputs = keras.Input((side, side, 3))

    def conv(x, filters, size, stride, bias):
        layer = keras.layers.Conv2D(filters, size, stride, padding="same", use_bias=bias)
        y = layer(x)
        given.append((layer, [w.kernel((size, size, x.shape[-1], filters))] +
                      ([w.constant(filters, 0)] if bias else [])))
        return y

    def norm(x, momentum, epsilon):
        layer, n = keras.layers.BatchNormalization(momentum=momentum, epsilon=epsilon), x.shape[-1]
        y = layer(x)
        given.append((layer, [w.constant(n, 1), w.constant(n, 0), np.zeros(n, np.float32), np.ones(n, np.float32)]))
        return y

    def residual(x, filters, stride):
        y = keras.layers.ReLU()(norm(conv(x, filters, 3, stride, False), 0.99, 1e-3))
        y = norm(conv(y, filters, 3, 1, False), 0.99, 1e-3)
        if stride > 1 or x.shape[-1] != filters:
            x = norm(conv(x, filters, 1, stride, False), 0.99, 1e-3)
        return keras.layers.ReLU()(keras.layers.Add()([y, x]))

    def dense(x, units):
        layer = keras.layers.Dense(units)
        y = layer(x)
        given.append((layer, [w.kernel((x.shape[-1], units)), w.constant(units, 0)]))
        return y

    for kind, *v in layers:
        x = {"conv": lambda x: conv(x, v[0], 3, 1, True), "conv-": lambda x: conv(x, v[0], 3, 1, False),
             "norm": lambda x: norm(x, *v), "relu": lambda x: keras.layers.ReLU()(x),
             "pool": lambda x: keras.layers.MaxPooling2D()(x), "flatten": lambda x: keras.layers.Flatten()(x),
             "mean": lambda x: keras.layers.GlobalAveragePooling2D()(x), "dense": lambda x: dense(x, v[0]),
             "residual": lambda x: residual(x, *v)}[kind](x)
    model = keras.Model(inputs, x)
    for layer, values in given:
        layer.set_weights(values)
    rate = o["rate"]
    rule = {"sgd": lambda: keras.optimizers.SGD(rate, o["momentum"], o.get("nesterov", False)),
            "adam": lambda: keras.optimizers.Adam(rate, epsilon=o["epsilon"]),
            "adamw": lambda: keras.optimizers.AdamW(rate, epsilon=o["epsilon"], weight_decay=o["decay"]),
            "rmsprop": lambda: keras.optimizers.RMSprop(rate, rho=o["rho"], epsilon=o["epsilon"])}[optimiser]()
    model.compile(rule, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    losses = []
    for x, y in batches(side, batch):
        model.reset_metrics()  # else it is the mean so far
        losses.append(float(np.asarray(model.train_on_batch(x, y)).reshape(-1)[0]))
    model.reset_metrics()
    x, y = next(batches(side, batch))
    return losses, float(np.asarray(model.test_on_batch(x, y)).reshape(-1)[0])


def run_torch(layers, side, batch, optimiser, o):
    import torch
    import torch.nn.functional as F

    w, parameters = Weights(), []

    def parameter(value):
        parameters.append(torch.tensor(value, requires_grad=True))
        return parameters[-1]

    def conv(inside, filters, size, stride, bias):
        kernel = parameter(np.ascontiguousarray(w.kernel((size, size, inside, filters)).transpose(3, 2, 0, 1)))
        b = parameter(w.constant(filters, 0)) if bias else None

        def apply(x):
            all = max((-(-x.shape[2] // stride) - 1) * stride + size - x.shape[2], 0)
            return F.conv2d(F.pad(x, (all // 2, all - all // 2) * 2), kernel, b, stride)
        return apply

    def norm(n, momentum, epsilon):
        gamma, beta = parameter(w.constant(n, 1)), parameter(w.constant(n, 0))
        mean, variance = torch.zeros(n), torch.ones(n)
        return lambda x: F.batch_norm(x, mean, variance, gamma, beta, True, 1 - momentum, epsilon)

    def residual(inside, filters, stride):
        first = (conv(inside, filters, 3, stride, False), norm(filters, 0.99, 1e-3))
        second = (conv(filters, filters, 3, 1, False), norm(filters, 0.99, 1e-3))
        skip = (conv(inside, filters, 1, stride, False), norm(filters, 0.99, 1e-3)) \
            if stride > 1 or inside != filters else (lambda x: x, lambda x: x)
        return lambda x: F.relu(second[1](second[0](F.relu(first[1](first[0](x))))) + skip[1](skip[0](x)))

    def dense(inside, units):
        kernel = parameter(np.ascontiguousarray(w.kernel((inside, units)).T))
        bias = parameter(w.constant(units, 0))
        return lambda x: F.linear(x, kernel, bias)

    functions, inside, now = [], 3, side
    for kind, *v in layers:
        functions.append({
            "conv": lambda: conv(inside, v[0], 3, 1, True), "conv-": lambda: conv(inside, v[0], 3, 1, False),
            "norm": lambda: norm(inside, *v), "relu": lambda: F.relu, "pool": lambda: lambda x: F.max_pool2d(x, 2),
            "flatten": lambda: lambda x: x.permute(0, 2, 3, 1).flatten(1), "mean": lambda: lambda x: x.mean((2, 3)),
            "dense": lambda: dense(inside, v[0]), "residual": lambda: residual(inside, *v)}[kind]())
        if kind in ("conv", "conv-", "dense", "residual", "flatten"):
            inside = inside * now * now if kind == "flatten" else v[0]
        now = now // 2 if kind == "pool" else now
    rate = o["rate"]
    rule = {"sgd": lambda: torch.optim.SGD(parameters, rate, o["momentum"], nesterov=o.get("nesterov", False)),
            "adam": lambda: torch.optim.Adam(parameters, rate, eps=o["epsilon"]),
            "adamw": lambda: torch.optim.AdamW(parameters, rate, eps=o["epsilon"], weight_decay=o["decay"]),
            "rmsprop": lambda: torch.optim.RMSprop(parameters, rate, alpha=o["rho"], eps=o["epsilon"])}[optimiser]()
    losses = []
    for x, y in batches(side, batch):
        z = torch.tensor(x.transpose(0, 3, 1, 2).copy())
        for f in functions:
            z = f(z)
        loss = F.cross_entropy(z, torch.tensor(y))
        rule.zero_grad()
        loss.backward()
        if optimiser in ("adam", "adamw"):
            rule.param_groups[0]["eps"] = o["epsilon"] / (1 - 0.999 ** (len(losses) + 1)) ** 0.5
        rule.step()
        losses.append(loss.item())
    return losses, None


def versions(peer):
    if peer == "torch":
        import torch
        return {"torch": torch.__version__}
    import jax
    import keras
    return {"keras": keras.__version__, "jax": jax.__version__}


def main(peer, path, *names):
    os.environ.setdefault("KERAS_BACKEND", "jax")
    fixture = json.load(open(path)) if os.path.exists(path) else {"versions": {}, "losses": {}}
    fixture["versions"].update(versions(peer))
    for name, case in ((name, CASES[name]) for name in names or CASES):
        losses, after = {"keras": run_keras, "torch": run_torch}[peer](*case)
        entry = fixture["losses"].setdefault(name, {})
        entry[peer] = [round(loss, 6) for loss in losses]
        if after is not None:
            entry["after"] = round(after, 6)
        print(name, peer, *(f"{loss:.4f}" for loss in losses), "" if after is None else f"after {after:.4f}")
        if "keras" in entry and "torch" in entry:
            print("    farthest apart:", max(abs(a - b) for a, b in zip(entry["keras"], entry["torch"])))
    with open(path, "w") as file:
        json.dump(fixture, file, indent=1)
        file.write("\n")


main(*sys.argv[1:])
