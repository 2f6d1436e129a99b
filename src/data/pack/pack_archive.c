#include "data/pack/pack_archive.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/pack/archive_images.h"
#include "data/pack/pack_sink.h"
#include "data/sources/image_paths.h"

enum { BLOCK_BYTES = 1 << 20 };

struct job {
    const char *archive;
    struct archive_images images;
    uint32_t skipped; /* images that an earlier import had taken, and which were passed over */
    struct pack_wanted wanted;
    struct pack_scratch scratch[PACK_THREADS_MOST];
    struct pack_sink sink;

    /* When all were read. */
    struct image_tree tree;
    struct pack_kept sorted;
};

/* Images in the order of the archive, as many as make a block. */
static bool fetch(void *context, struct pack_block *b, struct error *e)
{
    struct job *j = context;
    struct archive_image image;
    bool ended = false;

    b->split = SPLIT_TRAIN;
    b->from.size = 0;
    while (b->count < PACK_BLOCK_MOST && b->from.size < BLOCK_BYTES) {
        const size_t before = b->from.size;

        if (!archive_images_next(&j->images, &image, &b->from, &ended, e))
            return false;
        if (ended)
            break;
        if (j->skipped < j->sink.progress.resumed) {
            j->skipped++;
            b->from.size = 0;
            continue;
        }
        if (!encoded_append(&b->names, image.name, strlen(image.name) + 1, e))
            return false;
        b->problems[b->count] = image.problem;
        b->labels[b->count] = 0;
        b->sizes[b->count++] = (uint32_t)(b->from.size - before);
    }
    b->part = archive_images_part(&j->images);
    return true;
}

static bool make(void *context, int thread, struct pack_block *b, struct error *e)
{
    struct job *j = context;
    const uint8_t *bytes = b->from.bytes;
    struct error why = { .kind = ERROR_INPUT };
    bool made = true;

    for (int i = 0; made && i < b->count; i++) {
        text_copy(why.text, sizeof why.text, b->problems[i] ? b->problems[i] : "");
        made = b->problems[i]
                   ? pack_image_unread(&b->results[i], &why)
                   : pack_image_encoded(&j->wanted, bytes, b->sizes[i], &j->scratch[thread], &b->to, &b->results[i], e);
        bytes += b->sizes[i];
    }
    return made;
}

static bool take(void *context, const struct pack_block *b, struct error *e)
{
    struct job *j = context;

    j->sink.progress.part = b->part;
    return pack_sink_take(&j->sink, b, e);
}

/* The images that were kept, by their names. */
struct by_name {
    const char *name;
    uint32_t kept; /* which of them */
};

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct by_name *)a)->name, ((const struct by_name *)b)->name);
}

/* Two images of one name are one: the first that is found. */
static bool find_image(const struct by_name *names, uint32_t count, const char *folder, size_t common, const char *path,
                       uint32_t *kept)
{
    char whole[PATH_SIZE];
    const struct by_name key = { .name = whole };
    const struct by_name *found;

    text_copy(whole, common + 1, folder);
    text_append(whole, sizeof whole, "%s", path);
    found = bsearch(&key, names, count, sizeof *names, compare_names);
    if (found)
        *kept = found->kept;
    return found != NULL;
}

/* In the order of the tree, with the labels that it has found. */
static bool sort(struct job *j, const struct by_name *names, uint32_t count, size_t common, struct error *e)
{
    const struct pack_kept *kept = &j->sink.kept;
    const char *folder = count ? names[0].name : "";
    uint32_t which;

    j->sorted.base = kept->base;
    for (int i = 0; i < SPLIT_COUNT; i++)
        for (uint32_t k = 0; k < j->tree.count[i]; k++) {
            const char *path = image_tree_path(&j->tree, (enum split)i, k);

            if (!find_image(names, count, folder, common, path, &which))
                continue;
            struct pack_kept_image image = kept->images[SPLIT_TRAIN][which];

            image.label = (int32_t)j->tree.images[i][k].label;
            image.number = k;
            if (!pack_kept_add(&j->sorted, (enum split)i, &image, e))
                return false;
            j->sink.report->of_class[i][image.label]++;
        }
    j->sorted.end = kept->end;
    return true;
}

