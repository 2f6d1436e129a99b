#include "data/sources/image_tree.h"

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/images/decoder.h"
#include "data/sources/image_walk.h"

/* A tenth of each class is for testing where there is no folder for it. */
static const double tested = 0.1;
enum { LOOK_FOLDERS = 8, LOOK_FILES = 64 };

static const char *const folder_names[SPLIT_COUNT][5] = {
    [SPLIT_TRAIN] = { "train", "training", NULL },
    [SPLIT_TEST] = { "val", "valid", "validation", "test", NULL },
};

static bool grow(void **memory, size_t *room, size_t wanted, size_t item, struct error *e)
{
    if (wanted <= *room)
        return true;
    size_t larger = size_max(wanted, 2 * *room);
    void *moved = realloc(*memory, larger * item);

    if (!moved)
        return error_set(e, ERROR_MEMORY, "not enough memory for the list of images");
    *memory = moved;
    *room = larger;
    return true;
}

static bool keep_text(struct image_tree *t, const char *text, uint32_t *place, struct error *e)
{
    size_t size = strlen(text) + 1;

    if (t->used + size > UINT32_MAX)
        return error_set(e, ERROR_INPUT, "%s has too many images", t->root);
    if (!grow((void **)&t->text, &t->room, t->used + size, 1, e))
        return false;
    memcpy(t->text + t->used, text, size);
    *place = (uint32_t)t->used;
    t->used += size;
    return true;
}

/* The class whose images are being listed. */
struct listing {
    struct image_tree *tree;
    enum split split;
    uint32_t label;
};

static bool keep_image(void *context, const char *path, struct error *e)
{
    const struct listing *l = context;
    struct image_tree *t = l->tree;
    uint32_t *count = &t->count[l->split];
    size_t room = t->images_room[l->split];

    if (*count >= INT32_MAX)
        return error_set(e, ERROR_INPUT, "%s has too many images", t->root);
    if (!grow((void **)&t->images[l->split], &room, *count + 1, sizeof *t->images[l->split], e))
        return false;
    t->images_room[l->split] = (uint32_t)room;

    struct image_entry *image = &t->images[l->split][(*count)++];

    image->label = l->label;
    return keep_text(t, path, &image->path, e);
}

/* All images below ROOT/`path`, as of one class. */
static bool take_class(struct image_tree *t, enum split split, uint32_t label, const char *path, struct error *e)
{
    return image_walk(t->root, path, keep_image, &(struct listing){ t, split, label }, e);
}

