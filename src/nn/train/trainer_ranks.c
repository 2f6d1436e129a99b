#include "nn/train/trainer_ranks.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/thread.h"
#include "nn/recipe/shares.h"
#include "nn/train/trainer_report.h"
#include "nn/train/trainer_snapshot.h"

static const double patience_training = 60;

static bool is_one_of_several(const struct training *r)
{
    return r->t->communicator && r->t->communicator->ranks > 1;
}

static bool broadcast(struct training *r, void *bytes, size_t size, struct error *e)
{
    struct communicator *c = r->t->communicator;

    return c->ops->broadcast(c, bytes, size, 0, e);
}

bool trainer_ranks_share_images(struct training *r, struct source **shared, struct error *e)
{
    struct trainer *t = r->t;
    bool many_may_read = t->source && t->info.in_memory && !t->info.made;

    *shared = many_may_read ? t->source : NULL;
    return broadcast(r, shared, sizeof *shared, e);
}

/* What has to be the same on all ranks before one number of another means anything here. */
struct likeness {
    uint64_t layout, images, batches;
    struct fingerprint data;
};

/* Of rank `rank`, which `who` tells. */
static bool is_like_first(const struct training *r, const struct likeness *all, int rank, const char *who,
                          struct error *e)
{
    char words[160], place[32];

    snprintf(place, sizeof place, "on rank %d", rank);

    const struct fingerprint_side one = { &all[0].data, "on rank 0" }, other = { &all[rank].data, place };

    if (fingerprint_differs(one, other, words, sizeof words))
        return error_set(e, ERROR_INPUT, "%s finds other data in %.120s than rank 0: %s; all ranks need the same files",
                         who, path_name(r->t->recipe.data.dataset), words);
    return memcmp(&all[rank], &all[0], offsetof(struct likeness, data)) == 0 ||
           error_set(e, ERROR_INPUT, "%s has another network or other images than rank 0", who);
}

/* All ranks come to the same answer: one that does not like it leaves when the others have it, too. */
static bool compare(struct training *r, struct error *e)
{
    struct communicator *c = r->t->communicator;
    const struct likeness own = { snapshot_layout(r->t->plan), loader_images(r->train), loader_batches(r->train),
                                  r->t->data };
    struct likeness *all = memory_new((size_t)c->ranks, sizeof *all, e);
    bool gathered = all && c->ops->all_gather(c, &own, sizeof own, all, e), good = gathered;
    struct error of_leaving;
    char who[96];

    for (int rank = 1; good && rank < c->ranks; rank++) {
        c->ops->describe(c, rank, who, sizeof who);
        good = is_like_first(r, all, rank, who, e);
    }
    if (gathered && !good)
        c->ops->barrier(c, &of_leaving);
    free(all);
    return good;
}

/* From rank 0's device to all. */
static bool share_arena(struct training *r, enum arena arena, struct error *e)
{
    const size_t bytes = r->t->plan->arena_bytes[arena];
    float *numbers;
    bool good;

    if (bytes == 0)
        return true;
    numbers = memory_new_aligned(1, bytes, e);
    good = numbers && (!trainer_leads(r) || executor_read_arena(&r->executor, arena, numbers, e)) &&
           broadcast(r, numbers, bytes, e) &&
           (trainer_leads(r) || executor_write_arena(&r->executor, arena, numbers, e));
    free(numbers);
    return good;
}

/* All ranks go back to the best epoch's where training runs out of patience. */
static bool share_kept(struct training *r, struct error *e)
{
    const size_t *bytes = r->t->plan->arena_bytes;

    if (r->t->recipe.training.patience == 0 || r->kept_epoch == 0)
        return true;
    return broadcast(r, r->kept_parameters, bytes[ARENA_PARAMETERS], e) &&
           broadcast(r, r->kept_statistics, bytes[ARENA_STATISTICS], e);
}

/* On rank 0, with each step. */
static void collect(void *training, struct exchange_orders *out)
{
    struct training *r = training;
    struct trainer *t = r->t;

    *out = (struct exchange_orders){ .rate_factor = atomic_load(&t->rate_factor),
                                  .stop = atomic_load(&t->stop),
                                  .paused = atomic_load(&t->paused),
                                  .snapshot = trainer_snapshot_begin(r),
                                  .report = trainer_report_due(r) };
}

static bool exchange_orders(struct training *r, struct error *e)
{
    double none = 0, nothing = 0;

    return exchange_words(&r->exchange, &none, &nothing, e);
}

static bool make_room(struct training *r, struct error *e)
{
    const int ranks = r->t->communicator->ranks;

    r->statistics_mean = memory_new_aligned(1, r->t->plan->arena_bytes[ARENA_STATISTICS], e);
    r->weights = r->statistics_mean ? memory_new((size_t)ranks, sizeof *r->weights, e) : NULL;
    for (int rank = 0; r->weights && rank < ranks; rank++)
        r->weights[rank] = shares_of(r->shares, rank, ranks).own;
    return r->weights != NULL;
}

