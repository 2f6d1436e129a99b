/* PyTorch's own files (.pt, .pth): pickles, bare or in a zip. A pickle is a program, so none is opened. */
#ifndef RUN_TORCH_PICKLE_H
#define RUN_TORCH_PICKLE_H

#include <stddef.h>

#include "base/error.h"

/* By the file's first bytes, whatever it is called; or by its name alone. */
bool torch_pickle_is(const char *first, size_t size);
bool torch_pickle_is_named(const char *path);

/* False with an error: a sentence and three lines of Python that make a safetensors file of it. */
bool torch_pickle_refuse(const char *path, struct error *e);

#endif
