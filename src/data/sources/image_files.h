/* Images by the paths of their files, without classes: those that somebody wants to know something about. They are read
 * and decoded by a crew, and made as they are wanted. One that cannot be read is black, and told of. */
#ifndef DATA_IMAGE_FILES_H
#define DATA_IMAGE_FILES_H

#include "data/sources/source.h"

/* The images are the test split, in this order, each with the label 0. The paths stay the caller's. NULL with an error;
 * source_close() it. */
struct source *image_files_open(const char *const *paths, uint32_t count, const struct image_wanted *wanted,
                                struct error *e);

/* Why an image could not be read, without its name; NULL: it could, or was not tried. */
const char *image_files_problem(const struct source *s, uint32_t index);

#endif
