#include "data/sources/packed_file.h"

#include <errno.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/archive_open.h"

static ssize_t read_entry(void *archive, char *to, size_t size)
{
    la_ssize_t n = archive_read_data(archive, to, size);

    if (n >= 0)
        return n;
    errno = EIO;
    return -1;
}

static int close_entry(void *archive)
{
    return archive_read_free(archive) == ARCHIVE_OK ? 0 : -1;
}

/* Goes to the entry. False at the end, or with an error. */
static bool find(struct archive *a, const char *path, const char *name, struct error *e)
{
    struct archive_entry *entry;
    int status;

    while ((status = archive_read_next_header(a, &entry)) == ARCHIVE_OK || status == ARCHIVE_WARN) {
        const char *found = archive_entry_pathname(entry);

        if (found && strcmp(found, name) == 0 && archive_entry_filetype(entry) == AE_IFREG)
            return true;
    }
    if (status != ARCHIVE_EOF)
        error_set(e, ERROR_INPUT, "%s is damaged: %s", path, archive_error_string(a));
    return false;
}

FILE *packed_file_open(const char *path, const char *name, struct error *e)
{
    static const cookie_io_functions_t functions = { .read = read_entry, .close = close_entry };
    struct archive *a = archive_open(path, e);
    FILE *file = NULL;

    if (!a)
        return NULL;
    e->kind = ERROR_NONE;
    if (find(a, path, name, e) && !(file = fopencookie(a, "r", functions)))
        error_set(e, ERROR_MEMORY, "not enough memory to read %s", path);
    if (!file)
        archive_read_free(a);
    return file;
}
