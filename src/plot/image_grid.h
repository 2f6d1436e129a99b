/* A picture of some images of each class, or of images by themselves, with a title above each, drawn with Cairo. */
#ifndef PLOT_IMAGE_GRID_H
#define PLOT_IMAGE_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct image_grid_class {
    char title[96], note[48]; /* any bytes: nothing is interpreted; the note is in grey behind it */
    bool marked;              /* stands out: it has a frame, and its title the frame's colour */
    int n;                    /* images */
    const uint8_t *rgb;       /* [n][height][width][3], rows from the top */
};

struct image_grid {
    char title[160], subtitle[200], footer[200];
    int height, width; /* of every image, in pixels */
    int each;          /* the most images that a class has: at least 1 */
    int n_classes;
    const struct image_grid_class *classes; /* [n_classes] */
};

/* The longer side of an image in a picture with so many images: smaller ones are enlarged to about that, by a whole
 * factor, so that their pixels can be seen. */
int image_grid_side(int images);

/* Writes the picture in the format that the file's name ends with, where it appears whole or not at all. In all formats
 * pixels stay squares. False with an error, ERROR_USAGE where it would be too large to be looked at. */
bool image_grid_write(const struct image_grid *g, const char *path, struct error *e);

#endif
