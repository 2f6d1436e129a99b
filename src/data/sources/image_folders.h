/* Lists folders of photographs, with a folder for each class:
 *
 *     ROOT/train/CLASS/…/NAME.jpg    or training; and ROOT/val, valid, validation or test
 *     ROOT/CLASS/…/NAME.jpg          a tenth of each class is for testing, chosen by the names of the files
 *
 * Classes are in the order of their names, images in that of their paths, whatever the file system's order is. Hidden
 * files are left out, and so are links that lead back. */
#ifndef DATA_IMAGE_FOLDERS_H
#define DATA_IMAGE_FOLDERS_H

#include "data/sources/image_tree.h"

/* Lists them, or takes the list of last time (tree_index.h); no image is opened. The wish's `progress` is told. False
 * with an error and nothing to free; else image_tree_free() it. */
bool image_folders_read(const char *root, const struct source_wish *wish, struct image_tree *out, struct error *e);

/* Looks at a few names: does the folder have folders with images? */
bool image_folders_are(const char *root);

/* How many folders that could be classes to train with are none, as they have no images; *first: the name of one. Of a
 * set that was read from `root`. */
int image_folders_without(const char *root, const struct dataset_info *info, char *first, size_t size);

#endif
