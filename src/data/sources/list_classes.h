/* The classes of images in lists, by what stands there as their labels: numbers, or names. */
#ifndef DATA_LIST_CLASSES_H
#define DATA_LIST_CLASSES_H

#include "data/sources/image_tree.h"

struct list_classes;

/* NULL with an error; list_classes_free() it, also NULL. */
struct list_classes *list_classes_new(struct error *e);
void list_classes_free(struct list_classes *c);

/* The place of a label among those that came before, 0..CLASSES_MAX-1. `trained`: of an image to train with. False
 * with an error: there are too many. */
bool list_classes_take(struct list_classes *c, const char *label, bool trained, int *place, struct error *e);

/* When all labels are known: gives them their classes, and these to the tree. In the order of a file of categories ("":
 * there is none) whose lines are a name, or a name and a number; else in that of the numbers, or of the names. False
 * with an error: a label is none of them, or there is none of its images to train with. */
bool list_classes_settle(struct list_classes *c, const char *categories, struct image_tree *t, struct error *e);

/* The class of the label at a place, after that. */
int list_classes_number(const struct list_classes *c, int place);

#endif
