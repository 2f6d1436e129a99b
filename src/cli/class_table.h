/* How many images each class has, as a table for people. */
#ifndef CLI_CLASS_TABLE_H
#define CLI_CLASS_TABLE_H

#include "data/sources/source.h"

/* Prints a line a class; of_class[split] has [classes] images. Then, where the largest class has more than twice the
 * training images of the smallest, a line that says so. */
void class_table_print(const struct dataset_info *info, uint32_t *const of_class[SPLIT_COUNT]);

#endif
