#include "tests/support/check.h"
#include "tests/support/toy_archive.h"

#include <archive.h>
#include <archive_entry.h>

#include "base/limits.h"
#include "base/path.h"

static void write_bytes(struct archive *a, const struct toy_entry *e)
{
    static const char zeros[1 << 16];
    const char *from = e->bytes;

    for (size_t done = 0; done < e->size;) {
        size_t n = size_min(e->size - done, sizeof zeros);

        assert_int_equal(archive_write_data(a, from ? from + done : zeros, n), n);
        done += n;
    }
}

static void write_entry(struct archive *a, const struct toy_entry *e)
{
    struct archive_entry *entry = archive_entry_new();
    int type = e->folder ? AE_IFDIR : e->device ? AE_IFCHR : e->pipe ? AE_IFIFO : e->link ? AE_IFLNK : AE_IFREG;

    assert_non_null(entry);
    archive_entry_set_pathname(entry, e->name);
    archive_entry_set_filetype(entry, (unsigned)type);
    archive_entry_set_perm(entry, 0755);
    archive_entry_set_size(entry, (la_int64_t)e->size);
    if (e->link)
        archive_entry_set_symlink(entry, e->link);
    if (e->hard_link)
        archive_entry_set_hardlink(entry, e->hard_link);
    assert_true(archive_write_header(a, entry) >= ARCHIVE_WARN); /* a name that is not of this locale stays as it is */
    write_bytes(a, e);
    archive_entry_free(entry);
}

const char *toy_archive_write(const char *path, const struct toy_entry *entries, int count)
{
    struct archive *a = archive_write_new();

    assert_non_null(a);
    if (path_ends_with(path, ".zip")) {
        archive_write_set_format_zip(a);
    } else {
        archive_write_set_format_pax_restricted(a);
        archive_write_add_filter_gzip(a);
    }
    assert_int_equal(archive_write_open_filename(a, path), ARCHIVE_OK);
    for (int i = 0; i < count; i++)
        write_entry(a, &entries[i]);
    assert_int_equal(archive_write_close(a), ARCHIVE_OK);
    archive_write_free(a);
    return path;
}
