/* The files that models are read from and written to: a class each, found by a file's content or a name's extension. */
#ifndef RUN_MODEL_FORMAT_H
#define RUN_MODEL_FORMAT_H

#include "base/atomic_file.h"
#include "run/model/stored_model.h"

/* Each is a model_format_NAME, in format_NAME.c. */
#define MODEL_FORMATS(X) X(h5) X(keras) X(safetensors) X(onnx)

struct model_format {
    const char *name;      /* for titles: "Keras HDF5" */
    const char *extension; /* ".h5" */
    const char *help;      /* one line */
    const char *magic;     /* its files begin with it; NULL: they are known by their names */
    size_t magic_size;
    /* Fills a zeroed model; NULL: it is only written. False with an error that names the file; what was made by then is
     * the caller's to free. */
    bool (*read)(const char *path, const struct model_wish *wish, struct stored_model *out, struct error *e);
    /* The file appears whole or not at all. `wish` as in atomic_file_write_parts(). */
    bool (*write)(const char *path, const struct recipe *r, const struct trainer_weights *w,
                  const struct atomic_wish *wish, struct error *e);
};

#define MODEL_FORMAT_DECLARATION(name) extern const struct model_format model_format_##name;
MODEL_FORMATS(MODEL_FORMAT_DECLARATION)
#undef MODEL_FORMAT_DECLARATION

/* Begins the definition of a class: one without a row above does not compile. */
#define MODEL_FORMAT(name)                                                                                             \
    _Static_assert(sizeof model_format_##name > 0,                                                                     \
                   "model_format_" #name " has no row in MODEL_FORMATS, run/model/model_format.h");                    \
    const struct model_format model_format_##name

extern const struct model_format *const model_formats[]; /* the rows; ends with NULL */

/* The format of a file that is there, by its first bytes, or where these say nothing by its name. NULL with an error:
 * there is no such file, or it is of none that can be read. */
const struct model_format *model_format_of_file(const char *path, struct error *e);

/* The format that a name's extension asks for. NULL with ERROR_USAGE that lists them. */
const struct model_format *model_format_of_name(const char *path, struct error *e);

/* Reads a file of any format into *out, which need not be filled. False with an error and nothing to free; else
 * stored_model_free() it. */
bool model_format_read(const char *path, const struct model_wish *wish, struct stored_model *out, struct error *e);

/* Writes one in the format of the name's extension. False with an error. */
bool model_format_write(const char *path, const struct stored_model *m, struct error *e);

#endif
