"""A recipe as a Keras model on TensorFlow."""

import os
import pathlib
import sys

os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="")

import keras
import tensorflow as tf
from keras import layers

sys.path.append(str(pathlib.Path(__file__).parents[1]))
import recipe as recipes

NAME = f"Keras {keras.__version__}, TensorFlow {tf.__version__}"

MAKERS = {
    "conv2d": lambda s: layers.Conv2D(s["filters"], s["kernel"], padding=s["padding"], activation=s["activation"]),
    "maxpool2d": lambda s: layers.MaxPooling2D(s["size"]),
    "flatten": lambda s: layers.Flatten(),
    "dense": lambda s: layers.Dense(s["units"], activation=s["activation"]),
    "dropout": lambda s: layers.Dropout(s["rate"]),
}


def use_threads(threads):
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)


def network(recipe):
    stack = [MAKERS[kind](settings) for kind, settings in recipe.layers]
    return keras.Sequential([layers.Input(recipe.image), *stack])


def adam(recipe):
    return keras.optimizers.Adam(recipe.learning_rate, epsilon=recipes.EPSILON)


def loss():
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)
