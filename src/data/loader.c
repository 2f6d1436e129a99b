/* One thread reads ahead into a ring of batches:
 *
 *     held          filled                     free
 *     [the last     [read, waiting for         [being read into,
 *      one given]    loader_next()]             or waiting for it]
 *
 * All fields after `lock` belong to the thread that holds it. A slot's memory belongs to the reader while the slot is
 * free, and to the caller once it is given. All memory is allocated when the loader is opened.
 *
 * A small batch of images in memory is read when it is asked for, into the first slot: copying it is quicker than
 * waking a thread, which would need a core that computes. The same goes for a batch of labels alone. */
#include "data/loader.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/thread.h"
#include "data/batch_slot.h"
#include "data/epoch_order.h"
#include "data/pace.h"

enum { RING = 3, AT_ONCE_MOST = 1 << 20 /* bytes of images in a batch */ };

struct loader {
    struct source *source;
    struct loader_options options;
    enum split split;
    size_t image_bytes;
    uint32_t images, batches; /* in an epoch */
    uint32_t *member;         /* [images] positions in the split, ascending */
    uint32_t *order;          /* [images] positions in the split in the order of this epoch */
    struct stream_order *windows;  /* where the order is one of chunks; else NULL */
    struct stream *stream;         /* where images are read by it; else NULL */
    struct epoch_classes *classes; /* of the members, where the classes are balanced; else NULL */
    struct source_crop crop;       /* of this epoch, where options.cropped */
    struct batch_slot ring[RING];
    bool at_once; /* read when asked for; there is no thread */
    bool alone;   /* while it reads, nobody else reads from the source */
    pthread_t thread;
    bool has_thread;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint32_t next;  /* batch that the reader reads next; `batches` when the epoch is read */
    uint32_t given; /* batches handed over since the start of the ring; the next is in slot given % RING */
    uint32_t read;  /* batches read since then, given ≤ read ≤ given + RING */
    bool held;      /* the last one given is still the caller's */
    bool busy;      /* the reader is reading from the source */
    bool closing;
    struct gate gate;  /* closed while threads that decode yield to the caller */
    struct pace pace;
    double last_given; /* clock */
    struct error error; /* what stopped the reader; ERROR_NONE while all is well */
};

static bool find_members(struct loader *l, const struct dataset_info *info, struct error *e)
{
    l->member = subset_members(info, l->options.subset, l->options.validation, l->options.seed, &l->images, e);
    l->order = l->member ? memory_new(l->images, sizeof *l->order, e) : NULL;
    if (l->order && l->options.balance)
        l->classes = epoch_order_classes(l->member, l->images, l->options.balance, e);
    return l->order && (l->classes || !l->options.balance);
}

/* Are batches of so many images copied when they are asked for? */
static bool is_at_once(const struct loader_options *o, const struct dataset_info *info, size_t room)
{
    return o->labels || (info->in_memory && !info->made && room * dataset_image_bytes(info) <= AT_ONCE_MOST);
}

static struct stream_cut cut_of(const struct loader_options *o, const struct dataset_info *info)
{
    return stream_cut(info, subset_split(o->subset, o->validation), o->shuffle ? o->memory : 0);
}

static bool is_streamed(const struct loader_options *o, const struct dataset_info *info)
{
    return info->chunk > 0 && !info->in_memory && !o->labels;
}

static bool make_stream(struct loader *l, const struct dataset_info *info, struct error *e)
{
    const struct stream_cut cut = cut_of(&l->options, info);

    if (info->chunk == 0)
        return true;
    l->windows = stream_order_open(&cut, l->images, e);
    if (l->windows && is_streamed(&l->options, info))
        l->stream = stream_open(l->source, l->split, &cut, e);
    return l->windows && (l->stream || !is_streamed(&l->options, info));
}

/* Images that a slot has room for, of an epoch of so many. */
static size_t room_of(const struct loader_options *o, size_t images)
{
    return slice_most((uint32_t)size_min((size_t)o->batch, images), o->share) + (size_t)o->next;
}

size_t loader_bytes(const struct loader_options *o, const struct dataset_info *info)
{
    size_t count = info->count[subset_split(o->subset, o->validation)];
    size_t room = room_of(o, count);
    size_t image = sizeof(int32_t) + (o->labels ? 0 : dataset_image_bytes(info));
    const struct stream_cut cut = cut_of(o, info);

    return (is_at_once(o, info, room) ? 1 : RING) * room * image +
           ((o->balance ? 5 : 2) + (info->chunk > 0)) * count * sizeof(uint32_t) +
           (is_streamed(o, info) ? stream_bytes(&cut, info) : 0);
}

