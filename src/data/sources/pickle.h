/* Reads what CIFAR's "python version" needs of Python's pickles (PEP 307, PEP 3154), and refuses everything else:
 * texts, whole numbers, lists, dictionaries and NumPy's arrays of bytes. Nothing in a pickle is run. */
#ifndef DATA_PICKLE_H
#define DATA_PICKLE_H

#include <stdio.h>

#include "base/error.h"
#include "data/sources/pickle_value.h"

/* Reads a pickle from its beginning. Long texts are skipped over, so that the file must be seekable. `name` is for
 * errors. False with an error and nothing to free; else pickle_free() it. */
bool pickle_read(FILE *in, const char *name, struct pickle *out, struct error *e);
void pickle_free(struct pickle *p);

/* The value of a key of the dictionary at the top, or NULL. */
const struct pickle_value *pickle_find(const struct pickle *p, const char *key);

/* An array of bytes, [rows][columns] with the columns running fastest: where they are in the file. False: it is none.
 */
bool pickle_array(const struct pickle_value *value, uint64_t *rows, uint64_t *columns, uint64_t *offset);

#endif
