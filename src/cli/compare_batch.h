/* cuvette compare --batch-probe: how fast devices are over batches, and from which on one overtakes another. */
#ifndef CLI_COMPARE_BATCH_H
#define CLI_COMPARE_BATCH_H

#include "base/error.h"
#include "nn/recipe/recipe.h"

/* `devices`: "cpu,cuda:0"; NULL: all there are. Prints a table and a sentence, or JSON; draws the chart into `folder`
 * (NULL: it is not drawn). False with an error. */
bool compare_batch(struct recipe *r, const char *devices, bool json, const char *folder, struct error *e);

#endif