static bool make_ring(struct loader *l, const struct dataset_info *info, struct error *e)
{
    const size_t room = room_of(&l->options, l->images), image = l->options.labels ? 0 : l->image_bytes;

    l->at_once = is_at_once(&l->options, info, room);
    for (int i = 0; i < (l->at_once ? 1 : RING); i++)
        if (!batch_slot_new(&l->ring[i], l->split, room, image, l->options.next, e))
            return false;
    return true;
}

/* There is a slot that is neither filled nor held, and a batch to read into it. */
static bool may_read(const struct loader *l)
{
    return l->next < l->batches && l->error.kind == ERROR_NONE && l->read - l->given + l->held < RING;
}

/* Sets which images are in batch `next`, and which of them are read. */
static void choose_images(struct loader *l, struct batch_slot *slot)
{
    const uint32_t batch = (uint32_t)l->options.batch, first = l->next * batch;
    const uint32_t whole = uint32_min(batch, l->images - first);

    batch_slot_choose(slot, l->order + first, whole, slice_of(whole, l->options.share), l->options.next);
}

static bool read_slot(struct loader *l, struct batch_slot *slot, struct error *e)
{
    const struct batch_origin from = { .source = l->source,
                                       .crop = l->options.cropped ? &l->crop : NULL,
                                       .stream = l->stream,
                                       .labels = l->options.labels,
                                       .image = l->image_bytes };

    return batch_slot_read(slot, &from, e);
}

static bool read_with(struct loader *l, struct batch_slot *slot, struct error *e)
{
    if (!l->alone)
        return read_slot(l, slot, e);

    const struct source_effort before = l->source->effort;

    l->source->gate = &l->gate;
    bool read = read_slot(l, slot, e);
    l->source->gate = NULL;
    slot->batch.effort = source_effort_since(&l->source->effort, &before);
    return read;
}

/* Call with the lock held; it is released while the source is read. */
static void read_batch(struct loader *l)
{
    struct batch_slot *slot = &l->ring[l->read % RING];
    struct error e = { 0 };

    choose_images(l, slot);
    l->busy = true;
    pthread_mutex_unlock(&l->lock);
    bool read = read_with(l, slot, &e);
    pthread_mutex_lock(&l->lock);
    l->busy = false;
    if (read) {
        l->read++;
        l->next++;
    } else {
        l->error = e;
    }
    pthread_cond_broadcast(&l->changed);
}

static void *reader(void *argument)
{
    struct loader *l = argument;

    pthread_mutex_lock(&l->lock);
    while (!l->closing)
        if (may_read(l))
            read_batch(l);
        else
            pthread_cond_wait(&l->changed, &l->lock);
    pthread_mutex_unlock(&l->lock);
    return NULL;
}

static bool start_thread(struct loader *l, struct error *e)
{
    l->has_thread = thread_start(&l->thread, reader, l);
    return l->has_thread || error_set(e, ERROR_RUN, "cannot start a thread to read images");
}

struct loader *loader_open(struct source *s, const struct loader_options *o, struct error *e)
{
    struct dataset_info info;
    struct loader *l = memory_new(1, sizeof *l, e);

    if (!l)
        return NULL;
    gate_init(&l->gate);
    pthread_mutex_init(&l->lock, NULL);
    thread_condition(&l->changed);
    l->source = s;
    l->options = *o;
    l->split = subset_split(o->subset, o->validation);
    source_describe(s, &info);
    l->image_bytes = dataset_image_bytes(&info);
    l->alone = info.made || !info.in_memory;

    bool opened = o->batch > 0 && o->validation < 1
                      ? find_members(l, &info, e) && make_ring(l, &info, e) && make_stream(l, &info, e)
                      : error_set(e, ERROR_INPUT, "batch must be at least 1 and validation below 1");
    if (opened) {
        l->batches = (l->images - 1) / (uint32_t)o->batch + 1;
        l->next = l->batches;
        opened = l->at_once || start_thread(l, e);
    }
    if (opened)
        return l;
    loader_close(l);
    return NULL;
}

uint32_t loader_images(const struct loader *l)
{
    return l->images;
}

