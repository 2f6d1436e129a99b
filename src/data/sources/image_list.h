/* Sets of images whose classes stand in lists: Places365's files and others of their kind, or CSV.
 *
 *     places365_train_standard.txt  "/a/airfield/1.jpg 0"     places365_val.txt   categories_places365.txt
 *     train.txt, train.csv          with val, valid, validation or test in place of train beside them
 *     any.csv                       its first row names the columns; see the tables in image_list.c
 *
 * Images keep the order of their list. Where no list and no column says which images are for testing, a tenth of each
 * class is. Labels are numbers or names; a file of categories gives numbers their names. */
#ifndef DATA_IMAGE_LIST_H
#define DATA_IMAGE_LIST_H

#include "data/sources/image_tree.h"

/* Reads the lists of a folder, or the list that `path` is, with those beside it. No image is opened, and none but the
 * first is looked for. Paths in a list are below its folder, or below one in it that is usual for images (data_256,
 * train, …); whole ones are taken only from a list that the user has named itself. False with an error, which names the
 * line, and nothing to free; else image_tree_free() it. */
bool image_list_read(const char *path, struct image_tree *out, struct error *e);

/* Looks at names and first lines: is it a list of images, or a folder with one of a usual name? */
bool image_list_is(const char *path);

#endif
