/* The arrays of a state dict in a safetensors file. */
#ifndef RUN_STATE_FILE_H
#define RUN_STATE_FILE_H

#include "run/model/torch/state_dict.h"

/* All of them are there, of their shapes, and no others but PyTorch's counts of batches. False with an error that names
 * the array; `path` is the file's, and `owner` says whose arrays they are: "its recipe". */
bool state_file_check(const struct safetensors *file, const char *path, const struct state_dict *d, const char *owner,
                      struct error *e);

/* Reads them into the arenas of their plan. False with an error. */
bool state_file_read(const struct safetensors *file, const struct state_dict *d, float *parameters, float *statistics,
                     struct error *e);

#endif
