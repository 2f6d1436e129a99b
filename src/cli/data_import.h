/* cuvette data import: writes any data set as one HDF5 file. */
#ifndef CLI_DATA_IMPORT_H
#define CLI_DATA_IMPORT_H

#include "data/pack/pack.h"

/* Which options were given; the others follow from what the images are. */
enum { DATA_IMPORT_AS = 1, DATA_IMPORT_WISH = 2, DATA_IMPORT_QUALITY = 4, DATA_IMPORT_COMPRESSION = 8 };

/* What the command line says; zeroed at first. */
struct data_import {
    struct pack_options options;
    unsigned given;
};

/* Takes the value of an option: "as", "size", "fit", "colours", "quality", "threads", "compression", "train" or "test";
 * or "strict", without one. False with ERROR_USAGE. */
bool data_import_option(struct data_import *i, const char *name, const char *value, struct error *e);

/* Reads `from`, a name or a path, and writes the file; tells how large it will be, what is going on, and at the end the
 * balance of the classes and what was left out. False with an error. */
bool data_import_run(const struct data_import *i, const char *from, const char *to, struct error *e);

#endif
