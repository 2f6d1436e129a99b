/* Networks that others published with trained weights, and what they call the parts of them: which preset has their
 * layers, and a name for each layer with weights, in the order of the preset's plan. */
#ifndef RUN_PUBLISHED_NETWORK_H
#define RUN_PUBLISHED_NETWORK_H

#include "nn/recipe/pixels.h"
#include "nn/recipe/recipe.h"

enum { PUBLISHED_NAME_SIZE = 64 };

enum published_layout {
    PUBLISHED_TORCH, /* a state dict of PyTorch's: "conv1.weight" */
    PUBLISHED_KERAS  /* weights of Keras Applications: the layer "block1_conv1" */
};

struct published_network {
    const char *name; /* "torchvision's resnet18" */
    const char *preset;
    enum published_layout layout;
    enum pixels pixels;  /* what it was trained with, where that is not what the preset says */
    const char *changes; /* settings of all layers that have them, "padding=same epsilon=0.001"; NULL: none */
    bool blue_first;     /* its images have the colours the other way round, blue, green, red */
    const char *doubt;   /* where others have the same names and shapes, a sentence that says so; NULL: none have */
    /* Words; braces as in a shell: "layer1.{0,1}.{conv1,bn1} fc", "{2..5}". */
    const char *layers;
};

extern const struct published_network published_networks[]; /* ends with a name of NULL */

/* A file's layers with weights: how many there are, and whether one of a name is among them. */
struct published_layers {
    int n;
    bool (*have)(const void *file, const char *layer);
    const void *file;
};

/* The network of a layout that has the most of these layers, and the fewest others. False with an error: no memory.
 * *out is NULL where less than half agree. */
bool published_network_find(enum published_layout layout, const struct published_layers *layers,
                            const struct published_network **out, struct error *e);

/* "torchvision's vgg16, timm's vgg16" */
void published_network_list(enum published_layout layout, char *out, size_t size);

struct published_names {
    int n;
    char (*names)[PUBLISHED_NAME_SIZE];
};

/* The words of `layers`, written out. False with an error; published_names_free() it in either case. */
bool published_network_names(const struct published_network *p, struct published_names *out, struct error *e);
void published_names_free(struct published_names *n);

/* Its recipe: the preset's, with its changes, without a data set. False with an error. */
bool published_network_recipe(const struct published_network *p, struct recipe *out, struct error *e);

#endif
