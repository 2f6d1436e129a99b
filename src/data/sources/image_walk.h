/* Goes through all folders below one, as far down as they go. */
#ifndef DATA_IMAGE_WALK_H
#define DATA_IMAGE_WALK_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/error.h"

/* Called with paths below the root until one is false, which has an error. */
struct image_visitor {
    bool (*folder)(void *context, const char *path, const struct stat *now, struct error *e); /* that is entered */
    bool (*image)(void *context, const char *path, struct error *e);
    void (*left_out)(void *context, const char *path, const char *why); /* a folder that cannot be read; may be NULL */
    void *context;
};

/* Visits ROOT/`below` ("": all of ROOT), the folders in it, and each file there whose name is an image's, in no order.
 * Hidden names are left out, and so are links that lead back and folders that cannot be entered. False with an
 * error. */
bool image_walk(const char *root, const char *below, const struct image_visitor *visitor, struct error *e);

#endif
