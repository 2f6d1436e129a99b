/* The built-in digits, read without HDF5 and zlib, for machines that have a compiler and nothing else. */
#ifndef SUPPORT_BARE_DIGITS_H
#define SUPPORT_BARE_DIGITS_H

#include "data/sources/source.h"

/* Reads assets/digits.h5, and no other file: the images must be in chunks under version 1 B-trees, and nothing else of
 * the format is understood. NULL with ERROR_INPUT or ERROR_MEMORY; source_close() it. */
struct source *bare_digits(const char *path, struct error *e);

#endif
