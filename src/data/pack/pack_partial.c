#include "data/pack/pack_partial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/atomic_file.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"

static const char magic[16] = "cuvette import 1";
static const double save_seconds = 1;
enum { TEXT_MOST = 4096, PENDING_MOST = 1 << 22 };

struct header {
    char magic[sizeof magic];
    struct pack_identity identity;
};

/* Before two texts. The check is of all the rest and the texts: a record that was cut off, or never reached the disk,
 * is the end. */
struct framed {
    uint64_t check;
    struct pack_record record;
    uint32_t text; /* bytes, its zero included */
    uint32_t unused;
};

static uint64_t check_of(const struct framed *f, const char *text)
{
    struct framed bare = *f;

    bare.check = 0;
    return hash_bytes(text, f->text, hash_bytes(&bare, sizeof bare, 0));
}

static bool cannot_write(const struct pack_partial *p, struct error *e)
{
    return error_set_errno(e, "cannot write %s", p->path);
}

/* "folder/x.h5" -> "folder/.x.h5.partial" */
static bool choose(const struct pack_partial *p, const char *kind, char out[PATH_SIZE], struct error *e)
{
    const char *name = path_name(p->path);

    return snprintf(out, PATH_SIZE, "%.*s.%s.%s", (int)(name - p->path), p->path, name, kind) < PATH_SIZE ||
           error_set(e, ERROR_INPUT, "cannot write %.60s…: the path is too long", p->path);
}

