#include "data/pack/pack.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/disk_space.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"
#include "data/pack/pack_feed.h"
#include "data/pack/pack_partial.h"
#include "data/pack/pack_seen.h"
#include "data/pack/pack_tables.h"
#include "host/cores.h"

/* A compressed chunk: large enough to compress well, small enough that reading in random order decompresses little
 * else. */
enum { CHUNK_BYTES = 128 << 10, NAME_SIZE = 256, SAMPLE = 1000, TABLES_BYTES = 48, THREADS_MOST = 64 };

struct job {
    const struct pack_options *options;
    const struct pack_watch *watch;
    const char *path;
    struct pack_feed feed;
    struct pack_partial partial;
    struct pack_seen seen;
    struct pack_kept kept;
    struct pack_report *report;
    struct pack_progress progress;
    enum split split; /* of the next image in order, and its number there */
    uint32_t next;
};

static void count_images(const struct dataset_info *info, const struct pack_options *o, uint32_t count[SPLIT_COUNT])
{
    for (int i = 0; i < SPLIT_COUNT; i++)
        count[i] = uint32_min(info->count[i], o->limit[i] ? o->limit[i] : UINT32_MAX);
}

/* Bytes of a set's files, from some in all of its parts. */
static uint64_t sample_bytes(const struct encoded_set *set, const uint32_t count[SPLIT_COUNT])
{
    double bytes = 0;

    for (int i = 0; i < SPLIT_COUNT; i++) {
        const uint32_t n = uint32_min(count[i], SAMPLE);
        double sum = 0;

        for (uint32_t k = 0; k < n; k++)
            sum += (double)set->ops->size(set, (enum split)i, (uint32_t)((uint64_t)count[i] * k / n));
        bytes += n ? sum / n * count[i] : 0;
    }
    return (uint64_t)bytes;
}

struct pack_estimate pack_estimate(const struct source *from, const struct pack_options *o)
{
    const struct encoded_set *set = encoded_set_of(from);
    struct pack_estimate estimate = { .about = set && o->as == PACK_JPEG };
    struct dataset_info info;
    uint32_t count[SPLIT_COUNT];

    source_describe(from, &info);
    count_images(&info, o, count);
    const uint64_t all = (uint64_t)count[SPLIT_TRAIN] + count[SPLIT_TEST];

    estimate.bytes = estimate.about ? sample_bytes(set, count) : all * dataset_image_bytes(&info);
    estimate.beside = o->as == PACK_RAW && o->compressed ? estimate.bytes : 0;
    estimate.bytes += all * TABLES_BYTES + 4 * PACK_ALIGNED;
    return estimate;
}

/* The same work on the same images has the same number, whatever the number of threads. */
static uint64_t identify(const struct job *j)
{
    const struct pack_options *o = j->options;
    const struct dataset_info *info = &j->feed.info;
    const int64_t asked[] = { o->as,
                              o->compressed,
                              o->wish.size,
                              o->wish.fit,
                              o->wish.channels,
                              o->quality,
                              j->feed.count[SPLIT_TRAIN],
                              j->feed.count[SPLIT_TEST],
                              info->height,
                              info->width,
                              info->channels,
                              info->classes };
    uint64_t hash = hash_bytes(asked, sizeof asked, 0);
    char name[NAME_SIZE];

    hash = hash_bytes(info->name, strlen(info->name), hash);
    if (info->class_names)
        hash = hash_bytes(info->class_names, (size_t)info->classes * sizeof *info->class_names, hash);
    for (int i = 0; j->feed.set && i < SPLIT_COUNT; i++)
        for (uint32_t k = 0; k < j->feed.count[i]; k++) {
            pack_feed_name(&j->feed, (enum split)i, k, name, sizeof name);
            hash = hash_bytes(name, strlen(name), hash);
        }
    return hash;
}

static void advance(struct job *j)
{
    j->progress.done++;
    j->next++;
    while (j->split < SPLIT_TEST && j->next == j->feed.count[j->split]) {
        j->split++;
        j->next = 0;
    }
}

/* The next image in order is what the record says: it is kept, or left out and told of. */
static bool settle(struct job *j, const struct pack_record *record, const char *text, struct error *e)
{
    const struct pack_kept_image image = { .at = pack_kept_place(&j->kept, j->split),
                                           .size = record->size,
                                           .number = j->next,
                                           .label = record->label,
                                           .height = record->height,
                                           .width = record->width };
    char name[NAME_SIZE];
    bool good;

    if (record->fate == PACK_KEPT) {
        good = pack_kept_add(&j->kept, j->split, &image, e);
        j->report->of_class[j->split][record->label]++;
        j->report->found[PACK_KEPT]++;
    } else {
        pack_feed_name(&j->feed, j->split, j->next, name, sizeof name);
        good = pack_report_skip(j->report, (enum pack_fate)record->fate, name, text, e);
    }
    advance(j);
    return good;
}

