#include "base/archive_open.h"

#include <stddef.h>

#include <archive.h>

enum { BLOCK = 1 << 16 };

static void allow(struct archive *a)
{
    archive_read_support_format_zip(a);
    archive_read_support_format_tar(a);
    archive_read_support_filter_gzip(a);
    archive_read_support_filter_bzip2(a);
    archive_read_support_filter_xz(a);
    archive_read_support_filter_zstd(a);
}

struct archive *archive_open(const char *path, struct error *e)
{
    struct archive *a = archive_read_new();

    if (!a) {
        error_set(e, ERROR_MEMORY, "not enough memory to read %s", path);
        return NULL;
    }
    allow(a);
    if (archive_read_open_filename(a, path, BLOCK) == ARCHIVE_OK)
        return a;
    error_set(e, ERROR_INPUT, "cannot read %s: %s", path, archive_error_string(a));
    archive_read_free(a);
    return NULL;
}
