/* Which images a folder of photographs has, and of which class and split each is.
 *
 *     ROOT/train/CLASS/…/NAME.jpg    or training; and ROOT/val, valid, validation or test
 *     ROOT/CLASS/…/NAME.jpg          a tenth of each class is for testing, chosen by the names of the files
 *
 * Classes are in the order of their names, images in that of their paths, whatever the file system's order is. Hidden
 * files are left out, and so are links that lead back. */
#ifndef DATA_IMAGE_TREE_H
#define DATA_IMAGE_TREE_H

#include "data/sources/source.h"

struct image_entry {
    uint32_t path; /* below the root: a place in `text` */
    uint32_t label;
};

struct image_tree {
    char root[PATH_SIZE];
    char *text; /* paths, each with a zero at its end */
    size_t used, room;
    struct image_entry *images[SPLIT_COUNT];
    uint32_t count[SPLIT_COUNT], images_room[SPLIT_COUNT];
    char (*class_names)[CLASS_NAME_SIZE]; /* [classes] */
    uint32_t *class_folders;              /* their whole names, as places in `text` */
    int classes;
};

/* Lists the tree; no image is opened. False with an error and nothing to free; else image_tree_free() it. */
bool image_tree_read(const char *root, struct image_tree *out, struct error *e);
void image_tree_free(struct image_tree *t);

/* Looks at a few names: does the folder have folders with images? */
bool image_tree_is(const char *root);

/* The path of an image below the root. */
const char *image_tree_path(const struct image_tree *t, enum split split, uint32_t index);

#endif