const uint32_t *loader_members(const struct loader *l)
{
    return l->member;
}

uint32_t loader_batches(const struct loader *l)
{
    return l->batches;
}

static void put_in_order(struct loader *l, uint32_t epoch)
{
    l->crop = (struct source_crop){ l->options.seed, epoch };
    if (l->classes)
        epoch_order_balanced(l->classes, l->options.seed, epoch, l->order);
    else if (l->options.shuffle)
        epoch_order_shuffled(l->member, l->images, l->options.seed, epoch, l->order);
    else
        memcpy(l->order, l->member, l->images * sizeof *l->order);
    if (!l->windows)
        return;

    const uint32_t *chunks = stream_order_chunks(l->windows, l->options.shuffle, l->options.seed, epoch);

    if (l->options.shuffle)
        stream_order_arrange(l->windows, l->order);
    if (l->stream)
        stream_start(l->stream, chunks, l->options.cropped ? &l->crop : NULL);
}

bool loader_start(struct loader *l, uint32_t epoch, uint32_t first_batch, struct error *e)
{
    if (first_batch > l->batches)
        return error_set(e, ERROR_INPUT, "batch %u is past the epoch's %u batches", first_batch, l->batches);
    gate_open(&l->gate);
    pthread_mutex_lock(&l->lock);
    l->next = l->batches; /* nothing more of the last epoch */
    while (l->busy)
        pthread_cond_wait(&l->changed, &l->lock);
    put_in_order(l, epoch);
    l->next = first_batch;
    l->given = l->read = 0;
    l->held = false;
    l->last_given = 0;
    l->error = (struct error){ .kind = ERROR_NONE };
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
    return true;
}

static const struct batch *read_at_once(struct loader *l, struct error *e)
{
    struct batch_slot *slot = &l->ring[0];

    if (l->next == l->batches) {
        *e = l->error;
        return NULL;
    }
    choose_images(l, slot);
    if (read_slot(l, slot, &l->error)) {
        l->next++;
        return &slot->batch;
    }
    l->next = l->batches;
    *e = l->error;
    return NULL;
}

/* The caller goes to work: on the cores that decode, too. */
static void let_it_work(struct loader *l)
{
    double now = clock_seconds();

    if (l->last_given > 0)
        pace_note(&l->pace, now - l->last_given);
    l->last_given = now;
    if (l->pace.yields)
        gate_close(&l->gate);
}

/* For a batch, the end of the epoch or an error. A file system that does not answer can keep it waiting for ever. */
static bool wait_for_batch(struct loader *l)
{
    const struct loader_options *o = &l->options;
    const double between = 0.1;

    while (l->read == l->given && l->error.kind == ERROR_NONE && l->next < l->batches) {
        if (o->go_on && !o->go_on(o->go_on_context))
            return false;
        thread_wait_until(&l->changed, &l->lock, clock_seconds() + between);
    }
    return true;
}

const struct batch *loader_next(struct loader *l, struct error *e)
{
    const struct batch *batch = NULL;

    if (l->at_once)
        return read_at_once(l, e);
    gate_open(&l->gate);
    pthread_mutex_lock(&l->lock);
    if (l->held) {
        l->held = false;
        pthread_cond_broadcast(&l->changed);
    }
    if (!wait_for_batch(l)) {
        error_set(e, ERROR_STOPPED, "stopped while it waited for images");
    } else if (l->read != l->given) {
        batch = &l->ring[l->given++ % RING].batch;
        l->held = true;
        if (l->options.shares_cores)
            let_it_work(l);
    } else {
        *e = l->error;
    }
    pthread_mutex_unlock(&l->lock);
    return batch;
}

void loader_close(struct loader *l)
{
    if (!l)
        return;
    gate_open(&l->gate);
    if (l->has_thread) {
        pthread_mutex_lock(&l->lock);
        l->closing = true;
        pthread_cond_broadcast(&l->changed);
        pthread_mutex_unlock(&l->lock);
        pthread_join(l->thread, NULL);
    }
    gate_destroy(&l->gate);
    pthread_cond_destroy(&l->changed);
    pthread_mutex_destroy(&l->lock);
    for (int i = 0; i < RING; i++)
        batch_slot_free(&l->ring[i]);
    free(l->member);
    free(l->order);
    epoch_order_free(l->classes);
    stream_order_close(l->windows);
    stream_close(l->stream);
    free(l);
}
