#include "fetch/workplace.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

bool workplace_path(char out[PATH_SIZE], const char *folder, const char *name, struct error *e)
{
    char hidden[PATH_SIZE] = "";

    text_append(hidden, sizeof hidden, ".%s.fetch", path_name(name));
    return path_join(out, folder, hidden, e);
}

static bool is_held(int lock, const char *name, struct error *e)
{
    char holder[128] = "";
    ssize_t n = pread(lock, holder, sizeof holder - 1, 0);

    holder[n > 0 ? n : 0] = '\0';
    return error_set(e, ERROR_RUN, "%s is being fetched already%s%s; when that has ended, try again", name,
                     holder[0] ? " by " : "", holder);
}

static void tell_others(int lock)
{
    char host[64] = "", text[128] = "";

    gethostname(host, sizeof host - 1);
    text_append(text, sizeof text, "process %d on %s", (int)getpid(), host);
    if (ftruncate(lock, 0) != 0 || pwrite(lock, text, strlen(text), 0) < 0)
        return; /* a word less */
}

/* Whoever had it before may have removed it with the folder while this process waited to lock it. */
static bool is_there(int lock, const char *path)
{
    struct stat mine, there;

    return fstat(lock, &mine) == 0 && stat(path, &there) == 0 && mine.st_ino == there.st_ino &&
           mine.st_dev == there.st_dev;
}

/* 1: locked, 0: try again, -1: error. Where a file system knows no locks it goes on without. */
static int try_lock(struct workplace *w, const char *name, const char *path, struct error *e)
{
    w->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (w->lock < 0) {
        if (errno == ENOENT)
            return 0;
        error_set_errno(e, "cannot write %s", path);
        return -1;
    }
    if (flock(w->lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        is_held(w->lock, name, e);
        workplace_close(w);
        return -1;
    }
    if (is_there(w->lock, path))
        return 1;
    workplace_close(w);
    return 0;
}

bool workplace_open(struct workplace *w, const char *folder, const char *name, struct error *e)
{
    enum { ATTEMPTS = 16 };
    char path[PATH_SIZE];

    w->lock = -1;
    if (!workplace_path(w->path, folder, name, e) || !path_join(path, w->path, "lock", e))
        return false;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        int locked = path_make_folders(w->path, e) ? try_lock(w, name, path, e) : -1;

        if (locked > 0)
            tell_others(w->lock);
        if (locked != 0)
            return locked > 0;
    }
    return error_set(e, ERROR_IO, "cannot keep %s: somebody removes it again and again", w->path);
}

void workplace_close(struct workplace *w)
{
    if (w->lock >= 0)
        close(w->lock);
    w->lock = -1;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status, (void)kind, (void)where;
    return remove(path);
}

bool workplace_remove(const struct workplace *w, const char *name, struct error *e)
{
    enum { OPEN_FOLDERS = 16 };
    char path[PATH_SIZE];

    if (!(name[0] ? path_join(path, w->path, name, e) : text_copy(path, sizeof path, w->path)))
        return false;
    return nftw(path, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS) == 0 || errno == ENOENT ||
           error_set_errno(e, "cannot remove %s", path);
}
