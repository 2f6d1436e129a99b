/* Files inside the executable: the built-in digits, the data sets that can be fetched, the names of ImageNet's classes,
 * the preset recipes and the scripts that complete command lines in shells.
 *
 * A new one is a file in assets/ and a row here; the Makefile makes objects of the files. */
#ifndef BASE_ASSET_H
#define BASE_ASSET_H

#include <stddef.h>

/* The presets, assets/recipes/NAME.ini. X(symbol, name): the name with '_' for all but letters and digits, and
 * itself. */
#define ASSET_RECIPES(X) \
    X(mnist_mlp, "mnist-mlp") \
    X(mnist_cnn, "mnist-cnn") \
    X(lenet5, "lenet5") \
    X(cifar10_lesson, "cifar10-lesson") \
    X(places365_workshop, "places365-workshop") \
    X(resnet20, "resnet20") \
    X(alexnet, "alexnet") \
    X(vgg16, "vgg16") \
    X(resnet18, "resnet18") \
    X(resnet34, "resnet34") \
    X(resnet50, "resnet50") \
    X(mobilenet_v2, "mobilenet_v2") \
    X(efficientnet_lite0, "efficientnet_lite0")

/* The shells, assets/completions/cuvette.NAME. */
#define ASSET_COMPLETIONS(X) X(bash) X(zsh) X(fish)

struct asset {
    const char *name;           /* path under assets/: "digits.h5", "recipes/lenet5.ini" */
    const unsigned char *bytes; /* not terminated by a zero */
    size_t size;
};

/* Both return a constant that lives as long as the program, or NULL: if there is no asset of that name, or at that
 * position (0 is the first). */
const struct asset *asset_find(const char *name);
const struct asset *asset_at(int position);

#endif
