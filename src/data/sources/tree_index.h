/* The list of a large tree of images, kept in the user's cache folder (path_cache()) from one time to the next: a file
 * a tree, compressed. It is taken while each folder that was listed is as it was, by its time of change: so any name
 * that came, went or was renamed is noticed. What is not is a file that is written anew in its place, whose name is the
 * same, and a folder that a link leads to now and did not then. */
#ifndef DATA_TREE_INDEX_H
#define DATA_TREE_INDEX_H

#include "data/sources/image_tree.h"

/* Smaller trees are listed as fast as folders are asked for their times. */
enum { TREE_INDEX_LEAST = 10000 };

/* The tree as it was listed last, if nothing has changed since; else false, with nothing to free. */
bool tree_index_read(const char *root, struct image_tree *out);

/* Keeps the list of a tree that is large. `began`, in seconds as of time(): a folder that changed a moment before could
 * change again without another time, and then nothing is kept. Not to be kept is no harm, nor an error. */
void tree_index_write(const struct image_tree *t, int64_t began);

#endif
