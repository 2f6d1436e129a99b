#include "data/sources/image_paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Where an image belongs: a part of its path. */
struct place {
    enum split split;
    const char *class;
    int length; /* bytes of it */
};

struct listing {
    const char *const *paths;
    uint32_t count;
    size_t common;                    /* bytes of each path that are left out */
    const char *folders[SPLIT_COUNT]; /* of the splits; NULL: there is none */
};

/* The folder that all have in common, with its slash. */
static size_t common_folder(const char *const *paths, uint32_t count)
{
    const char *first = count ? paths[0] : "", *slash = strrchr(first, '/');
    size_t common = slash ? (size_t)(slash + 1 - first) : 0;

    for (uint32_t i = 1; i < count; i++)
        while (common > 0 && strncmp(first, paths[i], common) != 0) {
            common--;
            while (common > 0 && first[common - 1] != '/')
                common--;
        }
    return common;
}

/* What follows the folder in a path; NULL: it is in another one. */
static const char *inside(const char *path, const char *folder)
{
    const size_t length = strlen(folder);

    return strncmp(path, folder, length) == 0 && path[length] == '/' ? path + length + 1 : NULL;
}

/* The first name of a split's folder that has images in folders. */
static const char *split_folder(const struct listing *l, enum split split)
{
    for (int k = 0; image_tree_split_folders[split][k]; k++)
        for (uint32_t i = 0; i < l->count; i++) {
            const char *rest = inside(l->paths[i] + l->common, image_tree_split_folders[split][k]);

            if (rest && strchr(rest, '/'))
                return image_tree_split_folders[split][k];
        }
    return NULL;
}

static bool take_class(const char *rest, enum split split, struct place *out)
{
    const char *slash = rest ? strchr(rest, '/') : NULL;

    if (!slash || slash == rest)
        return false;
    *out = (struct place){ .split = split, .class = rest, .length = (int)(slash - rest) };
    return true;
}

/* False: the image has no class. */
static bool find_place(const struct listing *l, uint32_t i, struct place *out)
{
    const char *path = l->paths[i] + l->common;

    if (!l->folders[SPLIT_TRAIN])
        return take_class(path, SPLIT_TRAIN, out);
    for (int split = 0; split < SPLIT_COUNT; split++)
        if (l->folders[split] && take_class(inside(path, l->folders[split]), (enum split)split, out))
            return true;
    return false;
}

static int by_class(const void *a, const void *b)
{
    const struct place *one = a, *other = b;
    int order = strncmp(one->class, other->class, (size_t)(one->length < other->length ? one->length : other->length));

    return order ? order : one->length - other->length;
}

static bool add_class(struct image_tree *t, const struct place *place, struct error *e)
{
    char name[PATH_SIZE];

    snprintf(name, sizeof name, "%.*s", place->length, place->class);
    return image_tree_add_class(t, name, e);
}

/* Classes of images to train with, in the order of their names. */
static bool add_classes(const struct listing *l, struct image_tree *t, struct error *e)
{
    struct place *places = memory_new(l->count, sizeof *places, e);
    uint32_t n = 0;
    bool good = places != NULL;

    for (uint32_t i = 0; good && i < l->count; i++)
        n += find_place(l, i, &places[n]) && places[n].split == SPLIT_TRAIN;
    if (good)
        qsort(places, n, sizeof *places, by_class);
    for (uint32_t i = 0; good && i < n; i++)
        if (i == 0 || by_class(&places[i - 1], &places[i]) != 0)
            good = add_class(t, &places[i], e);
    free(places);
    return good;
}

/* The class of a place; images of one class mostly come together. */
static int find_class(const struct image_tree *t, const struct place *place, int last)
{
    const char *known = last >= 0 ? t->text + t->class_places[last] : "";
    char name[PATH_SIZE];

    if (strncmp(known, place->class, (size_t)place->length) == 0 && known[place->length] == '\0')
        return last;
    snprintf(name, sizeof name, "%.*s", place->length, place->class);
    return image_tree_find_class(t, name);
}

static bool add_images(const struct listing *l, struct image_tree *t, struct error *e)
{
    struct place place;
    int class = -1;

    for (uint32_t i = 0; i < l->count; i++) {
        if (!find_place(l, i, &place))
            continue;
        class = find_class(t, &place, class);
        if (class < 0)
            return error_set(e, ERROR_INPUT, "%s has test images of a class that it has none of to train with: %.*s",
                             t->root, place.length, place.class);
        if (!image_tree_add_image(t, place.split, (uint32_t) class, l->paths[i] + l->common, e))
            return false;
    }
    return true;
}

static bool list(const struct listing *l, struct image_tree *t, struct error *e)
{
    if (!add_classes(l, t, e) || !add_images(l, t, e))
        return false;
    if (t->classes < 2)
        return error_set(e, ERROR_INPUT,
                         "%s has images of %s; there must be a folder of JPEG or PNG files for each "
                         "class",
                         t->root, t->classes == 0 ? "no class" : "one class only");
    if (t->count[SPLIT_TEST] == 0 && !image_tree_set_apart(t, e))
        return false;
    image_tree_sort(t);
    return true;
}

bool image_paths_read(const char *name, const char *const *paths, uint32_t count, struct image_tree *out,
                      size_t *common, struct error *e)
{
    struct listing l = { .paths = paths, .count = count, .common = common_folder(paths, count) };

    if (!image_tree_begin(out, name, e))
        return false;
    for (int i = 0; i < SPLIT_COUNT; i++)
        l.folders[i] = split_folder(&l, (enum split)i);
    *common = l.common;
    if (list(&l, out, e))
        return true;
    image_tree_free(out);
    return false;
}
