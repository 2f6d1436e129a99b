/* How much each class counts in the loss where classes are of unequal size. */
#ifndef NN_CLASS_WEIGHTS_H
#define NN_CLASS_WEIGHTS_H

#include <stdint.h>

/* Sets weights [classes] from the images that are trained on, labels[member[0..count)], as scikit-learn's "balanced"
 * does: count / (classes that have images × images of the class). Their mean over the images is 1, and each class
 * counts alike in all. A class without images gets 1. */
void class_weights_measure(const int32_t *labels, const uint32_t *member, uint32_t count, int classes, float *weights);

#endif
