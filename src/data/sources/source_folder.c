/* Folders of photographs (image_folders.h). They are decoded by several threads whenever they are read, and made as
 * large as they are when all are alike, else squares of 224 pixels, or of what most have on their shorter side.
 *
 * A file that cannot be read is told of, and the next one of its split stands in for it. */
#include "data/sources/source.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/team.h"
#include "base/text.h"
#include "data/images/image_load.h"
#include "data/sources/image_folders.h"
#include "host/cores.h"

enum { SIDE_USUAL = 224, SAMPLE = 64, THREADS_MOST = 32, FILE_MOST = 1 << 28, REPLACEMENTS_MOST = 100 };

/* What a thread needs to decode. */
struct worker {
    uint8_t *bytes; /* of a file */
    size_t room;
    struct image_scratch scratch;
};

struct folder_source {
    struct source base;
    struct image_tree tree;
    struct dataset_info info;
    struct image_wanted wanted;
    struct team *team; /* NULL until many images are read at once */
    struct worker workers[THREADS_MOST];

    pthread_mutex_t lock;         /* of what follows */
    uint8_t *broken[SPLIT_COUNT]; /* [count]: it was tried, and could not be read */
    uint32_t n_broken;
    char first_broken[160]; /* its path and what is wrong with it */
};

static void no_start(void)
{
}

static bool make_room(struct worker *w, size_t size, struct error *e)
{
    if (size <= w->room)
        return true;
    uint8_t *bytes = realloc(w->bytes, size);

    if (!bytes)
        return error_set(e, ERROR_MEMORY, "not enough memory for its %zu bytes", size);
    w->bytes = bytes;
    w->room = size;
    return true;
}

static bool read_all(int descriptor, uint8_t *to, size_t size, struct error *e)
{
    for (size_t done = 0; done < size;) {
        ssize_t n = read(descriptor, to + done, size - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_set(e, ERROR_INPUT, "%s", strerror(errno));
        if (n == 0)
            return error_set(e, ERROR_INPUT, "it became shorter while it was read");
        done += (size_t)n;
    }
    return true;
}

/* A whole file into the worker's memory; *size: its bytes. Errors do not have its name. */
static bool read_file(struct worker *w, const char *path, size_t *size, struct error *e)
{
    /* Not to wait for a pipe that took the place of a file. */
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;

    if (descriptor < 0)
        return error_set(e, ERROR_INPUT, "%s", strerror(errno));
    bool good = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);

    if (!good)
        error_set(e, ERROR_INPUT, "it is no file");
    else if (status.st_size > FILE_MOST)
        good = error_set(e, ERROR_INPUT, "it has %.0f MB", (double)status.st_size / 1e6);
    *size = good ? (size_t)status.st_size : 0;
    good = good && make_room(w, *size, e) && read_all(descriptor, w->bytes, *size, e);
    close(descriptor);
    return good;
}

static bool read_entry(const struct folder_source *s, struct worker *w, enum split split, uint32_t index, size_t *size,
                       struct error *e)
{
    char path[PATH_SIZE];

    return path_join(path, s->tree.root, image_tree_path(&s->tree, split, index), e) && read_file(w, path, size, e);
}

static bool is_broken(struct folder_source *s, enum split split, uint32_t index)
{
    pthread_mutex_lock(&s->lock);
    bool broken = s->broken[split][index];
    pthread_mutex_unlock(&s->lock);
    return broken;
}

static void mark_broken(struct folder_source *s, enum split split, uint32_t index, const struct error *e)
{
    pthread_mutex_lock(&s->lock);
    if (s->n_broken == 0)
        snprintf(s->first_broken, sizeof s->first_broken, "%.90s: %.60s", image_tree_path(&s->tree, split, index),
                 e->text);
    s->n_broken += !s->broken[split][index];
    s->broken[split][index] = true;
    pthread_mutex_unlock(&s->lock);
}

/* Decodes image `index`, or the next one of the split that can be. Memory that is lacking is no fault of the file. */
static bool decode(struct folder_source *s, struct worker *w, enum split split, uint32_t index, uint8_t *pixels,
                   int32_t *label, struct error *e)
{
    for (int tries = 0; tries < REPLACEMENTS_MOST; tries++, index = (index + 1) % s->info.count[split]) {
        size_t size;

        if (is_broken(s, split, index))
            continue;
        if (read_entry(s, w, split, index, &size, e) &&
            image_load(w->bytes, size, &s->wanted, pixels, &w->scratch, e)) {
            *label = (int32_t)s->tree.images[split][index].label;
            return true;
        }
        if (e->kind == ERROR_MEMORY)
            return error_context(e, "%s", image_tree_path(&s->tree, split, index));
        mark_broken(s, split, index, e);
    }
    return error_set(e, ERROR_INPUT, "%s: %d images one after another cannot be read, first %s", s->tree.root,
                     REPLACEMENTS_MOST, s->first_broken);
}

struct job {
    struct folder_source *source;
    enum split split;
    const uint32_t *index;
    int n;
    uint8_t *images;
    int32_t *labels;
    atomic_int next;
    atomic_bool failed;
    struct error error; /* of the first that failed */
};