/* A record that an earlier import left. */
static bool take_up(void *context, const struct pack_record *record, const char *text, uint64_t bytes_there)
{
    struct job *j = context;
    struct error ignored;
    int64_t twin;

    if (j->progress.done == j->progress.all || record->fate >= PACK_FATES || record->label < 0 ||
        record->label >= j->feed.info.classes)
        return false;
    if (record->fate == PACK_KEPT &&
        (pack_kept_place(&j->kept, j->split) + record->size > bytes_there ||
         (j->feed.set && !pack_seen_find(&j->seen, record->hash, j->progress.done, &twin, &ignored))))
        return false;
    return settle(j, record, text, &ignored);
}

static void name_twin(const struct job *j, uint32_t number, char *to, size_t size)
{
    const bool test = number >= j->feed.count[SPLIT_TRAIN];

    pack_feed_name(&j->feed, test ? SPLIT_TEST : SPLIT_TRAIN, test ? number - j->feed.count[SPLIT_TRAIN] : number, to,
                   size);
}

/* What is to be noted of image i of a block: files may be there twice. */
static bool judge(struct job *j, const struct pack_block *b, int i, struct pack_record *record, char *text, size_t size,
                  struct error *e)
{
    const struct pack_result *result = &b->results[i];
    int64_t twin = PACK_SEEN_NEW;

    *record = (struct pack_record){ .fate = result->fate,
                                    .size = result->size,
                                    .label = b->labels[i],
                                    .height = (uint32_t)result->height,
                                    .width = (uint32_t)result->width,
                                    .hash = result->hash };
    snprintf(text, size, "%s", result->problem);
    if (j->feed.set && result->fate == PACK_KEPT && !pack_seen_find(&j->seen, result->hash, j->progress.done, &twin, e))
        return false;
    if (twin != PACK_SEEN_NEW) {
        record->fate = PACK_DUPLICATE;
        record->twin = (uint32_t)twin;
        name_twin(j, record->twin, text, size);
    }
    return true;
}

static bool go_on(const struct job *j, struct error *e)
{
    return !j->watch || !j->watch->progress || j->watch->progress(j->watch->context, &j->progress) ||
           error_set(e, ERROR_STOPPED, "writing %s was stopped", j->path);
}

/* Images that lie one after another are written at once; an image is noted when it is written. */
static bool take(void *context, const struct pack_block *b, struct error *e)
{
    struct job *j = context;
    struct pack_record records[PACK_BLOCK_MOST];
    char text[PACK_BLOCK_MOST][NAME_SIZE];
    const uint8_t *from = b->to.bytes, *run = from;
    uint64_t to = pack_kept_place(&j->kept, b->split);

    for (int i = 0; i < b->count; i++) {
        if (!judge(j, b, i, &records[i], text[i], sizeof text[i], e) || !settle(j, &records[i], text[i], e))
            return false;
        if (records[i].fate != PACK_KEPT && from > run) {
            if (!pack_partial_write(&j->partial, to, run, (size_t)(from - run), e))
                return false;
            to += (uint64_t)(from - run);
        }
        from += b->results[i].size;
        if (records[i].fate != PACK_KEPT)
            run = from;
    }
    if (from > run && !pack_partial_write(&j->partial, to, run, (size_t)(from - run), e))
        return false;
    for (int i = 0; i < b->count; i++)
        if (!pack_partial_note(&j->partial, &records[i], text[i], e))
            return false;
    return go_on(j, e);
}

static bool fetch(void *context, struct pack_block *b, struct error *e)
{
    return pack_feed_fetch(&((struct job *)context)->feed, b, e);
}

static bool make(void *context, int thread, struct pack_block *b, struct error *e)
{
    return pack_feed_make(&((struct job *)context)->feed, thread, b, e);
}

static bool check_strictly(const struct job *j, struct error *e)
{
    const uint32_t *found = j->report->found;

    if (found[PACK_KEPT] == 0)
        return error_set(e, ERROR_INPUT, "%s has no image that can be read", j->feed.info.name);
    if (!j->options->strict || pack_report_skipped(j->report) == 0)
        return true;
    return error_set(e, ERROR_INPUT,
                     "%s was not written: %u of %u images are broken, %u empty and %u there twice; without --strict "
                     "they are left out",
                     j->path, found[PACK_BROKEN], j->progress.all, found[PACK_EMPTY], found[PACK_DUPLICATE]);
}

static void name_kept(void *context, enum split split, uint32_t number, char *to, size_t size)
{
    pack_feed_name(&((const struct job *)context)->feed, split, number, to, size);
}

/* Are the images copied into chunks? The few of a tiny split would not lie where they were written. */
static bool is_chunked(const struct job *j)
{
    const uint64_t bytes = dataset_image_bytes(&j->feed.info);
    bool tiny = false;

    for (int i = 0; i < SPLIT_COUNT; i++)
        tiny = tiny || (j->kept.count[i] > 0 && j->kept.count[i] * bytes < PACK_ALIGNED);
    return j->options->as == PACK_RAW && (j->options->compressed || tiny);
}

