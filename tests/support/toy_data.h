/* A data set that is learnt in a few steps: 8×8 grey noise whose class, of 4, is which quadrant is bright. */
#ifndef TESTS_SUPPORT_TOY_DATA_H
#define TESTS_SUPPORT_TOY_DATA_H

#include "data/sources/source.h"

enum { TOY_SIZE = 8, TOY_CLASSES = 4 };

/* That many training and test images; source_close() it. `honest` false: the labels of the test images are wrong, each
 * the next class. Fails the test without memory. */
struct source *toy_data(uint32_t train, uint32_t test, bool honest);

#endif
