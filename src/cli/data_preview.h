/* What `cuvette data preview` writes. */
#ifndef CLI_DATA_PREVIEW_H
#define CLI_DATA_PREVIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct preview_request {
    const char *out;     /* the file, which ends in .png */
    uint32_t each;       /* images of each class; 0: as many as look well */
    const char *classes; /* names or numbers with commas in between; NULL: all */
    uint64_t seed;       /* which images are picked */
    const char *augment; /* a recipe, whose augmentation they get; NULL: they are as they are */
};

/* Writes a picture with some training images of each class of a data set, by its name or path. `progress` as in
 * source_labels(). False with an error. */
bool data_preview(const char *name, const struct preview_request *r, bool (*progress)(void *context, double done),
                  void *context, struct error *e);

#endif
