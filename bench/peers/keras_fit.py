"""Trains a recipe in Keras to its end: keras_fit.py RECIPE DATA.h5 EPOCHS SEED THREADS

The data set is in Keras's layout. Prints one JSON object: what it is, the accuracy on the test images after each epoch,
and how many seconds training took. Normalised as cuvette does it, by each channel's mean and deviation; no augmentation.

Each epoch is a `fit` of its own on images in an order of its own: once a seed is set, Keras 3's shuffling gives every epoch
of one `fit` the same order (seen with 3.15.1 on TensorFlow), which costs accuracy.
"""

import json
import sys
import time

import h5py
import keras_network
import numpy
from keras_network import keras, recipes


def read(path):
    with h5py.File(path) as file:
        test = "test" if "x_test" in file else "valid"
        return [(file[f"x_{part}"][:], file[f"y_{part}"][:].ravel()) for part in ("train", test)]


def normalise(images, mean, deviation):
    return ((images.reshape(*images.shape[:3], -1) / 255 - mean) / deviation).astype("float32")


def main():
    name, path, epochs, seed, threads = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
    recipe = recipes.load(name)

    keras_network.use_threads(threads)
    keras.utils.set_random_seed(seed)
    (images, labels), (test_images, test_labels) = read(path)
    channels = images.reshape(*images.shape[:3], -1) / 255
    mean, deviation = channels.mean((0, 1, 2)), channels.std((0, 1, 2))
    del channels

    model = keras_network.network(recipe)
    model.compile(keras_network.adam(recipe), keras_network.loss(), metrics=["accuracy"])
    images, test_images = normalise(images, mean, deviation), normalise(test_images, mean, deviation)
    chance, accuracies = numpy.random.default_rng(seed), []
    begin = time.perf_counter()
    for _ in range(epochs):
        order = chance.permutation(len(images))
        history = model.fit(
            images[order], labels[order], recipe.batch, verbose=0, shuffle=False,
            validation_data=(test_images, test_labels))
        accuracies += history.history["val_accuracy"]
    seconds = time.perf_counter() - begin
    print(json.dumps({
        "version": keras_network.NAME, "seconds": seconds, "accuracies": accuracies}))


main()