static void work(void *context, int thread)
{
    struct job *j = context;
    const size_t bytes = dataset_image_bytes(&j->source->info);
    struct error e;

    for (int i; !atomic_load(&j->failed) && (i = atomic_fetch_add(&j->next, 1)) < j->n;)
        if (!decode(j->source, &j->source->workers[thread], j->split, j->index[i], j->images + (size_t)i * bytes,
                    &j->labels[i], &e) &&
            !atomic_exchange(&j->failed, true))
            j->error = e;
}

static bool folder_read(struct source *source, enum split split, const uint32_t *index, int n, uint8_t *images,
                        int32_t *labels, struct error *e)
{
    struct folder_source *s = (struct folder_source *)source;
    struct job j = { .source = s, .split = split, .index = index, .n = n, .images = images, .labels = labels };

    if (n > 1 && !s->team && !(s->team = team_new(int_min(cores_count().usable, THREADS_MOST), no_start, e)))
        return false;
    if (n > 1)
        team_run(s->team, work, &j);
    else
        work(&j, 0);
    if (atomic_load(&j.failed))
        *e = j.error;
    return !atomic_load(&j.failed);
}

static void folder_describe(const struct source *source, struct dataset_info *info)
{
    struct folder_source *s = (struct folder_source *)source;

    *info = s->info;
    pthread_mutex_lock(&s->lock);
    info->unreadable = s->n_broken;
    text_copy(info->first_unreadable, sizeof info->first_unreadable, s->first_broken);
    pthread_mutex_unlock(&s->lock);
}

static void folder_close(struct source *source)
{
    struct folder_source *s = (struct folder_source *)source;

    team_free(s->team);
    for (int i = 0; i < THREADS_MOST; i++) {
        free(s->workers[i].bytes);
        image_scratch_free(&s->workers[i].scratch);
    }
    for (int i = 0; i < SPLIT_COUNT; i++)
        free(s->broken[i]);
    image_tree_free(&s->tree);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

static int by_number(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* What some images, from all parts of the training split, have in common. */
static bool choose_size(struct folder_source *s, const struct source_wish *wish, struct error *e)
{
    const uint32_t all = s->tree.count[SPLIT_TRAIN], n = uint32_min(all, SAMPLE);
    int shorter[SAMPLE], good = 0;
    bool alike = true, grey = true;
    struct image_size first = { 0 };

    for (uint32_t i = 0; i < n; i++) {
        const uint32_t index = (uint32_t)((uint64_t)all * i / n);
        struct image_size size;
        size_t bytes;

        if (!read_entry(s, &s->workers[0], SPLIT_TRAIN, index, &bytes, e) ||
            !image_measure(s->workers[0].bytes, bytes, &size, e)) {
            mark_broken(s, SPLIT_TRAIN, index, e);
            continue;
        }
        if (good == 0)
            first = size;
        alike = alike && size.height == first.height && size.width == first.width;
        grey = grey && size.grey;
        shorter[good++] = int_min(size.height, size.width);
    }
    if (good == 0)
        return error_set(e, ERROR_INPUT, "%s: none of %u images can be read, first %s", s->tree.root, n,
                         s->first_broken);
    qsort(shorter, (size_t)good, sizeof *shorter, by_number);
    int side = wish->size > 0 ? wish->size : int_min(shorter[good / 2], SIDE_USUAL);

    alike = alike && wish->size == 0 && int_max(first.height, first.width) <= SIDE_USUAL;
    s->wanted = (struct image_wanted){ .height = alike ? first.height : side,
                                       .width = alike ? first.width : side,
                                       .channels = wish->channels > 0 ? wish->channels : grey ? 1 : 3,
                                       .fit = wish->fit };
    return true;
}

static bool open_source(struct folder_source *s, const char *path, const struct source_wish *wish, struct error *e)
{
    if (!image_folders_read(path, &s->tree, e))
        return false;
    for (int i = 0; i < SPLIT_COUNT; i++) {
        s->broken[i] = memory_new(s->tree.count[i], 1, e);
        if (!s->broken[i])
            return false;
    }
    if (!choose_size(s, wish, e))
        return false;
    s->info = (struct dataset_info){
        .format = source_folder.name,
        .count = { s->tree.count[SPLIT_TRAIN], s->tree.count[SPLIT_TEST] },
        .height = s->wanted.height,
        .width = s->wanted.width,
        .channels = s->wanted.channels,
        .classes = s->tree.classes,
        .class_names = s->tree.class_names,
    };
    source_name(s->info.name, sizeof s->info.name, path);
    return true;
}

static struct source *folder_open(const char *path, const struct source_wish *wish, struct error *e)
{
    static const struct source_ops ops = { .describe = folder_describe, .read = folder_read, .close = folder_close };
    struct folder_source *s = memory_new(1, sizeof *s, e);

    if (!s)
        return NULL;
    s->base.ops = &ops;
    pthread_mutex_init(&s->lock, NULL);
    if (open_source(s, path, wish, e))
        return &s->base;
    folder_close(&s->base);
    return NULL;
}

SOURCE_CLASS(folder) = {
    .name = "folder",
    .help = "a folder that has a folder of JPEG or PNG files for each class",
    .accepts = image_folders_are,
    .open = folder_open,
};
