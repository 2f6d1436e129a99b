/* The order in which an epoch brings its images. It depends on the images, the seed and the epoch alone. */
#ifndef DATA_EPOCH_ORDER_H
#define DATA_EPOCH_ORDER_H

#include <stdint.h>

#include "base/error.h"

/* Each image once: sets order [count] to a permutation of member [count]. */
void epoch_order_shuffled(const uint32_t *member, uint32_t count, uint64_t seed, uint32_t epoch, uint32_t *order);

/* Images by their classes. */
struct epoch_classes;

/* labels[member[i]], 0 or more, is the class of image member[i]; both arrays are free again on return. NULL without
 * memory; epoch_order_free() it, which takes NULL. */
struct epoch_classes *epoch_order_classes(const uint32_t *member, uint32_t count, const int32_t *labels,
                                          struct error *e);
void epoch_order_free(struct epoch_classes *c);

/* Each class equally often, but for one image: order [count] has as many images as there are. Of a class, each image
 * comes as often as any other or once more; which ones do is drawn. A class without images is left out. */
void epoch_order_balanced(struct epoch_classes *c, uint64_t seed, uint32_t epoch, uint32_t *order);

#endif
