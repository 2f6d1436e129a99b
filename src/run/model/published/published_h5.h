/* Networks of Keras Applications, as Keras's save_weights() writes them to HDF5: weights and the names of layers. */
#ifndef RUN_PUBLISHED_H5_H
#define RUN_PUBLISHED_H5_H

#include "run/model/h5/h5_header.h"
#include "run/model/stored_model.h"

/* Makes a model of one, for as many classes as its last layer has; `h` is the file's. False with an error that says
 * which networks are known, or what it lacks to be one; what was made by then is the caller's to free. */
bool published_h5_model(const char *path, const struct h5_header *h, const struct model_wish *wish,
                        struct stored_model *out, struct error *e);

#endif
