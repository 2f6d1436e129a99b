/* A data set that is learnt in a few steps: 8×8 grey images, noise with one bright quadrant that is the class (4 classes). */
#ifndef TESTS_SUPPORT_TOY_DATA_H
#define TESTS_SUPPORT_TOY_DATA_H

#include "data/sources/source.h"

enum { TOY_SIZE = 8, TOY_CLASSES = 4 };

/* Fails the test when there is no memory. `honest` false: the test images' labels are wrong (each the next class). */
struct source *toy_data(uint32_t train, uint32_t test, bool honest);

#endif
