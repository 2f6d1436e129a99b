#include "data/sources/image_tree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"

/* A tenth of each class is for testing where nothing says which images are. */
static const double tested = 0.1;

const char *const image_tree_split_folders[SPLIT_COUNT][IMAGE_TREE_FOLDERS] = {
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

bool image_tree_begin(struct image_tree *t, const char *root, struct error *e)
{
    *t = (struct image_tree){ .text = NULL };
    if (!text_copy(t->root, sizeof t->root, root))
        return error_set(e, ERROR_INPUT, "the path of %.150s is too long", root);
    source_name(t->name, sizeof t->name, root);
    t->class_names = memory_new(CLASSES_MAX, sizeof *t->class_names, e);
    t->class_places = memory_new(CLASSES_MAX, sizeof *t->class_places, e);
    if (t->class_names && t->class_places)
        return true;
    image_tree_free(t);
    return false;
}

int image_tree_find_class(const struct image_tree *t, const char *name)
{
    for (int i = 0; i < t->classes; i++)
        if (strcmp(t->text + t->class_places[i], name) == 0)
            return i;
    return -1;
}

bool image_tree_add_class(struct image_tree *t, const char *name, struct error *e)
{
    if (t->classes == CLASSES_MAX)
        return error_set(e, ERROR_INPUT, "%s has more than %d classes", t->root, CLASSES_MAX);
    if (!keep_text(t, name, &t->class_places[t->classes], e))
        return false;
    text_copy(t->class_names[t->classes++], CLASS_NAME_SIZE, name);
    return true;
}

bool image_tree_add_image(struct image_tree *t, enum split split, uint32_t label, const char *path, struct error *e)
{
    uint32_t *count = &t->count[split];
    size_t room = t->images_room[split];

    if (*count >= INT32_MAX)
        return error_set(e, ERROR_INPUT, "%s has too many images", t->root);
    if (!grow((void **)&t->images[split], &room, *count + 1, sizeof *t->images[split], e))
        return false;
    t->images_room[split] = (uint32_t)room;

    struct image_entry *image = &t->images[split][(*count)++];

    image->label = label;
    return keep_text(t, path, &image->path, e);
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

bool image_tree_add_folder(struct image_tree *t, const char *path, const struct stat *now, struct error *e)
{
    size_t room = t->folders_room;

    if (!grow((void **)&t->folders, &room, t->n_folders + 1, sizeof *t->folders, e))
        return false;
    t->folders_room = (uint32_t)room;

    struct image_folder *folder = &t->folders[t->n_folders++];

    *folder = (struct image_folder){ .seconds = now->st_mtim.tv_sec,
                                     .nanoseconds = (uint32_t)now->st_mtim.tv_nsec,
                                     .inode = now->st_ino };
    return keep_text(t, path, &folder->path, e);
}

struct ranked {
    uint64_t hash;
    uint32_t label, index;
};

static int by_label_and_hash(const void *a, const void *b)
{
    const struct ranked *one = a, *other = b;

    if (one->label != other->label)
        return one->label < other->label ? -1 : 1;
    if (one->hash != other->hash)
        return one->hash < other->hash ? -1 : 1;
    return one->index < other->index ? -1 : 1;
}

/* Marks a part of each class; every class keeps an image to train with. */
static uint32_t choose(struct ranked *ranked, uint32_t all, bool *chosen)
{
    uint32_t count = 0;

    qsort(ranked, all, sizeof *ranked, by_label_and_hash);
    for (uint32_t first = 0, end; first < all; first = end) {
        for (end = first; end < all && ranked[end].label == ranked[first].label;)
            end++;
        uint32_t n = end - first, take = n < 2 ? 0 : (uint32_t)lround(fmax(n * tested, 1));

        for (uint32_t i = first; i < first + take; i++)
            chosen[ranked[i].index] = true;
        count += take;
    }
    return count;
}

/* Takes the chosen ones out of training, in their order. */
static bool move(struct image_tree *t, const bool *chosen, uint32_t count, struct error *e)
{
    struct image_entry *train = t->images[SPLIT_TRAIN], *test = memory_new(count, sizeof *test, e);
    uint32_t kept = 0, apart = 0;

    if (!test)
        return false;
    for (uint32_t i = 0; i < t->count[SPLIT_TRAIN]; i++)
        if (chosen[i])
            test[apart++] = train[i];
        else
            train[kept++] = train[i];
    free(t->images[SPLIT_TEST]);
    t->images[SPLIT_TEST] = test;
    t->count[SPLIT_TRAIN] = kept;
    t->count[SPLIT_TEST] = t->images_room[SPLIT_TEST] = count;
    return true;
}

bool image_tree_set_apart(struct image_tree *t, struct error *e)
{
    const uint32_t all = t->count[SPLIT_TRAIN];
    struct ranked *ranked = memory_new(all, sizeof *ranked, e);
    bool *chosen = ranked ? memory_new(all, sizeof *chosen, e) : NULL;
    bool good = chosen != NULL;

    for (uint32_t i = 0; good && i < all; i++)
        ranked[i] = (struct ranked){ hash_of(image_tree_path(t, SPLIT_TRAIN, i)), t->images[SPLIT_TRAIN][i].label, i };
    good = good && move(t, chosen, choose(ranked, all, chosen), e);
    free(ranked);
    free(chosen);
    return good;
}

void image_tree_sort(struct image_tree *t)
{
    for (int i = 0; i < SPLIT_COUNT; i++)
        if (t->count[i] > 1)
            qsort_r(t->images[i], t->count[i], sizeof *t->images[i], by_label_and_path, t->text);
}

void image_tree_free(struct image_tree *t)
{
    for (int i = 0; i < SPLIT_COUNT; i++)
        free(t->images[i]);
    free(t->text);
    free(t->class_names);
    free(t->class_places);
    free(t->folders);
    *t = (struct image_tree){ .text = NULL };
}

const char *image_tree_path(const struct image_tree *t, enum split split, uint32_t index)
{
    return t->text + t->images[split][index].path;
}

bool image_tree_file(const struct image_tree *t, enum split split, uint32_t index, char out[PATH_SIZE], struct error *e)
{
    const char *path = image_tree_path(t, split, index);

    if (path[0] != '/')
        return path_join(out, t->root, path, e);
    return text_copy(out, PATH_SIZE, path) || error_set(e, ERROR_INPUT, "its path is too long");
}
