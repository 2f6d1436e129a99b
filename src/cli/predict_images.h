/* The images that `cuvette predict` is asked about: files, folders of them, names on standard input, and numbers of
 * images in a data set. */
#ifndef CLI_PREDICT_IMAGES_H
#define CLI_PREDICT_IMAGES_H

#include "data/sources/source.h"

struct predict_image {
    char *path;       /* of a file; NULL: the image of a data set */
    bool named;       /* by itself, not found in a folder */
    enum split split; /* of an image of a data set: which it is */
    uint32_t index;
};

struct predict_images {
    struct predict_image *image; /* [n] in the order of asking, those of a folder by their paths */
    uint32_t n, room;
};

/* Adds what a word of the command line means: "-", the lines of standard input; a folder, all images in it and below; a
 * file; "17" or "train:17", where there is no such file. False with an error. */
bool predict_images_add(struct predict_images *all, const char *word, struct error *e);
void predict_images_free(struct predict_images *all);

/* "cat.jpg", "test:17". */
void predict_images_name(const struct predict_image *image, char *to, size_t size);

#endif
