#include "run/model/model_format.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "run/model/torch_pickle.h"

enum { FIRST_BYTES = 512 };

const struct model_format *const model_formats[] = {
#define MODEL_FORMAT_ROW(name) &model_format_##name,
    MODEL_FORMATS(MODEL_FORMAT_ROW)
#undef MODEL_FORMAT_ROW
    NULL,
};

static const struct model_format *by_extension(const char *path)
{
    for (const struct model_format *const *f = model_formats; *f; f++)
        if (path_ends_with(path, (*f)->extension))
            return *f;
    return NULL;
}

static const struct model_format *by_content(const char *first, size_t size)
{
    for (const struct model_format *const *f = model_formats; *f; f++)
        if ((*f)->magic && (*f)->magic_size <= size && memcmp(first, (*f)->magic, (*f)->magic_size) == 0)
            return *f;
    return NULL;
}

/* ".h5, .keras and .onnx" */
static void list_extensions(bool to_read, char *out, size_t size)
{
    int left = 0;

    for (const struct model_format *const *f = model_formats; *f; f++)
        left += !to_read || (*f)->read;
    out[0] = '\0';
    for (const struct model_format *const *f = model_formats; *f; f++)
        if (!to_read || (*f)->read)
            text_append(out, size, "%s%s", (*f)->extension, --left == 0 ? "" : left == 1 ? " and " : ", ");
}

/* False with errno set. */
static bool read_first(const char *path, char *first, size_t *size)
{
    int descriptor = file_open(path);
    ssize_t got = descriptor >= 0 ? read(descriptor, first, FIRST_BYTES) : -1;

    if (descriptor >= 0)
        close(descriptor);
    *size = got > 0 ? (size_t)got : 0;
    return got >= 0;
}

const struct model_format *model_format_of_file(const char *path, struct error *e)
{
    char first[FIRST_BYTES], known[64];
    size_t size;

    if (!read_first(path, first, &size)) {
        error_set_errno(e, "cannot read %s", path);
        return NULL;
    }
    if (torch_pickle_is(first, size)) { /* in a zip it looks like Keras's */
        torch_pickle_refuse(path, e);
        return NULL;
    }
    const struct model_format *format = by_content(first, size);

    format = format ? format : by_extension(path);
    if (format && format->read && size == 0) {
        error_set(e, ERROR_INPUT, "%s is empty: it was not written, or there was no room for it", path);
        return NULL;
    }
    if (format && format->read)
        return format;
    if (torch_pickle_is_named(path)) {
        torch_pickle_refuse(path, e);
        return NULL;
    }
    list_extensions(true, known, sizeof known);
    if (format) {
        error_set(e, ERROR_INPUT, "%s: cuvette writes %s and does not read it; it reads %s", path, format->name, known);
        return NULL;
    }
    error_set(e, ERROR_INPUT, "%s is no model file that cuvette reads: those are %s", path, known);
    return NULL;
}

const struct model_format *model_format_of_name(const char *path, struct error *e)
{
    const struct model_format *format = by_extension(path);
    char known[64];

    if (!format) {
        list_extensions(false, known, sizeof known);
        error_set(e, ERROR_USAGE, "%s does not end in the extension of a model file: those are %s", path, known);
    }
    return format;
}

bool model_format_read(const char *path, const struct model_wish *wish, struct stored_model *out, struct error *e)
{
    const struct model_format *format = model_format_of_file(path, e);

    *out = (struct stored_model){ .format = format ? format->name : NULL };
    if (format && format->read(path, wish, out, e))
        return true;
    stored_model_free(out);
    return false;
}

bool model_format_write(const char *path, const struct stored_model *m, struct error *e)
{
    const struct model_format *format = model_format_of_name(path, e);
    const struct trainer_weights weights = stored_model_weights(m);

    return format && format->write(path, &m->header.recipe, &weights, NULL, e);
}
