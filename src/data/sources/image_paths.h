/* Classes and splits from the paths of images alone, as those of a folder are found (image_folders.h):
 *
 *     ANY/train/CLASS/…/NAME.jpg    or training; and ANY/val, valid, validation or test
 *     ANY/CLASS/…/NAME.jpg          a tenth of each class is for testing
 *
 * with ANY for the folders that all of them have in common. */
#ifndef DATA_IMAGE_PATHS_H
#define DATA_IMAGE_PATHS_H

#include "data/sources/image_tree.h"

/* Fills the tree with those of paths[0..count) that have a class; its paths are below the folder that all have in
 * common, *common bytes of each. `name` is for errors and the tree's root. False with an error and nothing to free;
 * else image_tree_free() it. */
bool image_paths_read(const char *name, const char *const *paths, uint32_t count, struct image_tree *out,
                      size_t *common, struct error *e);

#endif
