/* A split's images on the device: read in pieces into staged memory, one being read while the other travels. */
#include "nn/train/executor_hold.h"

#include <stdlib.h>

#include "base/memory.h"

enum { PIECES = 2, PIECE_BYTES = 8 << 20 };

struct piece {
    uint8_t *images; /* staged */
    uint64_t mark;   /* behind its upload */
};

struct holding {
    struct executor *x;
    struct source *source;
    enum split split;
    uint32_t count;
    size_t image_bytes;
    uint32_t most;   /* images a piece */
    uint32_t *index; /* [most] */
    struct piece pieces[PIECES];
    bool (*progress)(void *context, double done);
    void *context;
};

/* For `return`, after a failure that the backend kept to itself. */
static bool sticky_error(struct backend *backend, struct error *e)
{
    backend->ops->wait(backend, e);
    return false;
}

static bool prepare(struct holding *h, struct executor_held *held, struct error *e)
{
    struct backend *backend = h->x->backend;

    h->index = memory_new(h->most, sizeof *h->index, e);
    held->labels = h->index ? memory_new(h->count, sizeof *held->labels, e) : NULL;
    if (!held->labels)
        return false;
    for (int i = 0; i < PIECES; i++) {
        h->pieces[i].images = backend->ops->stage(backend, h->most * h->image_bytes);
        if (!h->pieces[i].images)
            return sticky_error(backend, e);
        h->pieces[i].mark = backend->ops->mark(backend);
    }
    return backend->ops->alloc(backend, h->count * h->image_bytes, &held->images) || sticky_error(backend, e);
}

/* Images first..first+n-1, as soon as the last ones that were in this memory have left it. */
static bool bring_piece(struct holding *h, struct piece *piece, struct executor_held *held, uint32_t first, uint32_t n,
                        struct error *e)
{
    struct backend *backend = h->x->backend;

    if (!backend->ops->reach(backend, piece->mark, e))
        return false;
    for (uint32_t i = 0; i < n; i++)
        h->index[i] = first + i;
    if (!source_read(h->source, h->split, h->index, (int)n, piece->images, held->labels + first, e))
        return false;
    backend->ops->upload(backend, held->images, first * h->image_bytes, piece->images, n * h->image_bytes);
    piece->mark = backend->ops->mark(backend);
    return true;
}

static bool bring(struct holding *h, struct executor_held *held, struct error *e)
{
    uint32_t n;

    for (uint32_t done = 0, turn = 0; done < h->count; done += n, turn++) {
        n = h->count - done < h->most ? h->count - done : h->most;
        if (!bring_piece(h, &h->pieces[turn % PIECES], held, done, n, e))
            return false;
        if (h->progress && !h->progress(h->context, ((double)done + n) / h->count))
            return error_set(e, ERROR_STOPPED, "bringing the images to the device was stopped");
    }
    return h->x->backend->ops->wait(h->x->backend, e);
}

static void drop_pieces(struct holding *h)
{
    struct backend *backend = h->x->backend;

    for (int i = 0; i < PIECES; i++)
        if (h->pieces[i].images)
            backend->ops->unstage(backend, h->pieces[i].images);
    free(h->index);
}

static bool fits(const struct executor *x, uint64_t bytes)
{
    uint64_t room = x->backend->ops->room(x->backend);

    return x->ahead > 1 && bytes > 0 && bytes <= room - room / 4;
}

bool executor_hold(struct executor *x, struct source *source, enum split split,
                   bool (*progress)(void *context, double done), void *context, struct error *e)
{
    struct executor_held *held = &x->held[split];
    struct dataset_info info;

    source_describe(source, &info);

    size_t image_bytes = dataset_image_bytes(&info), fit = PIECE_BYTES / image_bytes;
    struct holding h = {
        .x = x,
        .source = source,
        .split = split,
        .count = info.count[split],
        .image_bytes = image_bytes,
        .most = fit < 1 ? 1 : fit < info.count[split] ? (uint32_t)fit : info.count[split],
        .progress = progress,
        .context = context,
    };

    if (held->images.handle || !fits(x, h.count * image_bytes))
        return true;

    bool good = prepare(&h, held, e) && bring(&h, held, e);

    drop_pieces(&h);
    return good;
}

const int32_t *executor_hold_labels(const struct executor *x, enum split split)
{
    return x->held[split].images.handle || x->held[split].features ? x->held[split].labels : NULL;
}