static bool find_classes(struct job *j, struct error *e)
{
    const struct pack_kept *kept = &j->sink.kept;
    const uint32_t count = kept->count[SPLIT_TRAIN];
    const char **paths = memory_new(count, sizeof *paths, e);
    struct by_name *names = paths ? memory_new(count, sizeof *names, e) : NULL;
    size_t common;
    bool good = names != NULL;

    for (uint32_t i = 0; good && i < count; i++) {
        paths[i] = pack_names_get(&j->sink.names, kept->images[SPLIT_TRAIN][i].number);
        names[i] = (struct by_name){ paths[i], i };
    }
    if (good)
        qsort(names, count, sizeof *names, compare_names);
    memset(j->sink.report->of_class[SPLIT_TRAIN], 0, CLASSES_MAX * sizeof **j->sink.report->of_class);
    good = good && image_paths_read(j->archive, paths, count, &j->tree, &common, e) && sort(j, names, count, common, e);
    free(names);
    free(paths);
    return good;
}

static void name_sorted(const void *context, enum split split, uint32_t number, char *to, size_t size)
{
    text_copy(to, size, image_tree_path(&((const struct job *)context)->tree, split, number));
}

static bool put_together(struct job *j, bool strict, struct error *e)
{
    struct pack_tables tables = { .name = name_sorted, .context = j };

    if (!pack_sink_check(&j->sink, j->archive, strict, e) || !find_classes(j, e))
        return false;
    j->sink.report->classes = j->tree.classes;
    tables.info.classes = j->tree.classes;
    tables.info.class_names = j->tree.class_names;
    return pack_sink_finish(&j->sink, &tables, &j->sorted, e);
}

/* The same archive, asked for the same. */
static bool identify(const struct job *j, const struct pack_options *o, uint64_t *work, struct error *e)
{
    struct stat status;

    if (stat(j->archive, &status) != 0)
        return error_set_errno(e, "cannot read %s", j->archive);
    const int64_t asked[] = { o->wish.size,   o->wish.fit,           o->wish.channels,       o->quality,
                              status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec, (int64_t)status.st_ino };

    *work = hash_bytes(asked, sizeof asked, 1);
    return true;
}

static bool run(struct job *j, const struct pack_options *o, struct error *e)
{
    static const struct pack_work work = { .fetch = fetch, .make = make, .take = take };
    uint64_t number = 0;

    return identify(j, o, &number, e) && archive_images_open(&j->images, j->archive, e) &&
           pack_sink_begin(&j->sink, number, pack_tables_preface(false), j->images.size, e) &&
           pack_queue_run(&work, j, pack_queue_threads(o->threads), e) && put_together(j, o->strict, e);
}

bool pack_archive_is(const char *path)
{
    static const char *const suffixes[] = PACK_ARCHIVE_SUFFIXES;

    for (int i = 0; suffixes[i]; i++)
        if (path_ends_with(path, suffixes[i]))
            return path_is_file(path);
    return false;
}

bool pack_archive_write(const char *archive, const struct pack_options *o, const char *path,
                        const struct pack_watch *watch, struct pack_report *report, struct error *e)
{
    if (!pack_report_begin(report, CLASSES_MAX, e))
        return false;
    struct job *j = memory_new(1, sizeof *j, e);

    if (!j)
        return false;
    *j = (struct job){ .archive = archive,
                       .wanted = { .as = PACK_JPEG,
                                   .pixels = { o->wish.size, o->wish.size, o->wish.channels, o->wish.fit },
                                   .quality = o->quality },
                       .sink = { .path = path,
                                 .watch = watch,
                                 .report = report,
                                 .classes = CLASSES_MAX,
                                 .count = { UINT32_MAX },
                                 .files = true,
                                 .partial = PACK_PARTIAL_CLOSED } };
    bool good = run(j, o, e);

    pack_sink_end(&j->sink, good, e);
    pack_kept_free(&j->sorted);
    image_tree_free(&j->tree);
    archive_images_close(&j->images);
    for (int i = 0; i < PACK_THREADS_MOST; i++)
        pack_scratch_free(&j->scratch[i]);
    free(j);
    return good;
}