bool trainer_ranks_begin(struct training *r, struct error *e)
{
    struct communicator *c = r->t->communicator;

    if (!is_one_of_several(r))
        return true;

    const double patience = c->patience > 0 ? c->patience : patience_training;

    c->ops->patience(c, PATIENCE_APART);
    if (!make_room(r, e) || !compare(r, e) || !executor_join(&r->executor, c, patience, e) ||
        !trainer_snapshot_share(r, e) ||
        !share_arena(r, ARENA_PARAMETERS, e) || !share_arena(r, ARENA_STATISTICS, e) ||
        !share_arena(r, ARENA_OPTIMISER, e) || !share_kept(r, e) || !exchange_open(&r->exchange, c, collect, r, e) ||
        !exchange_orders(r, e))
        return false;
    r->executor.exchange = &r->exchange;
    r->together = true;
    r->now.together.ranks = c->ranks;
    r->now.together.nodes = c->nodes;
    c->ops->patience(c, patience);
    return true;
}

/* A moment of rank 0's, as the others wait for its word. */
static void wait_for_command(struct trainer *t)
{
    const double moment = 0.2;

    pthread_mutex_lock(&t->lock);
    if (atomic_load(&t->paused) && !atomic_load(&t->stop))
        thread_wait_until(&t->resumed, &t->lock, clock_seconds() + moment);
    pthread_mutex_unlock(&t->lock);
}

bool trainer_ranks_pause(struct training *r, struct error *e)
{
    while (r->exchange.orders.paused && !r->exchange.orders.stop) {
        if (trainer_leads(r))
            wait_for_command(r->t);
        if (!exchange_orders(r, e))
            return false;
    }
    return true;
}

/* Each counts as much as its share of the images. Added up as doubles, whose products here are exact, and in the order
 * of the ranks, so that the mean of equal numbers is that number. */
static bool mean_of(struct training *r, const float *own, size_t count, float *all, float *mean, struct error *e)
{
    struct communicator *c = r->t->communicator;

    if (!c->ops->all_gather(c, own, count * sizeof *own, all, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        double sum = 0;

        for (int rank = 0; rank < c->ranks; rank++)
            sum += r->weights[rank] * (double)all[(size_t)rank * count + i];
        mean[i] = (float)(sum / r->t->share.all);
    }
    return true;
}

static bool read_mean(struct training *r, float *mean, struct error *e)
{
    enum { AT_ONCE = 4096 };
    struct communicator *c = r->t->communicator;
    const size_t count = r->t->plan->arena_bytes[ARENA_STATISTICS] / sizeof *mean;
    float *all = memory_new((size_t)c->ranks * AT_ONCE, sizeof *all, e);
    bool good = all && executor_read_arena(&r->executor, ARENA_STATISTICS, mean, e);

    for (size_t first = 0; good && first < count; first += AT_ONCE)
        good = mean_of(r, mean + first, size_min(AT_ONCE, count - first), all, mean + first, e);
    free(all);
    return good;
}

bool trainer_ranks_snapshot(struct training *r, struct error *e)
{
    r->exchange.orders.snapshot = false;
    return read_mean(r, r->statistics_mean, e) &&
           (!trainer_leads(r) || trainer_snapshot_take(r, r->statistics_mean, e));
}

/* A sum that went wrong, or a memory that has: from then on every step makes it worse. */
static bool check_weights(struct training *r, struct error *e)
{
    struct communicator *c = r->t->communicator;
    uint64_t *all = memory_new((size_t)c->ranks, sizeof *all, e), own;
    bool good = all && executor_read_arena(&r->executor, ARENA_PARAMETERS, r->t->parameters, e), gathered = false;
    struct error of_leaving;
    char name[64];

    if (good) {
        own = hash_bytes(r->t->parameters, r->t->plan->arena_bytes[ARENA_PARAMETERS], 0);
        good = gathered = c->ops->all_gather(c, &own, sizeof own, all, e);
    }
    for (int rank = 1; good && rank < c->ranks; rank++)
        if (all[rank] != all[0]) {
            c->ops->describe(c, rank, name, sizeof name);
            good = error_set(e, ERROR_RUN,
                             "after step %llu the weights of %s are no longer those of rank 0: a device or a library "
                             "has computed wrong",
                             (unsigned long long)r->now.steps, name);
        }
    if (gathered && !good) /* who leaves first would be the others' reason */
        c->ops->barrier(c, &of_leaving);
    free(all);
    return good;
}

bool trainer_ranks_meet(struct training *r, struct error *e)
{
    if (!r->together)
        return true;
    return check_weights(r, e) && read_mean(r, r->statistics_mean, e) &&
           executor_write_arena(&r->executor, ARENA_STATISTICS, r->statistics_mean, e);
}

bool trainer_ranks_part(struct training *r, struct error *e)
{
    if (!r->together)
        return true;
    r->t->communicator->ops->patience(r->t->communicator, PATIENCE_APART);
    return trainer_ranks_meet(r, e) && trainer_report(r, true, e);
}

/* Steps that a device has queued may be of any kind. */
bool trainer_ranks_left_whole(const struct training *r, const struct error *e)
{
    const struct executor *x = &r->executor;
    struct error lost;

    return r->together && x->backend && x->ahead == 1 && x->begun == x->ended && !x->untold &&
           exchange_lost(&r->exchange, &lost) && strcmp(lost.text, e->text) == 0;
}

/* Those that stop together all know it. */
void trainer_ranks_end(struct training *r, const struct error *e)
{
    struct communicator *c = r->t->communicator;

    if (is_one_of_several(r) && e->kind != ERROR_NONE && !(r->together && e->kind == ERROR_STOPPED) &&
        c->ops->give_up)
        c->ops->give_up(c, e);
    exchange_close(&r->exchange);
    free(r->statistics_mean);
    free(r->weights);
}
