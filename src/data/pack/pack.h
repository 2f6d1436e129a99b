/* Packs any source into one HDF5 file, as encoded images (data/sources/packed_layout.h) or as pixels in the layout of
 * the Keras lessons (data/sources/keras_layout.h).
 *
 * Several threads read, decode and encode; the file is the same whatever their number. It appears whole or not at all,
 * and what is done stays beside its place when the work is cut short: the same work goes on with it. */
#ifndef DATA_PACK_H
#define DATA_PACK_H

#include "data/pack/pack_estimate.h"
#include "data/pack/pack_progress.h"
#include "data/pack/pack_report.h"

/* Writes the file. Fills the report, which is the caller's to free in any case. False with an error: ERROR_INPUT too
 * when nothing is left to pack, and ERROR_IO where there is no room for it. */
bool pack_write(struct source *from, const struct pack_options *o, const char *path, const struct pack_watch *watch,
                struct pack_report *report, struct error *e);

#endif
