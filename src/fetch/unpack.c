#include "fetch/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/archive_open.h"
#include "base/file.h"
#include "base/path.h"
#include "base/text.h"

/* A small file takes a block of the disk, an empty one an inode: files are counted as if none had fewer bytes. */
enum { FILE_BYTES_MIN = 64 };

struct unpacker {
    const struct unpacking *u;
    struct archive *archive;
    uint64_t bytes, counted;
    struct error *error;
};

static bool refuse(struct unpacker *p, const char *name, const char *what)
{
    char safe[128];

    text_sanitise(safe, sizeof safe, name);
    return error_set(p->error, ERROR_INPUT, "%s is refused: %s %s", path_name(p->u->archive), safe, what);
}

static bool tell(struct unpacker *p)
{
    int64_t read = archive_filter_bytes(p->archive, -1);

    if (!p->u->tell || p->u->tell(p->u->context, read > 0 ? (uint64_t)read : 0))
        return true;
    return error_set(p->error, ERROR_STOPPED, "stopped");
}

static bool count(struct unpacker *p, uint64_t bytes)
{
    p->counted += bytes;
    return p->counted <= p->u->bytes_max ||
           error_set(p->error, ERROR_INPUT, "%s is refused: it unpacks to more than the %.0f MB announced",
                     path_name(p->u->archive), (double)p->u->bytes_max / 1e6);
}

/* Copies the name's parts behind the first `strip`, without "." and empty ones. "" when nothing is left. */
static bool inner_name(struct unpacker *p, const char *name, char out[PATH_SIZE])
{
    char copy[PATH_SIZE], *rest = copy;
    int skipped = 0;

    out[0] = '\0';
    if (name[0] == '/')
        return refuse(p, name, "has an absolute name");
    if (!text_copy(copy, sizeof copy, name))
        return refuse(p, name, "… has a name that is too long");
    for (const char *part; (part = strsep(&rest, "/"));) {
        if (strcmp(part, "..") == 0)
            return refuse(p, name, "would lie outside its folder");
        if (part[0] == '\0' || strcmp(part, ".") == 0 || skipped++ < p->u->strip)
            continue;
        text_append(out, PATH_SIZE, "%s%s", out[0] ? "/" : "", part);
    }
    return true;
}

/* Folders that an archive does not list are made as well. */
static bool make_parents(const struct unpacker *p, char *path)
{
    char *slash = strrchr(path, '/');

    *slash = '\0';
    bool made = path_make_folders(path, p->error);
    *slash = '/';
    return made;
}

static bool damaged(struct unpacker *p)
{
    return error_set(p->error, ERROR_INPUT, "%s is damaged: %s", path_name(p->u->archive),
                     archive_error_string(p->archive));
}

/* Holes of sparse files stay holes, and count as what they pretend to be. */
static bool write_data(struct unpacker *p, int file, const char *path)
{
    const void *block;
    size_t size;
    la_int64_t at, end = 0;
    int status;

    while ((status = archive_read_data_block(p->archive, &block, &size, &at)) == ARCHIVE_OK) {
        if (at < end || !count(p, (uint64_t)(at - end) + size))
            return at < end ? damaged(p) : false;
        if (!file_write_at(file, block, size, (off_t)at))
            return error_set_errno(p->error, "cannot write %s", path);
        if (!tell(p))
            return false;
        p->bytes += (uint64_t)(at - end) + size;
        end = at + (la_int64_t)size;
    }
    return status == ARCHIVE_EOF || damaged(p);
}

static bool write_file(struct unpacker *p, char *path)
{
    if (!make_parents(p, path))
        return false;
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);

    if (file < 0)
        return error_set_errno(p->error, "cannot write %s", path);
    bool written = write_data(p, file, path);

    if (close(file) != 0 && written)
        written = error_set_errno(p->error, "cannot write %s", path);
    return written;
}

/* Names in UTF-8 stay what they are where the locale has other characters. */
static const char *name_of(struct archive_entry *entry)
{
    const char *name = archive_entry_pathname_utf8(entry);

    return name ? name : archive_entry_pathname(entry);
}

static bool unpack_entry(struct unpacker *p, struct archive_entry *entry)
{
    const char *name = name_of(entry);
    char inner[PATH_SIZE], path[PATH_SIZE];

    if (!name || !name[0])
        return refuse(p, "an entry", "has no name that can be read");
    if (!inner_name(p, name, inner) || !count(p, FILE_BYTES_MIN) || !tell(p))
        return false;
    if (archive_entry_hardlink(entry) || archive_entry_filetype(entry) == AE_IFLNK)
        return refuse(p, name, "is a link");
    if (archive_entry_is_encrypted(entry))
        return refuse(p, name, "is encrypted");
    if (!inner[0])
        return true;
    if (!path_join(path, p->u->folder, inner, p->error))
        return false;
    if (archive_entry_filetype(entry) == AE_IFREG)
        return write_file(p, path);
    if (archive_entry_filetype(entry) == AE_IFDIR)
        return path_make_folders(path, p->error);
    return refuse(p, name, "is neither a file nor a folder");
}

bool unpack(const struct unpacking *u, uint64_t *bytes, struct error *e)
{
    struct unpacker p = { .u = u, .error = e };
    struct archive_entry *entry;
    int status = ARCHIVE_EOF;
    bool good = true;

    *bytes = 0;
    p.archive = archive_open(u->archive, e);
    if (!p.archive)
        return false;
    while (good && ((status = archive_read_next_header(p.archive, &entry)) == ARCHIVE_OK || status == ARCHIVE_WARN))
        good = unpack_entry(&p, entry);
    if (good && status != ARCHIVE_EOF)
        good = damaged(&p);
    archive_read_free(p.archive);
    *bytes = p.bytes;
    return good;
}
