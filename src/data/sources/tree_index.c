#include "data/sources/tree_index.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "base/atomic_file.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"

/* A folder's time is as coarse as two seconds on some file systems. So many trees are kept, of which each may have some
 * megabytes. */
enum { COARSE_SECONDS = 2, FILES_MOST = 8, FOLDERS_MOST = 1 << 24, PIECE = 1 << 30 };

static const char magic[16] = "cuvette tree 01";
static const char suffix[] = ".tree.gz";

/* As it is in memory: the order of bytes shows whether another machine wrote it. After it come the root, places of
 * classes, images of the splits, folders, text. */
struct header {
    char magic[sizeof magic];
    uint32_t order, root, classes, folders, count[SPLIT_COUNT];
    uint64_t used;
};

static const uint32_t byte_order = 0x01020304;

struct part {
    void *bytes;
    size_t size;
};

enum { PARTS = 6 };

static void list_parts(struct image_tree *t, char root[PATH_SIZE], const struct header *h, struct part out[PARTS])
{
    const struct part parts[PARTS] = {
        { root, h->root },
        { t->class_places, h->classes * sizeof *t->class_places },
        { t->images[SPLIT_TRAIN], h->count[SPLIT_TRAIN] * sizeof *t->images[SPLIT_TRAIN] },
        { t->images[SPLIT_TEST], h->count[SPLIT_TEST] * sizeof *t->images[SPLIT_TEST] },
        { t->folders, h->folders * sizeof *t->folders },
        { t->text, h->used },
    };

    memcpy(out, parts, sizeof parts);
}

static bool cache_folder(char out[PATH_SIZE])
{
    char cache[PATH_SIZE];
    struct error ignored;

    return path_cache(cache, &ignored) && path_join(out, cache, "trees", &ignored);
}

static bool whole_path(const char *root, char out[PATH_SIZE])
{
    char whole[PATH_MAX];

    return realpath(root, whole) && text_copy(out, PATH_SIZE, whole);
}

static bool index_path(const char *whole, char out[PATH_SIZE])
{
    char folder[PATH_SIZE], name[64];
    struct error ignored;

    snprintf(name, sizeof name, "%016llx%s", (unsigned long long)hash_bytes(whole, strlen(whole), 0), suffix);
    return cache_folder(folder) && path_join(out, folder, name, &ignored);
}

