#include "tests/support/wrong_sums.h"

static struct wrong_sums *wrong_of(struct communicator *c)
{
    return (struct wrong_sums *)c;
}

static bool wrong_all_reduce(struct communicator *c, float *numbers, size_t count, struct error *e)
{
    struct wrong_sums *w = wrong_of(c);

    if (++w->begun == w->which)
        w->wrong = numbers;
    return w->of->ops->all_reduce(w->of, numbers, count, e);
}

static bool wrong_await(struct communicator *c, struct error *e)
{
    struct wrong_sums *w = wrong_of(c);
    bool good = w->of->ops->await(w->of, e);

    if (w->wrong)
        *w->wrong += 1;
    w->wrong = NULL;
    return good;
}

static void wrong_give_up(struct communicator *c, const struct error *why)
{
    wrong_of(c)->of->ops->give_up(wrong_of(c)->of, why);
}

static bool wrong_broadcast(struct communicator *c, void *bytes, size_t size, int root, struct error *e)
{
    return wrong_of(c)->of->ops->broadcast(wrong_of(c)->of, bytes, size, root, e);
}

static bool wrong_all_gather(struct communicator *c, const void *from, size_t size, void *to, struct error *e)
{
    return wrong_of(c)->of->ops->all_gather(wrong_of(c)->of, from, size, to, e);
}

static bool wrong_barrier(struct communicator *c, struct error *e)
{
    return wrong_of(c)->of->ops->barrier(wrong_of(c)->of, e);
}

static void wrong_describe(const struct communicator *c, int rank, char *out, size_t size)
{
    const struct communicator *of = ((const struct wrong_sums *)c)->of;

    of->ops->describe(of, rank, out, size);
}

static void wrong_patience(struct communicator *c, double seconds)
{
    wrong_of(c)->of->ops->patience(wrong_of(c)->of, seconds);
}

/* The other is its owner's to close. */
static void wrong_close(struct communicator *c)
{
    (void)c;
}

struct wrong_sums wrong_sums_over(struct communicator *of, int which)
{
    static const struct communicator_ops ops = {
        .name = "wrong",
        .close = wrong_close,
        .give_up = wrong_give_up,
        .all_reduce = wrong_all_reduce,
        .await = wrong_await,
        .broadcast = wrong_broadcast,
        .all_gather = wrong_all_gather,
        .barrier = wrong_barrier,
        .describe = wrong_describe,
        .patience = wrong_patience,
    };
    struct wrong_sums w = { .base = *of, .of = of, .which = which };

    w.base.ops = &ops;
    return w;
}