static int is_folder(const struct dirent *entry)
{
    return entry->d_name[0] != '.' &&
           (entry->d_type == DT_DIR || entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* Calls `take` for each folder in ROOT/`below`, in the order of their names, until it is false. */
static bool each_folder(struct image_tree *t, const char *below, enum split split,
                        bool (*take)(struct image_tree *t, enum split split, const char *below, const char *name,
                                     struct error *e),
                        struct error *e)
{
    char path[PATH_SIZE], inside[PATH_SIZE];
    struct dirent **found;
    struct error ignored;
    bool good = true;

    if (!path_join(path, t->root, below, e))
        return false;
    int n = scandir(path, &found, is_folder, by_name);

    if (n < 0)
        return error_set_errno(e, "cannot read %s", path);
    for (int i = 0; i < n; i++) {
        if (good && path_join(inside, path, found[i]->d_name, &ignored) && path_is_folder(inside))
            good = take(t, split, below, found[i]->d_name, e);
        free(found[i]);
    }
    free(found);
    return good;
}

static int find_class(const struct image_tree *t, const char *name)
{
    for (int i = 0; i < t->classes; i++)
        if (strcmp(t->text + t->class_folders[i], name) == 0)
            return i;
    return -1;
}

static bool add_class(struct image_tree *t, const char *name, struct error *e)
{
    if (t->classes == CLASSES_MAX)
        return error_set(e, ERROR_INPUT, "%s has more than %d classes", t->root, CLASSES_MAX);
    if (!keep_text(t, name, &t->class_folders[t->classes], e))
        return false;
    text_copy(t->class_names[t->classes++], CLASS_NAME_SIZE, name);
    return true;
}

/* A folder without an image is no class. */
static bool take_training(struct image_tree *t, enum split split, const char *below, const char *name, struct error *e)
{
    char path[PATH_SIZE];
    uint32_t before = t->count[split];

    if (!path_join(path, below, name, e) ||
        !take_class(t, split, (uint32_t)t->classes, below[0] == '.' ? name : path, e))
        return false;
    return t->count[split] == before || add_class(t, name, e);
}

static bool take_test(struct image_tree *t, enum split split, const char *below, const char *name, struct error *e)
{
    char path[PATH_SIZE];
    uint32_t before = t->count[split];
    int class = find_class(t, name);

    if (!path_join(path, below, name, e) || !take_class(t, split, (uint32_t)int_max(class, 0), path, e))
        return false;
    return class >= 0 || t->count[split] == before ||
           error_set(e, ERROR_INPUT, "%s/%s has images of a class that there is no folder of to train with", t->root,
                     path);
}

/* The folder of a split in the root, or NULL. */
static const char *split_folder(const char *root, enum split split)
{
    for (int i = 0; folder_names[split][i]; i++) {
        char path[PATH_SIZE];
        struct error ignored;

        if (path_join(path, root, folder_names[split][i], &ignored) && path_is_folder(path))
            return folder_names[split][i];
    }
    return NULL;
}

static int by_label_and_path(const void *a, const void *b, void *text)
{
    const struct image_entry *one = a, *other = b;

    if (one->label != other->label)
        return one->label < other->label ? -1 : 1;
    return strcmp((const char *)text + one->path, (const char *)text + other->path);
}

/* FNV-1a, 64 bits: of the names alone, so that a file that is added moves no other one. */
static uint64_t hash_of(const char *name)
{
    uint64_t hash = 0xCBF29CE484222325u;

    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001B3u;
    return hash;
}

static int by_label_and_hash(const void *a, const void *b, void *text)
{
    const struct image_entry *one = a, *other = b;
    uint64_t first = hash_of((const char *)text + one->path), second = hash_of((const char *)text + other->path);

    if (one->label != other->label)
        return one->label < other->label ? -1 : 1;
    return first != second ? (first < second ? -1 : 1) : by_label_and_path(a, b, text);
}

/* Moves a part of each class from training to testing; every class keeps an image to train with. */
static bool set_apart(struct image_tree *t, struct error *e)
{
    const uint32_t all = t->count[SPLIT_TRAIN];
    struct image_entry *train = t->images[SPLIT_TRAIN], *test = memory_new(all, sizeof *test, e);
    uint32_t kept = 0, apart = 0;

    if (!test)
        return false;
    qsort_r(train, all, sizeof *train, by_label_and_hash, t->text);
    for (uint32_t first = 0, end; first < all; first = end) {
        for (end = first; end < all && train[end].label == train[first].label;)
            end++;
        uint32_t n = end - first, take = n < 2 ? 0 : (uint32_t)lround(fmax(n * tested, 1));

        for (uint32_t i = first; i < end; i++)
            if (i < first + take)
                test[apart++] = train[i];
            else
                train[kept++] = train[i];
    }
    free(t->images[SPLIT_TEST]);
    t->images[SPLIT_TEST] = test;
    t->count[SPLIT_TRAIN] = kept;
    t->count[SPLIT_TEST] = apart;
    return true;
}

static bool list(struct image_tree *t, struct error *e)
{
    const char *train = split_folder(t->root, SPLIT_TRAIN), *test = split_folder(t->root, SPLIT_TEST);

    if (!each_folder(t, train ? train : ".", SPLIT_TRAIN, take_training, e) ||
        (train && test && !each_folder(t, test, SPLIT_TEST, take_test, e)))
        return false;
    if (t->classes < 2)
        return error_set(e, ERROR_INPUT,
                         "%s has images of %s; there must be a folder of JPEG or PNG files for each class", t->root,
                         t->classes == 0 ? "no class" : "one class only");
    if (t->count[SPLIT_TEST] == 0 && !set_apart(t, e))
        return false;
    for (int i = 0; i < SPLIT_COUNT; i++)
        qsort_r(t->images[i], t->count[i], sizeof *t->images[i], by_label_and_path, t->text);
    return true;
}

bool image_tree_read(const char *root, struct image_tree *out, struct error *e)
{
    *out = (struct image_tree){ .text = NULL };
    if (!text_copy(out->root, sizeof out->root, root))
        return error_set(e, ERROR_INPUT, "the path of %.150s is too long", root);
    out->class_names = memory_new(CLASSES_MAX, sizeof *out->class_names, e);
    out->class_folders = memory_new(CLASSES_MAX, sizeof *out->class_folders, e);
    if (out->class_names && out->class_folders && list(out, e))
        return true;
    image_tree_free(out);
    return false;
}

void image_tree_free(struct image_tree *t)
{
    for (int i = 0; i < SPLIT_COUNT; i++)
        free(t->images[i]);
    free(t->text);
    free(t->class_names);
    free(t->class_folders);
    *t = (struct image_tree){ .text = NULL };
}

const char *image_tree_path(const struct image_tree *t, enum split split, uint32_t index)
{
    return t->text + t->images[split][index].path;
}

/* Does one of the first files of the folder, or of a folder in it, look like an image? */
static bool has_image(const char *path, int deeper)
{
    DIR *stream = opendir(path);
    const struct dirent *entry;
    bool found = false;

    for (int i = 0; stream && !found && i < LOOK_FILES && (entry = readdir(stream)); i++) {
        char inside[PATH_SIZE];
        struct error ignored;

        if (entry->d_name[0] == '.' || !path_join(inside, path, entry->d_name, &ignored))
            continue;
        found = decoder_is_image(entry->d_name) ? path_is_file(inside)
                                                : deeper > 0 && path_is_folder(inside) && has_image(inside, deeper - 1);
    }
    if (stream)
        closedir(stream);
    return found;
}

bool image_tree_is(const char *root)
{
    const char *train = split_folder(root, SPLIT_TRAIN);
    char path[PATH_SIZE];
    struct dirent **found = NULL;
    struct error ignored;
    bool is = false;

    if (!path_join(path, root, train ? train : ".", &ignored))
        return false;
    int n = scandir(path, &found, is_folder, by_name);

    for (int i = 0; i < n; i++) {
        char class[PATH_SIZE];

        is = is || (i < LOOK_FOLDERS && path_join(class, path, found[i]->d_name, &ignored) && has_image(class, 1));
        free(found[i]);
    }
    free(found);
    return is;
}