static bool read_bytes(gzFile in, void *to, size_t size)
{
    for (size_t done = 0; done < size;) {
        int n = gzread(in, (char *)to + done, (unsigned)size_min(size - done, PIECE));

        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

/* A cache that is damaged is none: what it announces must be possible, and fit. */
static bool is_possible(const struct header *h)
{
    return memcmp(h->magic, magic, sizeof magic) == 0 && h->order == byte_order && h->root < PATH_SIZE &&
           h->classes >= 2 && h->classes <= CLASSES_MAX && h->folders <= FOLDERS_MOST &&
           h->count[SPLIT_TRAIN] <= INT32_MAX && h->count[SPLIT_TEST] <= INT32_MAX && h->used > 0 &&
           h->used <= UINT32_MAX;
}

static bool make_room(struct image_tree *t, const struct header *h, struct error *e)
{
    for (int i = 0; i < SPLIT_COUNT; i++) {
        t->images[i] = memory_new(h->count[i], sizeof *t->images[i], e);
        t->count[i] = t->images_room[i] = t->images[i] ? h->count[i] : 0;
    }
    t->folders = memory_new(h->folders, sizeof *t->folders, e);
    t->text = memory_new(h->used, 1, e);
    t->n_folders = t->folders_room = h->folders;
    t->used = t->room = h->used;
    t->classes = (int)h->classes;
    return t->images[SPLIT_TRAIN] && t->images[SPLIT_TEST] && t->folders && t->text;
}

/* Every place is one of the text, and every label a class. */
static bool is_sound(const struct image_tree *t)
{
    bool sound = t->text[t->used - 1] == '\0';

    for (int i = 0; i < t->classes; i++)
        sound = sound && t->class_places[i] < t->used;
    for (uint32_t i = 0; i < t->n_folders; i++)
        sound = sound && t->folders[i].path < t->used;
    for (int split = 0; split < SPLIT_COUNT; split++)
        for (uint32_t i = 0; i < t->count[split]; i++)
            sound = sound && t->images[split][i].path < t->used && t->images[split][i].label < (uint32_t)t->classes;
    return sound;
}

static bool is_unchanged(const struct image_tree *t)
{
    for (uint32_t i = 0; i < t->n_folders; i++) {
        const struct image_folder *then = &t->folders[i];
        char path[PATH_SIZE];
        struct error ignored;
        struct stat now;

        if (!path_join(path, t->root, t->text + then->path, &ignored) || stat(path, &now) != 0 ||
            now.st_mtim.tv_sec != then->seconds || (uint32_t)now.st_mtim.tv_nsec != then->nanoseconds ||
            now.st_ino != then->inode)
            return false;
    }
    return true;
}

static bool read_tree(gzFile in, const char *whole, struct image_tree *t)
{
    char root[PATH_SIZE] = "", more;
    struct part parts[PARTS];
    struct header h;
    struct error ignored;

    if (!read_bytes(in, &h, sizeof h) || !is_possible(&h) || !make_room(t, &h, &ignored))
        return false;
    list_parts(t, root, &h, parts);
    for (int i = 0; i < PARTS; i++)
        if (!read_bytes(in, parts[i].bytes, parts[i].size))
            return false;
    /* The end, where the checksum is compared. */
    if (gzread(in, &more, 1) != 0 || strcmp(root, whole) != 0 || !is_sound(t))
        return false;
    for (int i = 0; i < t->classes; i++)
        text_copy(t->class_names[i], CLASS_NAME_SIZE, t->text + t->class_places[i]);
    return is_unchanged(t);
}

bool tree_index_read(const char *root, struct image_tree *out)
{
    char whole[PATH_SIZE], path[PATH_SIZE];
    struct error ignored;
    gzFile in = whole_path(root, whole) && index_path(whole, path) ? gzopen(path, "rbe") : NULL;

    if (!in)
        return false;
    bool good = image_tree_begin(out, root, &ignored);

    if (good && !read_tree(in, whole, out)) {
        image_tree_free(out);
        good = false;
    }
    gzclose(in);
    return good;
}

static bool is_still(const struct image_tree *t, int64_t began)
{
    for (uint32_t i = 0; i < t->n_folders; i++)
        if (t->folders[i].seconds >= began - COARSE_SECONDS)
            return false;
    return true;
}

static bool write_bytes(gzFile out, const void *from, size_t size)
{
    for (size_t done = 0; done < size;) {
        int n = gzwrite(out, (const char *)from + done, (unsigned)size_min(size - done, PIECE));

        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

static bool write_tree(const struct image_tree *t, char whole[PATH_SIZE], const char *path)
{
    struct header h = { .order = byte_order,
                        .root = (uint32_t)strlen(whole),
                        .classes = (uint32_t)t->classes,
                        .folders = t->n_folders,
                        .count = { t->count[SPLIT_TRAIN], t->count[SPLIT_TEST] },
                        .used = t->used };
    struct image_tree parts_of = *t;
    struct part parts[PARTS];
    gzFile out = gzopen(path, "wbe1");

    if (!out)
        return false;
    memcpy(h.magic, magic, sizeof magic);
    list_parts(&parts_of, whole, &h, parts);
    bool good = write_bytes(out, &h, sizeof h);

    for (int i = 0; good && i < PARTS; i++)
        good = write_bytes(out, parts[i].bytes, parts[i].size);
    return gzclose(out) == Z_OK && good;
}

static int is_index(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && path_ends_with(entry->d_name, suffix);
}

/* The one that was written longest ago goes, where there are too many. */
static void make_place(const char *folder)
{
    struct dirent **found;
    int n = scandir(folder, &found, is_index, alphasort);
    char oldest[PATH_SIZE] = "";
    int64_t when = INT64_MAX;

    for (int i = 0; i < n; i++) {
        char path[PATH_SIZE];
        struct error ignored;
        struct stat status;

        if (path_join(path, folder, found[i]->d_name, &ignored) && stat(path, &status) == 0 && status.st_mtime < when) {
            when = status.st_mtime;
            text_copy(oldest, sizeof oldest, path);
        }
        free(found[i]);
    }
    if (n >= 0)
        free(found);
    if (n >= FILES_MOST)
        unlink(oldest);
}

void tree_index_write(const struct image_tree *t, int64_t began)
{
    char whole[PATH_SIZE], folder[PATH_SIZE], path[PATH_SIZE];
    struct atomic_file file;
    struct error ignored;

    if (t->count[SPLIT_TRAIN] + t->count[SPLIT_TEST] < TREE_INDEX_LEAST || !is_still(t, began) ||
        !whole_path(t->root, whole) || !index_path(whole, path) || !cache_folder(folder) ||
        !path_make_folders(folder, &ignored))
        return;
    if (!path_is_file(path))
        make_place(folder);
    if (!atomic_file_begin(&file, path, &ignored))
        return;
    if (write_tree(t, whole, file.temporary))
        atomic_file_commit(&file, &ignored);
    else
        atomic_file_abandon(&file);
}
