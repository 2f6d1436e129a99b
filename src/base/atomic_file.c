#include "base/atomic_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"

/* The length of "folder/" in a path; 0 in the current folder. */
static int folder_length(const char *path)
{
    return (int)(path_name(path) - path);
}

static bool cannot_write(const char *path, struct error *e)
{
    return error_set_errno(e, "cannot write %s", path);
}

/* "runs/7/model.h5" -> "runs/7/.model-5f3a09c2.h5": hidden, as a process that is killed leaves it behind; with the same
 * extension, as programs that read it may look at that. */
static bool choose_name(struct atomic_file *file, struct error *e)
{
    const char *name = path_name(file->path), *dot = strrchr(name, '.');
    int stem = dot && dot != name ? (int)(dot - name) : (int)strlen(name);
    uint32_t number;

    if (getrandom(&number, sizeof number, 0) != sizeof number)
        return cannot_write(file->path, e);
    if (snprintf(file->temporary, sizeof file->temporary, "%.*s.%.*s-%08x%s", folder_length(file->path), file->path,
                 stem, name, number, name + stem) >= PATH_SIZE)
        return error_set(e, ERROR_INPUT, "cannot write %.60s…: the path is too long", file->path);
    return true;
}

bool atomic_file_begin(struct atomic_file *file, const char *path, struct error *e)
{
    enum { ATTEMPTS = 16 };

    *file = (struct atomic_file){ .descriptor = -1 };
    if (!text_copy(file->path, sizeof file->path, path))
        return error_set(e, ERROR_INPUT, "cannot write %.60s…: the path is too long", path);
    if (path_is_folder(path))
        return error_set(e, ERROR_IO, "cannot write %s: it is a folder", path);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (!choose_name(file, e)) {
            file->temporary[0] = '\0';
            return false;
        }
        /* Not mkstemp(), whose files only their owner may read: here the umask decides, as results are shared. */
        file->descriptor = open(file->temporary, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0666);
        if (file->descriptor >= 0)
            return true;
        if (errno != EEXIST)
            break;
    }
    file->temporary[0] = '\0';
    return cannot_write(path, e);
}

/* The first failure is in errno. Some file systems say only at the closing that a write failed. */
static bool end_writing(struct atomic_file *file, bool sync)
{
    bool synced = !sync || fsync(file->descriptor) == 0;
    int number = errno;
    bool closed = close(file->descriptor) == 0;

    file->descriptor = -1;
    if (!synced)
        errno = number;
    return closed && synced;
}

/* So that the new name survives a crash of the machine. The file is whole already, and some file systems cannot sync a
 * folder: so a failure is ignored. */
static void sync_folder(const char *path)
{
    char folder[PATH_SIZE];
    int length = folder_length(path);

    snprintf(folder, sizeof folder, "%.*s", length ? length : 1, length ? path : ".");
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    (void)fsync(descriptor);
    close(descriptor);
}

static bool put_in_place(struct atomic_file *file, bool sync, struct error *e)
{
    if (!end_writing(file, sync) || rename(file->temporary, file->path) != 0) {
        cannot_write(file->path, e);
        atomic_file_abandon(file);
        return false;
    }
    file->temporary[0] = '\0';
    return true;
}

bool atomic_file_commit(struct atomic_file *file, struct error *e)
{
    if (!put_in_place(file, true, e))
        return false;
    sync_folder(file->path);
    return true;
}

void atomic_file_abandon(struct atomic_file *file)
{
    if (file->descriptor >= 0)
        close(file->descriptor);
    file->descriptor = -1;
    if (file->temporary[0])
        unlink(file->temporary);
    file->temporary[0] = '\0';
}

/* Is it a name that choose_name() makes for a file `name`? */
static bool is_left_over(const char *entry, const char *name)
{
    const char *dot = strrchr(name, '.');
    size_t stem = dot && dot != name ? (size_t)(dot - name) : strlen(name), digits = 8;

    return strlen(entry) == strlen(name) + 2 + digits && entry[0] == '.' && strncmp(entry + 1, name, stem) == 0 &&
           entry[1 + stem] == '-' && strspn(entry + 2 + stem, "0123456789abcdef") >= digits &&
           strcmp(entry + 2 + stem + digits, name + stem) == 0;
}

void atomic_file_clean(const char *path)
{
    char folder[PATH_SIZE];
    int length = folder_length(path);
    struct dirent *entry;

    snprintf(folder, sizeof folder, "%.*s", length ? length : 1, length ? path : ".");
    DIR *entries = opendir(folder);

    while (entries && (entry = readdir(entries)))
        if (is_left_over(entry->d_name, path_name(path)))
            unlinkat(dirfd(entries), entry->d_name, 0);
    if (entries)
        closedir(entries);
}

enum { PIECE = 64 << 20 };

static uint64_t bytes_of(const struct atomic_part *parts, int n)
{
    uint64_t all = 0;

    for (int i = 0; i < n; i++)
        all += parts[i].size;
    return all;
}

static bool goes_on(const struct atomic_wish *wish, uint64_t done, uint64_t all)
{
    if (!wish || wish->go_on(wish->context, done, all))
        return true;
    errno = ECANCELED;
    return false;
}

static bool write_parts(int descriptor, const struct atomic_part *parts, int n, const struct atomic_wish *wish)
{
    uint64_t done = 0, all = bytes_of(parts, n);

    for (int i = 0; i < n; i++)
        for (size_t at = 0; at < parts[i].size;) {
            size_t size = size_min(parts[i].size - at, PIECE);

            if (!goes_on(wish, done, all) || !file_write(descriptor, (const char *)parts[i].bytes + at, size) ||
                (size == PIECE && fdatasync(descriptor) != 0))
                return false;
            at += size;
            done += size;
        }
    return true;
}

static bool begin_with(struct atomic_file *file, const char *path, const struct atomic_part *parts, int n,
                       const struct atomic_wish *wish, struct error *e)
{
    if (!atomic_file_begin(file, path, e))
        return false;
    if (write_parts(file->descriptor, parts, n, wish))
        return true;
    if (errno == ECANCELED)
        error_set(e, ERROR_STOPPED, "cannot write %s in the time that is left", path);
    else
        cannot_write(path, e);
    atomic_file_abandon(file);
    return false;
}

bool atomic_file_write_parts(const char *path, const struct atomic_part *parts, int n, const struct atomic_wish *wish,
                             struct error *e)
{
    struct atomic_file file;

    return begin_with(&file, path, parts, n, wish, e) && atomic_file_commit(&file, e);
}

bool atomic_file_write(const char *path, const void *bytes, size_t size, struct error *e)
{
    return atomic_file_write_parts(path, &(struct atomic_part){ bytes, size }, 1, NULL, e);
}

bool atomic_file_show(const char *path, const void *bytes, size_t size, struct error *e)
{
    struct atomic_file file;

    return begin_with(&file, path, &(struct atomic_part){ bytes, size }, 1, NULL, e) && put_in_place(&file, false, e);
}
