#include "data/pack/pack.h"

#include <string.h>

#include "base/hash.h"
#include "base/limits.h"
#include "data/pack/pack_feed.h"
#include "data/pack/pack_sink.h"

/* A compressed chunk: large enough to compress well, small enough that reading in random order decompresses little
 * else. */
enum { CHUNK_BYTES = 128 << 10, NAME_SIZE = 256 };

struct job {
    const struct pack_options *options;
    struct pack_feed feed;
    struct pack_sink sink;
};

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

static bool fetch(void *context, struct pack_block *b, struct error *e)
{
    return pack_feed_fetch(&((struct job *)context)->feed, b, e);
}

static bool make(void *context, int thread, struct pack_block *b, struct error *e)
{
    return pack_feed_make(&((struct job *)context)->feed, thread, b, e);
}

static bool take(void *context, const struct pack_block *b, struct error *e)
{
    struct job *j = context;

    j->sink.progress.part = (double)j->sink.progress.done / j->sink.progress.all;
    return pack_sink_take(&j->sink, b, e);
}

static void name_image(const void *context, enum split split, uint32_t number, char *to, size_t size)
{
    pack_feed_name(&((const struct job *)context)->feed, split, number, to, size);
}

/* Are the images copied into chunks? The few of a tiny split would not lie where they were written. */
static bool is_chunked(const struct job *j)
{
    const uint64_t bytes = dataset_image_bytes(&j->feed.info);
    bool tiny = false;

    for (int i = 0; i < SPLIT_COUNT; i++)
        tiny = tiny || (j->sink.kept.count[i] > 0 && j->sink.kept.count[i] * bytes < PACK_ALIGNED);
    return j->options->as == PACK_RAW && (j->options->compressed || tiny);
}

/* The file around the images. */
static bool put_together(struct job *j, struct error *e)
{
    struct pack_tables tables = { .info = j->feed.info, .name = j->feed.set ? name_image : NULL, .context = j };

    if (j->options->as == PACK_RAW)
        tables.raw = j->feed.wanted.pixels;
    if (is_chunked(j))
        tables.rows = size_max(1, CHUNK_BYTES / dataset_image_bytes(&j->feed.info));
    return pack_sink_check(&j->sink, j->feed.info.name, j->options->strict, e) &&
           pack_sink_finish(&j->sink, &tables, &j->sink.kept, e);
}

static bool run(struct job *j, const struct pack_estimate *estimate, struct error *e)
{
    static const struct pack_work work = { .fetch = fetch, .make = make, .take = take };
    const char *preface = pack_tables_preface(j->options->as == PACK_RAW);

    if (!pack_sink_begin(&j->sink, identify(j), preface, estimate->bytes + estimate->beside, e))
        return false;
    j->feed.split = j->sink.split;
    j->feed.next = j->sink.next;
    return pack_queue_run(&work, j, pack_queue_threads(j->options->threads), e) && put_together(j, e);
}

static bool check(const struct pack_options *o, const struct dataset_info *info, struct error *e)
{
    return o->as == PACK_RAW || info->channels == 1 || info->channels == 3 ||
           error_set(e, ERROR_INPUT, "images of %d channels are no JPEG or PNG; they can be packed as pixels",
                     info->channels);
}

bool pack_write(struct source *from, const struct pack_options *o, const char *path, const struct pack_watch *watch,
                struct pack_report *report, struct error *e)
{
    const struct pack_estimate estimate = pack_estimate(from, o);
    const bool files = encoded_set_of(from) != NULL;
    struct dataset_info info;
    uint32_t count[SPLIT_COUNT];

    source_describe(from, &info);
    pack_options_count(o, &info, count);
    const struct pack_wanted wanted = pack_options_wanted(o, &info);
    struct job j = { .options = o,
                     .sink = { .path = path,
                               .watch = watch,
                               .report = report,
                               .classes = info.classes,
                               .count = { count[SPLIT_TRAIN], count[SPLIT_TEST] },
                               .files = files,
                               .apart = o->as == PACK_RAW,
                               .threads = pack_queue_threads(o->threads),
                               .name = name_image,
                               .context = &j,
                               .progress.all = count[SPLIT_TRAIN] + count[SPLIT_TEST],
                               .partial = PACK_PARTIAL_CLOSED } };

    if (!pack_report_begin(report, info.classes, e) || !check(o, &info, e))
        return false;
    bool good = pack_feed_begin(&j.feed, from, &wanted, count, estimate.bytes, pack_queue_threads(o->threads), e) &&
                run(&j, &estimate, e);

    pack_sink_end(&j.sink, good, e);
    pack_feed_end(&j.feed);
    return good;
}