/* The file around the images. */
static bool put_together(struct job *j, struct error *e)
{
    const bool raw = j->options->as == PACK_RAW, compressed = is_chunked(j);
    struct pack_tables tables = { .info = j->feed.info, .name = j->feed.set ? name_kept : NULL, .context = j };
    struct pack_parts parts;

    if (raw)
        tables.raw = j->feed.wanted.pixels;
    if (compressed)
        tables.rows = size_max(1, CHUNK_BYTES / dataset_image_bytes(&j->feed.info));
    j->progress.finishing = true;
    bool good = go_on(j, e) && pack_partial_save(&j->partial, e) && pack_tables_make(&tables, &j->kept, &parts, e) &&
                pack_hdf5_write(j->partial.index_path, &parts, j->partial.bytes, j->path, e);

    pack_tables_free(&tables);
    if (!compressed || !good)
        unlink(j->partial.index_path);
    return good && pack_partial_finish(&j->partial, compressed ? j->partial.index_path : NULL, e);
}

static uint64_t size_of(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 ? (uint64_t)status.st_size : 0;
}

static struct pack_wanted wanted_of(const struct pack_options *o, const struct dataset_info *info)
{
    struct pack_wanted wanted = { .as = o->as, .quality = o->quality };

    wanted.pixels = o->as == PACK_RAW
                        ? (struct image_wanted){ info->height, info->width, info->channels, o->wish.fit }
                        : (struct image_wanted){ o->wish.size, o->wish.size, o->wish.channels, o->wish.fit };
    return wanted;
}

static bool begin(struct job *j, const struct source *from, struct error *e)
{
    const char *preface = pack_tables_preface(j->options->as == PACK_RAW);
    const struct pack_estimate estimate = pack_estimate(from, j->options);
    const struct pack_identity identity = { .work = identify(j), .base = pack_hdf5_base(preface, j->path, e) };
    enum pack_found found;

    if (identity.base == 0)
        return false;
    j->kept.base = identity.base;
    j->kept.apart = j->options->as == PACK_RAW;
    if (!pack_partial_resume(&j->partial, &identity, take_up, j, &found, e))
        return false;
    const uint64_t there = j->kept.end, needed = estimate.bytes + estimate.beside;

    j->report->started_over = found == PACK_FOUND_OTHER;
    j->progress.resumed = j->report->resumed = j->progress.done;
    j->feed.split = j->split;
    j->feed.next = j->next;
    return disk_space_check(j->path, needed > there ? needed - there : 0, e);
}

static int threads_of(const struct pack_options *o)
{
    return int_clamp(o->threads > 0 ? o->threads : cores_count().usable, 1, THREADS_MOST);
}

static bool run(struct job *j, const struct source *from, struct error *e)
{
    static const struct pack_work work = { .fetch = fetch, .make = make, .take = take };

    return begin(j, from, e) && pack_queue_run(&work, j, threads_of(j->options), e) && check_strictly(j, e) &&
           put_together(j, e);
}

/* What is done is worth keeping where the same work may succeed another time. */
static void leave(struct job *j, struct error *e)
{
    const bool may = e->kind == ERROR_STOPPED || e->kind == ERROR_IO;
    struct error ignored;

    if (e->kind == ERROR_STOPPED)
        pack_partial_save(&j->partial, &ignored);
    const bool keep = may && j->partial.any;

    if (keep)
        text_append(e->text, sizeof e->text, "; what is done stays in %s, and the same command goes on with it",
                    path_name(j->partial.bytes_path));
    pack_partial_close(&j->partial, keep);
}

bool pack_write(struct source *from, const struct pack_options *o, const char *path, const struct pack_watch *watch,
                struct pack_report *report, struct error *e)
{
    struct job j = { .options = o, .watch = watch, .path = path, .report = report };
    const struct pack_estimate estimate = pack_estimate(from, o);
    struct dataset_info info;
    uint32_t count[SPLIT_COUNT];

    source_describe(from, &info);
    count_images(&info, o, count);
    const struct pack_wanted wanted = wanted_of(o, &info);

    if (!pack_report_begin(report, info.classes, e) || !pack_partial_open(&j.partial, path, e))
        return false;
    if (o->as == PACK_JPEG && info.channels != 1 && info.channels != 3) {
        pack_partial_close(&j.partial, false);
        return error_set(e, ERROR_INPUT, "images of %d channels are no JPEG or PNG; they can be packed as pixels",
                         info.channels);
    }
    j.progress.all = count[SPLIT_TRAIN] + count[SPLIT_TEST];
    bool good = pack_feed_begin(&j.feed, from, &wanted, count, estimate.bytes, threads_of(o), e) && run(&j, from, e);

    if (!good)
        leave(&j, e);
    report->bytes = good ? size_of(path) : 0;
    pack_feed_end(&j.feed);
    pack_kept_free(&j.kept);
    pack_seen_free(&j.seen);
    return good;
}
