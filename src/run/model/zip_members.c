#include "run/model/zip_members.h"

#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/archive_open.h"
#include "base/memory.h"
#include "base/text.h"

struct reading {
    const char *path;
    struct archive *archive;
    struct zip_member *members;
    bool *seen; /* [n] */
    int n;
};

static bool damaged(const struct reading *r, struct error *e)
{
    const char *reason = archive_error_string(r->archive);

    return error_set(e, ERROR_INPUT, "%.300s is damaged, or no zip file%s%.200s", r->path, reason ? ": " : "",
                     reason ? reason : "");
}

static bool refuse(const struct reading *r, const char *name, const char *what, struct error *e)
{
    char safe[128];

    text_sanitise(safe, sizeof safe, name);
    return error_set(e, ERROR_INPUT, "%.300s is refused: its member %s %s", r->path, safe, what);
}

static bool leads_out(const char *name)
{
    size_t length = strlen(name);

    return name[0] == '/' || strcmp(name, "..") == 0 || strncmp(name, "../", 3) == 0 || strstr(name, "/../") ||
           (length > 2 && strcmp(name + length - 3, "/..") == 0);
}

/* As many bytes as come, whatever the entry says of its size. */
static bool read_bytes(const struct reading *r, struct zip_member *m, struct error *e)
{
    const void *block;
    size_t size;
    la_int64_t at;
    int status;

    while ((status = archive_read_data_block(r->archive, &block, &size, &at)) == ARCHIVE_OK) {
        if (at < 0 || (size_t)at != m->size)
            return damaged(r, e);
        if (size > m->most - m->size)
            return error_set(e, ERROR_INPUT, "%.300s is refused: its member %s unpacks to more than %.1f MB", r->path,
                             m->name, (double)m->most / 1e6);
        if (size > 0) /* else there is no block */
            memcpy(m->bytes + m->size, block, size);
        m->size += size;
    }
    return status == ARCHIVE_EOF || damaged(r, e);
}

static bool take(const struct reading *r, int i, struct archive_entry *entry, struct error *e)
{
    if (r->seen[i])
        return refuse(r, r->members[i].name, "is there twice", e);
    if (archive_entry_is_encrypted(entry))
        return refuse(r, r->members[i].name, "is encrypted", e);
    if (archive_entry_filetype(entry) != AE_IFREG)
        return refuse(r, r->members[i].name, "is no file", e);
    r->seen[i] = true;
    return read_bytes(r, &r->members[i], e);
}

static bool look_at(const struct reading *r, struct archive_entry *entry, struct error *e)
{
    const char *name = archive_entry_pathname_utf8(entry);

    name = name ? name : archive_entry_pathname(entry);
    if (!name)
        return true;
    if (leads_out(name))
        return refuse(r, name, "has a name that leads out of its folder", e);
    for (int i = 0; i < r->n; i++)
        if (strcmp(r->members[i].name, name) == 0)
            return take(r, i, entry, e);
    return true;
}

static bool is_zip(const struct reading *r)
{
    return (archive_format(r->archive) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_ZIP;
}

static bool read_all(const struct reading *r, struct error *e)
{
    struct archive_entry *entry;
    int status;

    while ((status = archive_read_next_header(r->archive, &entry)) == ARCHIVE_OK || status == ARCHIVE_WARN)
        if (!is_zip(r) || !look_at(r, entry, e))
            return is_zip(r) ? false : damaged(r, e);
    if (status != ARCHIVE_EOF)
        return damaged(r, e);
    for (int i = 0; i < r->n; i++)
        if (!r->seen[i] && !r->members[i].optional)
            return error_set(e, ERROR_INPUT, "%.300s is not whole: it has no member %s", r->path, r->members[i].name);
    return true;
}

bool zip_members_read(const char *path, struct zip_member *members, int n, struct error *e)
{
    struct reading r = { .path = path, .members = members, .n = n };

    for (int i = 0; i < n; i++)
        members[i].size = 0;
    r.seen = memory_new((size_t)n, sizeof *r.seen, e);
    r.archive = r.seen ? archive_open(path, e) : NULL;
    bool good = r.archive && read_all(&r, e);

    if (r.archive)
        archive_read_free(r.archive);
    free(r.seen);
    return good;
}

static bool add(struct archive *a, const struct zip_member *m)
{
    struct archive_entry *entry = archive_entry_new();

    if (!entry)
        return false;
    archive_entry_set_pathname(entry, m->name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)m->size);
    bool added = archive_write_header(a, entry) == ARCHIVE_OK &&
                 (m->size == 0 || archive_write_data(a, m->bytes, m->size) == (la_ssize_t)m->size);

    archive_entry_free(entry);
    return added;
}

/* Into `room`, which is large enough. */
static bool make(const struct zip_member *members, int n, void *room, size_t most, size_t *size)
{
    struct archive *a = archive_write_new();
    bool made = a && archive_write_set_format_zip(a) == ARCHIVE_OK &&
                archive_write_zip_set_compression_store(a) == ARCHIVE_OK &&
                archive_write_open_memory(a, room, most, size) == ARCHIVE_OK;

    for (int i = 0; made && i < n; i++)
        made = add(a, &members[i]);
    made = made && archive_write_close(a) == ARCHIVE_OK;
    if (a)
        archive_write_free(a);
    return made;
}

bool zip_members_write(const char *path, const struct zip_member *members, int n, const struct atomic_wish *wish,
                       struct error *e)
{
    enum { A_MEMBER = 1024, THE_END = 1 << 14 };
    size_t most = THE_END, size = 0;

    for (int i = 0; i < n; i++)
        most += members[i].size + A_MEMBER;
    void *room = memory_new(most, 1, e);

    if (!room)
        return false;
    bool made = make(members, n, room, most, &size) || error_set(e, ERROR_MEMORY, "no memory for %s", path);
    const struct atomic_part whole = { room, size };

    made = made && atomic_file_write_parts(path, &whole, 1, wish, e);
    free(room);
    return made;
}
