#include "data/sources/image_walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/text.h"
#include "data/images/decoder.h"

enum { DEPTH_MOST = 24 };

/* The folders from the root to where the listing is, to notice a link that leads back. */
struct walk {
    const char *root;
    const struct image_visitor *visitor;
    char path[PATH_SIZE]; /* below the root */
    struct {
        dev_t device;
        ino_t number;
    } above[DEPTH_MOST];
    int depth;
    struct error *e;
};

/* What a name is, following links. */
static mode_t kind_of(int folder, const struct dirent *entry)
{
    struct stat status;

    if (entry->d_type == DT_REG)
        return S_IFREG;
    if (entry->d_type == DT_DIR)
        return S_IFDIR;
    return fstatat(folder, entry->d_name, &status, 0) == 0 ? status.st_mode & S_IFMT : 0;
}

static bool walk_folder(struct walk *w, int descriptor);

/* The folder is above all that come after it. False: it is above itself. */
static bool remember(struct walk *w, int descriptor, struct stat *now)
{
    if (fstat(descriptor, now) != 0)
        return false;
    for (int i = 0; i < w->depth; i++)
        if (w->above[i].device == now->st_dev && w->above[i].number == now->st_ino)
            return false;
    w->above[w->depth].device = now->st_dev;
    w->above[w->depth++].number = now->st_ino;
    return true;
}

/* Goes into a folder; one that cannot be read, or leads back, is left out. */
static bool enter(struct walk *w, int folder, const char *name)
{
    const bool deep = w->depth >= DEPTH_MOST;
    int descriptor = deep ? -1 : openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat now;

    if (descriptor < 0) {
        const char *why = deep ? "too many folders are above it" : strerror(errno);

        if (w->visitor->left_out)
            w->visitor->left_out(w->visitor->context, w->path, why);
        return true;
    }
    if (!remember(w, descriptor, &now)) {
        close(descriptor);
        return true;
    }
    bool good = w->visitor->folder(w->visitor->context, w->path, &now, w->e);

    if (good)
        good = walk_folder(w, descriptor);
    else
        close(descriptor);
    w->depth--;
    return good;
}

static bool take_entry(struct walk *w, int folder, const struct dirent *entry)
{
    const size_t before = strlen(w->path);
    bool good = true;

    if (entry->d_name[0] == '.')
        return true;
    if (before + 1 + strlen(entry->d_name) >= sizeof w->path)
        return true;
    snprintf(w->path + before, sizeof w->path - before, "%s%s", before ? "/" : "", entry->d_name);

    const mode_t kind = kind_of(folder, entry);

    if (kind == S_IFDIR)
        good = enter(w, folder, entry->d_name);
    else if (kind == S_IFREG && decoder_is_image(entry->d_name))
        good = w->visitor->image(w->visitor->context, w->path, w->e);
    w->path[before] = '\0';
    return good;
}

/* Takes the descriptor. */
static bool walk_folder(struct walk *w, int descriptor)
{
    DIR *stream = fdopendir(descriptor);
    const struct dirent *entry;
    bool good = true;

    if (!stream) {
        close(descriptor);
        return error_set_errno(w->e, "cannot read %s/%s", w->root, w->path);
    }
    while (good && (errno = 0, entry = readdir(stream)))
        good = take_entry(w, descriptor, entry);
    if (good && errno)
        good = error_set_errno(w->e, "cannot read %s/%s", w->root, w->path);
    closedir(stream);
    return good;
}

bool image_walk(const char *root, const char *below, const struct image_visitor *visitor, struct error *e)
{
    struct walk w = { .root = root, .visitor = visitor, .e = e };
    struct stat now;
    int descriptor = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (descriptor < 0)
        return error_set_errno(e, "cannot read %s", root);
    text_copy(w.path, sizeof w.path, below);
    remember(&w, descriptor, &now);
    if (!below[0])
        return walk_folder(&w, descriptor);

    bool good = enter(&w, descriptor, below);

    close(descriptor);
    return good;
}
