/* A trained network, ready to answer: the model file of a run or one by itself, on a device. */
#ifndef RUN_NETWORK_H
#define RUN_NETWORK_H

#include "nn/train/executor.h"
#include "run/devices.h"
#include "run/model/stored_model.h"

struct network_setup {
    const char *from;   /* the folder of a run, its name or its number, or the path of a model file */
    bool best;          /* of a run: the weights of its best epoch, not those that it ended with */
    const char *device; /* NULL: the recipe's */
    struct model_wish wish; /* of a file */
};

struct network {
    char file[PATH_SIZE];       /* the model file that was read */
    struct model_header header; /* the recipe is the run's, with the device that is used */
    struct model_moment moment; /* that the weights are of */
    struct model_assumed assumed;
    char note[384];             /* what is odd about the images of network_images(); "": nothing */
    struct device device;
    struct plan *plan;
    struct executor executor;
};

/* What named_model_read() finds, on a device, for as many images a step as are quick: the recipe's batch or more. False
 * with an error and nothing to free; else network_close() it. */
bool network_open(struct network *n, const struct network_setup *setup, struct error *e);
void network_close(struct network *n);

/* The name of the file without its folder: "model.h5". */
const char *network_file(const struct network *n);

/* Its data set, or another one whose images are then made as large as those that it takes. NULL with an error, also for
 * images or classes that it was not made for; source_close() it. Where the classes have other names than the network's,
 * or the images another size, its note says so. `progress` as in catalogue_open(). */
struct source *network_images(struct network *n, const char *dataset,
                              bool (*progress)(void *context, double done), void *context, struct error *e);

/* What it takes of any image: as large, in such colours and made to fit as those that it was tested on. False with an
 * error where images cannot be made so, of 2 or 4 channels. */
bool network_wants(const struct network *n, struct image_wanted *out, struct error *e);

/* "airplane", or "3" for a class without a name. Safe to show. */
void network_class_name(const struct network *n, int class, char *to, size_t size);

#endif
