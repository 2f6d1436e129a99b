#include "data/sources/image_folders.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/limits.h"
#include "base/text.h"
#include "data/images/decoder.h"
#include "data/sources/image_walk.h"
#include "data/sources/tree_index.h"

enum { LOOK_FOLDERS = 8, LOOK_FILES = 64 };

/* The class whose images are being listed. */
struct listing {
    struct image_tree *tree;
    enum split split;
    uint32_t label;
};

static bool keep_image(void *context, const char *path, struct error *e)
{
    const struct listing *l = context;

    return image_tree_add_image(l->tree, l->split, l->label, path, e);
}

static bool keep_folder(void *context, const char *path, const struct stat *now, struct error *e)
{
    const struct listing *l = context;

    return image_tree_add_folder(l->tree, path, now, e);
}

/* All images below ROOT/`path`, as of one class. */
static bool take_class(struct image_tree *t, enum split split, uint32_t label, const char *path, struct error *e)
{
    struct listing l = { t, split, label };

    return image_walk(t->root, path,
                      &(struct image_visitor){ .folder = keep_folder, .image = keep_image, .context = &l }, e);
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

/* Of a tree with both splits, training is nearly all. */
static bool tell(const struct image_tree *t, const struct source_wish *wish, enum split split, double done,
                 struct error *e)
{
    const double trained = 0.9;
    double whole = split == SPLIT_TRAIN ? trained * done : trained + (1 - trained) * done;

    return !wish->progress || wish->progress(wish->context, whole) ||
           error_set(e, ERROR_STOPPED, "listing %s was stopped", t->root);
}

/* Calls `take` for each folder in ROOT/`below`, in the order of their names, until it is false. */
static bool each_folder(struct image_tree *t, const char *below, enum split split,
                        bool (*take)(struct image_tree *t, enum split split, const char *below, const char *name,
                                     struct error *e),
                        const struct source_wish *wish, struct error *e)
{
    char path[PATH_SIZE], inside[PATH_SIZE];
    struct dirent **found;
    struct error ignored;
    struct stat now;
    bool good = true;

    if (!path_join(path, t->root, below, e))
        return false;
    if (stat(path, &now) != 0)
        return error_set_errno(e, "cannot read %s", path);
    int n = scandir(path, &found, is_folder, by_name);

    if (n < 0)
        return error_set_errno(e, "cannot read %s", path);
    good = image_tree_add_folder(t, below, &now, e);
    for (int i = 0; i < n; i++) {
        if (good && path_join(inside, path, found[i]->d_name, &ignored) && path_is_folder(inside))
            good = take(t, split, below, found[i]->d_name, e) && tell(t, wish, split, (double)(i + 1) / n, e);
        free(found[i]);
    }
    free(found);
    return good;
}

/* A folder without an image is no class. */
static bool take_training(struct image_tree *t, enum split split, const char *below, const char *name, struct error *e)
{
    char path[PATH_SIZE];
    uint32_t before = t->count[split];

    if (!path_join(path, below, name, e) ||
        !take_class(t, split, (uint32_t)t->classes, below[0] == '.' ? name : path, e))
        return false;
    return t->count[split] == before || image_tree_add_class(t, name, e);
}

static bool take_test(struct image_tree *t, enum split split, const char *below, const char *name, struct error *e)
{
    char path[PATH_SIZE];
    uint32_t before = t->count[split];
    int class = image_tree_find_class(t, name);

    if (!path_join(path, below, name, e) || !take_class(t, split, (uint32_t)int_max(class, 0), path, e))
        return false;
    return class >= 0 || t->count[split] == before ||
           error_set(e, ERROR_INPUT, "%s/%s has images of a class that there is no folder of to train with", t->root,
                     path);
}

/* The folder of a split in the root, or NULL. */
static const char *split_folder(const char *root, enum split split)
{
    for (int i = 0; image_tree_split_folders[split][i]; i++) {
        char path[PATH_SIZE];
        struct error ignored;

        if (path_join(path, root, image_tree_split_folders[split][i], &ignored) && path_is_folder(path))
            return image_tree_split_folders[split][i];
    }
    return NULL;
}

static bool list(struct image_tree *t, const struct source_wish *wish, struct error *e)
{
    const char *train = split_folder(t->root, SPLIT_TRAIN), *test = split_folder(t->root, SPLIT_TEST);

    if (!each_folder(t, train ? train : ".", SPLIT_TRAIN, take_training, wish, e) ||
        (train && test && !each_folder(t, test, SPLIT_TEST, take_test, wish, e)))
        return false;
    if (t->classes < 2)
        return error_set(e, ERROR_INPUT,
                         "%s has images of %s; there must be a folder of JPEG or PNG files for each class", t->root,
                         t->classes == 0 ? "no class" : "one class only");
    image_tree_sort(t);
    return t->count[SPLIT_TEST] > 0 || image_tree_set_apart(t, e);
}

bool image_folders_read(const char *root, const struct source_wish *wish, struct image_tree *out, struct error *e)
{
    const int64_t began = time(NULL);

    if (tree_index_read(root, out))
        return true;
    if (!image_tree_begin(out, root, e))
        return false;
    if (!list(out, wish, e)) {
        image_tree_free(out);
        return false;
    }
    tree_index_write(out, began);
    return true;
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

bool image_folders_are(const char *root)
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

static bool is_class(const struct dataset_info *info, const char *name)
{
    for (int i = 0; i < info->classes; i++)
        if (strncmp(info->class_names[i], name, CLASS_NAME_SIZE - 1) == 0)
            return true;
    return false;
}

int image_folders_without(const char *root, const struct dataset_info *info, char *first, size_t size)
{
    const char *train = split_folder(root, SPLIT_TRAIN);
    char path[PATH_SIZE], inside[PATH_SIZE];
    struct dirent **found = NULL;
    struct error ignored;
    int without = 0,
        n = path_join(path, root, train ? train : ".", &ignored) ? scandir(path, &found, is_folder, by_name) : 0;

    for (int i = 0; i < n; i++) {
        if (path_join(inside, path, found[i]->d_name, &ignored) && path_is_folder(inside) &&
            !is_class(info, found[i]->d_name) && without++ == 0)
            text_copy(first, size, found[i]->d_name);
        free(found[i]);
    }
    free(found);
    return without;
}
