"""Trains a recipe in Keras on TensorFlow on one batch of noise: keras_peer.py RECIPE SETTING THREADS

SETTING is graph or jit (jit_compile off or on); with -loop ten steps are one call, as steps_per_execution makes them.
The step is what `fit` compiles, without fit's own loop. worker.py says what it answers.
"""

import sys

import keras_network
from keras_network import keras, recipes, tf
from worker import serve

LOOP = 10


def main():
    recipe, setting, threads = recipes.load(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    how, _, loop = setting.partition("-")

    keras_network.use_threads(threads)
    keras.utils.set_random_seed(1)
    model, optimiser, loss_of = keras_network.network(recipe), keras_network.adam(recipe), keras_network.loss()
    optimiser.build(model.trainable_variables)
    images = tf.random.normal((recipe.batch, *recipe.image))
    labels = tf.random.uniform((recipe.batch,), 0, recipe.classes, tf.int32)

    @tf.function(jit_compile=how == "jit")
    def train(images, labels):
        with tf.GradientTape() as tape:
            loss = loss_of(labels, model(images, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimiser.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    @tf.function
    def train_loop(images, labels):
        loss = 0.0
        for _ in tf.range(LOOP):
            loss = train(images, labels)
        return loss

    run = train_loop if loop else train
    serve(keras_network.NAME, lambda: run(images, labels).numpy(), LOOP if loop else 1)


main()
