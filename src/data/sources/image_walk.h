/* Goes through all folders below one, as far down as they go. */
#ifndef DATA_IMAGE_WALK_H
#define DATA_IMAGE_WALK_H

#include <stdbool.h>

#include "base/error.h"

/* Calls `found` with the path, below `root`, of each file in ROOT/`below` whose name is an image's, in no order, until
 * it is false. Hidden names are left out, and so are links that lead back and folders that cannot be entered. False
 * with an error. */
bool image_walk(const char *root, const char *below, bool (*found)(void *context, const char *path, struct error *e),
                void *context, struct error *e);

#endif
