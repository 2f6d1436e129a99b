#include "nn/train/trainer_report.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"

static const double seconds_apart = 1;

bool trainer_report_due(const struct training *r)
{
    enum { STEPS_LEAST = 5 };

    return r->profiler.all.steps >= STEPS_LEAST && clock_seconds() - r->report.told >= seconds_apart;
}

/* Since it was told last. */
static double take_load(struct training *r)
{
    const struct communicator *c = r->t->communicator;
    struct trainer_report *own = &r->report;
    const double clock = c->counted - own->clock, core = c->on_core - own->core;
    const bool known = own->clock > 0 && clock > 0;

    own->clock = c->counted;
    own->core = c->on_core;
    return known ? core / clock : -1;
}

static struct rank_card own_card(struct training *r, bool last)
{
    struct step_profile p = { .summing = -1 };

    if (r->profiler.plan)
        profiler_show(&r->profiler, last, &p);
    return (struct rank_card){ .step = p.step, .waits = p.part[STEP_RANKS], .summing = p.summing, .hidden = p.hidden,
                               .load = take_load(r) };
}

static bool publish(struct training *r, const struct rank_card cards[], struct error *e)
{
    struct communicator *c = r->t->communicator;
    struct rank_summary *s = &r->now.together;
    int chosen[RANK_ROWS_MOST], slowest;
    struct rank_rows rows = { .count = 0 };
    struct rank_place *order = memory_new((size_t)c->ranks, sizeof *order, e);

    if (!order)
        return false;
    rank_report_order(cards, c->ranks, order);
    rank_report_sum(cards, order, c->ranks, s, &slowest);
    if (slowest >= 0)
        c->ops->describe(c, slowest, s->slowest, sizeof s->slowest);
    rows.count = rank_report_choose(order, c->ranks, chosen);
    free(order);
    for (int i = 0; i < rows.count; i++) {
        rows.rows[i].card = cards[chosen[i]];
        c->ops->describe(c, chosen[i], rows.rows[i].name, sizeof rows.rows[i].name);
    }
    pthread_mutex_lock(&r->t->lock);
    r->t->rank_rows = rows;
    pthread_mutex_unlock(&r->t->lock);
    return true;
}

bool trainer_report(struct training *r, bool last, struct error *e)
{
    struct communicator *c = r->t->communicator;
    const struct rank_card own = own_card(r, last);
    struct rank_card *all = memory_new((size_t)c->ranks, sizeof *all, e);
    bool good = all && c->ops->all_gather(c, &own, sizeof own, all, e);

    r->exchange.orders.report = false;
    r->report.told = clock_seconds();
    if (good && trainer_leads(r))
        good = publish(r, all, e);
    free(all);
    return good;
}

/* The communicator's counts, and what they have grown by. */
static struct profiler_exchange counts(const struct training *r)
{
    struct communicator *c = r->t->communicator;
    const double told = r->exchange.seconds;

    return (struct profiler_exchange){ .awaited = c->waited - told, .told = told, .summing = communicator_summing(c) };
}

void trainer_report_begin(struct training *r)
{
    if (r->together)
        r->report.counted = counts(r);
}

void trainer_report_step(struct training *r)
{
    struct profiler_exchange *before = &r->report.counted;

    if (!r->together)
        return;

    const struct profiler_exchange now = counts(r);

    r->profiler.tells_sums = now.summing >= 0;
    profiler_exchanged(&r->profiler, (struct profiler_exchange){ .awaited = now.awaited - before->awaited,
                                                                 .told = now.told - before->told,
                                                                 .summing = now.summing - before->summing });
    *before = now;
}
