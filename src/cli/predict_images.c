#include "cli/predict_images.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "data/sources/image_walk.h"

static const char *const split_words[SPLIT_COUNT] = { [SPLIT_TRAIN] = "train:", [SPLIT_TEST] = "test:" };

/* Takes the path. */
static bool add(struct predict_images *all, const struct predict_image *image, struct error *e)
{
    if (all->n == all->room) {
        const uint32_t room = uint32_max(64, 2 * all->room);
        struct predict_image *more = realloc(all->image, room * sizeof *more);

        if (!more) {
            free(image->path);
            return error_set(e, ERROR_MEMORY, "no memory for the names of %u images", room);
        }
        all->image = more;
        all->room = room;
    }
    all->image[all->n++] = *image;
    return true;
}

static bool add_path(struct predict_images *all, const char *path, bool named, struct error *e)
{
    char *copy = strdup(path);

    return copy ? add(all, &(struct predict_image){ .path = copy, .named = named }, e)
                : error_set(e, ERROR_MEMORY, "no memory for the name of an image");
}

struct walking {
    struct predict_images *all;
    const char *root;
};

static bool enter(void *context, const char *path, const struct stat *now, struct error *e)
{
    (void)context;
    (void)path;
    (void)now;
    (void)e;
    return true;
}

static bool take(void *context, const char *path, struct error *e)
{
    const struct walking *w = context;
    char whole[PATH_SIZE];

    return path_join(whole, w->root, path, e) && add_path(w->all, whole, false, e);
}

/* Others of the folder can be read: told, and no more. */
static void tell_left_out(void *context, const char *path, const char *why)
{
    const struct walking *w = context;
    char folder[PATH_SIZE], below[PATH_SIZE];

    text_sanitise(folder, sizeof folder, w->root);
    text_sanitise(below, sizeof below, path);
    fprintf(stderr, "%s/%s: %s; the images in it were left out\n", folder, below, why);
}

static int by_path(const void *one, const void *other)
{
    return strcmp(((const struct predict_image *)one)->path, ((const struct predict_image *)other)->path);
}

static bool add_folder(struct predict_images *all, const char *folder, struct error *e)
{
    struct walking w = { all, folder };
    const struct image_visitor visitor = { enter, take, tell_left_out, &w };
    const uint32_t before = all->n;

    if (!image_walk(folder, "", &visitor, e))
        return false;
    if (all->n == before)
        return error_set(e, ERROR_INPUT, "the folder %s has no images (JPEG or PNG)", folder);
    qsort(all->image + before, all->n - before, sizeof *all->image, by_path);
    return true;
}

static bool add_lines(struct predict_images *all, struct error *e)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    bool good = true;

    while (good && (length = getline(&line, &room, stdin)) > 0) {
        if (line[length - 1] == '\n')
            line[length - 1] = '\0';
        good = !line[0] || add_path(all, line, true, e);
    }
    free(line);
    if (good && ferror(stdin))
        good = error_set_errno(e, "cannot read the names of images from standard input");
    return good;
}

/* "17", "test:17" or "train:17". */
static bool is_number(const char *word, struct predict_image *out)
{
    int64_t number;

    out->split = SPLIT_TEST;
    for (int split = 0; split < SPLIT_COUNT; split++) {
        const size_t length = strlen(split_words[split]);

        if (strncmp(word, split_words[split], length) == 0) {
            out->split = (enum split)split;
            word += length;
        }
    }
    if (!text_to_int64(word, &number) || number < 0 || number > UINT32_MAX)
        return false;
    out->index = (uint32_t)number;
    return true;
}

bool predict_images_add(struct predict_images *all, const char *word, struct error *e)
{
    struct predict_image image = { .named = true };

    if (strcmp(word, "-") == 0)
        return add_lines(all, e);
    if (path_is_folder(word))
        return add_folder(all, word, e);
    if (access(word, F_OK) != 0 && is_number(word, &image))
        return add(all, &image, e);
    return add_path(all, word, true, e);
}

void predict_images_free(struct predict_images *all)
{
    for (uint32_t i = 0; i < all->n; i++)
        free(all->image[i].path);
    free(all->image);
}

void predict_images_name(const struct predict_image *image, char *to, size_t size)
{
    if (image->path)
        text_sanitise(to, size, image->path);
    else
        snprintf(to, size, "%s%u", split_words[image->split], image->index);
}
