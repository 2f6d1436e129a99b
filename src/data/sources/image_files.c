#include "data/sources/image_files.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/images/image_load.h"
#include "data/sources/crew.h"
#include "data/sources/encoded_files.h"

struct worker {
    struct encoded_bytes encoded;
    struct image_scratch scratch;
};

struct image_files {
    struct source base;
    struct dataset_info info;
    struct image_wanted wanted;
    const char *const *paths; /* [count] */
    char **problems;          /* [count] each is written by the thread that reads the image */
    struct crew *crew;
    struct worker workers[CREW_MOST];
};

struct job {
    struct image_files *files;
    const uint32_t *index;
    uint8_t *images;
};

static bool load(struct image_files *f, struct worker *w, uint32_t index, uint8_t *pixels, double *reading,
                 struct error *e)
{
    const double began = clock_seconds();
    const bool read = encoded_files_read(f->paths[index], &w->encoded, e);

    *reading += clock_seconds() - began;
    return read && image_load(w->encoded.bytes, w->encoded.size, &f->wanted, NULL, pixels, &w->scratch, e);
}

/* Memory that is lacking is no fault of the image. */
static bool make(void *context, int i, int thread, double *reading, struct error *e)
{
    const struct job *j = context;
    struct image_files *f = j->files;
    const size_t bytes = dataset_image_bytes(&f->info);
    uint8_t *pixels = j->images + (size_t)i * bytes;
    const uint32_t index = j->index[i];

    if (load(f, &f->workers[thread], index, pixels, reading, e))
        return true;
    if (e->kind == ERROR_MEMORY)
        return error_context(e, "%s", f->paths[index]);
    memset(pixels, 0, bytes);
    free(f->problems[index]);
    f->problems[index] = strdup(e->text);
    return f->problems[index] || error_set(e, ERROR_MEMORY, "no memory to say what is wrong with %s", f->paths[index]);
}

static bool files_read(struct source *s, enum split split, const uint32_t *index, int n, uint8_t *images,
                       int32_t *labels, struct error *e)
{
    struct image_files *f = (struct image_files *)s;
    struct job job = { f, index, images };
    (void)split;

    memset(labels, 0, (size_t)n * sizeof *labels);
    return crew_run(f->crew, n, make, &job, s->gate, &s->effort, e);
}

static void files_describe(const struct source *s, struct dataset_info *info)
{
    *info = ((const struct image_files *)s)->info;
}

static void files_close(struct source *s)
{
    struct image_files *f = (struct image_files *)s;

    crew_free(f->crew);
    for (int i = 0; i < CREW_MOST; i++) {
        free(f->workers[i].encoded.bytes);
        image_scratch_free(&f->workers[i].scratch);
    }
    for (uint32_t i = 0; f->problems && i < f->info.count[SPLIT_TEST]; i++)
        free(f->problems[i]);
    free(f->problems);
    free(f);
}

struct source *image_files_open(const char *const *paths, uint32_t count, const struct image_wanted *wanted,
                                struct error *e)
{
    static const struct source_ops ops = { .describe = files_describe, .read = files_read, .close = files_close };
    struct image_files *f = memory_new(1, sizeof *f, e);

    if (!f)
        return NULL;
    f->base.ops = &ops;
    f->wanted = *wanted;
    f->paths = paths;
    f->info = (struct dataset_info){ .name = "images", .format = "files", .count = { 0, count }, .classes = 1,
                                     .height = wanted->height, .width = wanted->width,
                                     .channels = wanted->channels, .made = true };
    f->problems = memory_new(count, sizeof *f->problems, e);
    f->crew = f->problems ? crew_new(0, e) : NULL;
    if (f->crew)
        return &f->base;
    files_close(&f->base);
    return NULL;
}

const char *image_files_problem(const struct source *s, uint32_t index)
{
    return ((const struct image_files *)s)->problems[index];
}
