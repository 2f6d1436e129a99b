#include "run/figures/report_format.h"

#include <stdlib.h>

#include "base/atomic_file.h"

static const struct report_format *const formats[] = {
#define FORMAT(position, format) &format,
    REPORT_FORMATS(FORMAT)
#undef FORMAT
};

static bool write_page(const struct report_format *format, const char *folder,
                       void (*write)(const void *what, const struct report_format *f, FILE *out), const void *what,
                       char path[PATH_SIZE], struct error *e)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bool good = out != NULL;

    if (out) {
        write(what, format, out);
        good = !ferror(out);
        good = fclose(out) == 0 && good;
    }
    good = good || error_set(e, ERROR_MEMORY, "no memory for %s", format->file);
    good = good && path_join(path, folder, format->file, e) && atomic_file_write(path, text, size, e);
    free(text);
    return good;
}

bool report_format_pages(const char *folder, void (*write)(const void *what, const struct report_format *f, FILE *out),
                         const void *what, char path[PATH_SIZE], struct error *e)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (!write_page(formats[i], folder, write, what, path, e))
            return false;
    return true;
}