static bool open_files(struct pack_partial *p, struct error *e)
{
    const int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW;

    p->journal = open(p->journal_path, flags, 0666);
    if (p->journal < 0)
        return cannot_write(p, e);
    /* Where a file system has no locks, two that write the same file at once are not noticed. */
    if (flock(p->journal, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return error_set(e, ERROR_IO, "%s is being written by another cuvette", p->path);
    p->bytes = open(p->bytes_path, flags, 0666);
    return p->bytes >= 0 || cannot_write(p, e);
}

static bool two_texts(const char *text, size_t size)
{
    const size_t first = strnlen(text, size) + 1;

    return text[size - 1] == '\0' && first < size;
}

/* Gives each sound record to `found`; the place in the journal after the last that was taken. */
static off_t replay(const struct pack_partial *p, uint64_t bytes_there,
                    bool (*found)(void *context, const struct pack_record *record, const char *text, const char *name,
                                  uint64_t bytes_there),
                    void *context)
{
    int descriptor = dup(p->journal);
    FILE *file = descriptor >= 0 ? fdopen(descriptor, "rb") : NULL;
    off_t end = sizeof(struct header);
    struct framed f;
    char text[TEXT_MOST];

    if (!file)
        return end;
    if (fseeko(file, end, SEEK_SET) == 0)
        while (fread(&f, sizeof f, 1, file) == 1 && f.text > 0 && f.text <= sizeof text &&
               fread(text, f.text, 1, file) == 1 && check_of(&f, text) == f.check && two_texts(text, f.text) &&
               found(context, &f.record, text, text + strlen(text) + 1, bytes_there))
            end += (off_t)(sizeof f + f.text);
    fclose(file);
    return end;
}

static bool begin_anew(struct pack_partial *p, const struct pack_identity *identity, struct error *e)
{
    struct header h = { .identity = *identity };

    memcpy(h.magic, magic, sizeof magic);
    return (ftruncate(p->journal, 0) == 0 && ftruncate(p->bytes, 0) == 0 &&
            file_write_at(p->journal, &h, sizeof h, 0) && lseek(p->journal, 0, SEEK_END) >= 0) ||
           cannot_write(p, e);
}

static bool is_same(const struct header *h, const struct pack_identity *identity)
{
    return memcmp(h->magic, magic, sizeof magic) == 0 && h->identity.work == identity->work &&
           h->identity.base == identity->base;
}

bool pack_partial_open(struct pack_partial *p, const char *path, struct error *e)
{
    *p = (struct pack_partial){ .bytes = -1, .journal = -1 }; /* the first record is saved at once */
    if (!text_copy(p->path, sizeof p->path, path))
        return error_set(e, ERROR_INPUT, "cannot write %.60s…: the path is too long", path);
    if (path_is_folder(path))
        return error_set(e, ERROR_IO, "cannot write %s: it is a folder", path);
    if (choose(p, "partial", p->bytes_path, e) && choose(p, "journal", p->journal_path, e) &&
        choose(p, "index", p->index_path, e) && open_files(p, e))
        return true;
    pack_partial_close(p, true);
    return false;
}

bool pack_partial_resume(struct pack_partial *p, const struct pack_identity *identity,
                         bool (*found)(void *context, const struct pack_record *record, const char *text,
                                       const char *name, uint64_t bytes_there),
                         void *context, enum pack_found *what, struct error *e)
{
    struct stat status;
    struct header h;
    ssize_t got = pread(p->journal, &h, sizeof h, 0);

    *what = got <= 0 ? PACK_FOUND_NOTHING : PACK_FOUND_OTHER;
    if (got != sizeof h || !is_same(&h, identity) || fstat(p->bytes, &status) != 0)
        return begin_anew(p, identity, e);
    off_t end = replay(p, (uint64_t)status.st_size, found, context);

    *what = PACK_FOUND_SAME;
    p->any = end > (off_t)sizeof h;
    return (ftruncate(p->journal, end) == 0 && lseek(p->journal, 0, SEEK_END) >= 0) || cannot_write(p, e);
}

bool pack_partial_write(struct pack_partial *p, uint64_t at, const void *bytes, size_t size, struct error *e)
{
    return file_write_at(p->bytes, bytes, size, (off_t)at) || cannot_write(p, e);
}

bool pack_partial_note(struct pack_partial *p, const struct pack_record *record, const char *text, const char *name,
                       struct error *e)
{
    char texts[TEXT_MOST];
    struct framed f = { .record = *record };
    int first = snprintf(texts, TEXT_MOST / 2, "%s", text) + 1;

    first = first <= TEXT_MOST / 2 ? first : TEXT_MOST / 2;
    text_copy(texts + first, sizeof texts - (size_t)first, name);
    f.text = (uint32_t)((size_t)first + strlen(texts + first) + 1);
    f.check = check_of(&f, texts);
    if (!encoded_append(&p->pending, &f, sizeof f, e) || !encoded_append(&p->pending, texts, f.text, e))
        return false;
    return (p->pending.size < PENDING_MOST && clock_seconds() < p->saved + save_seconds) || pack_partial_save(p, e);
}

bool pack_partial_save(struct pack_partial *p, struct error *e)
{
    if (fdatasync(p->bytes) != 0 || !file_write(p->journal, p->pending.bytes, p->pending.size) ||
        fdatasync(p->journal) != 0)
        return cannot_write(p, e);
    p->any = p->any || p->pending.size > 0;
    p->pending.size = 0;
    p->saved = clock_seconds();
    return true;
}

bool pack_partial_finish(struct pack_partial *p, const char *whole, struct error *e)
{
    struct atomic_file file = { .descriptor = open(whole ? whole : p->bytes_path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC) };

    if (file.descriptor < 0)
        return error_set_errno(e, "cannot write %s", p->path);
    text_copy(file.path, sizeof file.path, p->path);
    text_copy(file.temporary, sizeof file.temporary, whole ? whole : p->bytes_path);
    if (!atomic_file_commit(&file, e))
        return false;
    pack_partial_close(p, false);
    return true;
}

void pack_partial_close(struct pack_partial *p, bool keep_files)
{
    /* The journal last: without it the other is worth nothing. */
    if (p->bytes >= 0) {
        if (!keep_files)
            unlink(p->bytes_path);
        close(p->bytes);
    }
    if (p->journal >= 0) {
        if (!keep_files)
            unlink(p->journal_path);
        close(p->journal);
    }
    p->bytes = p->journal = -1;
    free(p->pending.bytes);
    p->pending = (struct encoded_bytes){ 0 };
}
