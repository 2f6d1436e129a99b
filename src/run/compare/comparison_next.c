#include "run/compare/comparison_next.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"

struct standing {
    int group;       /* its number */
    double accuracy; /* a mean over its seeds; negative: unknown */
};

struct halving {
    const struct comparison *c;
    const struct comparison_result *results;
    const bool *given_up;
    struct comparison_turn *turns;
    int seeds, rungs;          /* entries of a group; times that some are dropped */
    int alive;
    struct standing *standing; /* of the groups that are alive */
};

/* The last rung is all of the epochs. */
static int epochs_of_rung(const struct halving *h, int rung)
{
    int epochs = h->c->recipe.training.epochs;

    for (int i = rung; i < h->rungs; i++)
        epochs /= h->c->halving;
    return int_max(epochs, 1);
}

/* As often as both the epochs and the groups can be divided. */
static int count_rungs(const struct comparison *c, int groups)
{
    int rungs = 0;

    if (c->halving < 2)
        return 0;
    for (int divisor = c->halving; divisor <= groups && divisor <= c->recipe.training.epochs; divisor *= c->halving)
        rungs++;
    return rungs;
}

/* One that ended early is, unless the comparison has become longer since (comparison_lengthen.h). */
static bool is_finished(const struct comparison *c, int entry, const struct comparison_result *r)
{
    const int axis = comparison_epochs(c);
    const int epochs = axis < 0 ? c->recipe.training.epochs : atoi(c->axes[axis].values[c->entries[entry].at[axis]]);

    return r->there && r->state == RUN_FINISHED && (r->planned == 0 || r->planned >= epochs);
}

static bool is_over(const struct halving *h, int entry, int epochs)
{
    const struct comparison_result *r = &h->results[entry];

    return r->epochs >= epochs || (h->given_up && h->given_up[entry]) ||
           is_finished(h->c, entry, r) || (r->there && r->state == RUN_FAILED);
}

/* Have all come so far? Where one has gone on from there, it was decided so. */
static bool rung_is_over(const struct halving *h, int epochs)
{
    bool over = true;

    for (int g = 0; g < h->alive; g++)
        for (int k = 0; k < h->seeds; k++) {
            int entry = h->standing[g].group * h->seeds + k;

            if (h->results[entry].epochs > epochs)
                return true;
            over &= is_over(h, entry, epochs);
        }
    return over;
}

static double accuracy_of(const struct halving *h, int group, int epochs)
{
    double sum = 0;

    for (int k = 0; k < h->seeds; k++) {
        double best = comparison_result_best_in(&h->results[group * h->seeds + k], epochs);

        if (best < 0)
            return -1;
        sum += best;
    }
    return sum / h->seeds;
}

/* Of those that are as good the first. */
static int best_first(const void *a, const void *b)
{
    const struct standing *x = a, *y = b;

    return x->accuracy != y->accuracy ? (x->accuracy < y->accuracy) - (x->accuracy > y->accuracy) : x->group - y->group;
}

static void set_turns(struct halving *h, int first, int epochs, bool dropped)
{
    for (int g = first; g < h->alive; g++)
        for (int k = 0; k < h->seeds; k++)
            h->turns[h->standing[g].group * h->seeds + k] = (struct comparison_turn){ epochs, dropped };
}

static void climb(struct halving *h)
{
    for (int rung = 0; rung <= h->rungs; rung++) {
        const int epochs = epochs_of_rung(h, rung);

        set_turns(h, 0, epochs, false);
        if (rung == h->rungs || !rung_is_over(h, epochs))
            return;
        for (int g = 0; g < h->alive; g++)
            h->standing[g].accuracy = accuracy_of(h, h->standing[g].group, epochs);
        qsort(h->standing, (size_t)h->alive, sizeof *h->standing, best_first);

        const int kept = (h->alive + h->c->halving - 1) / h->c->halving;

        set_turns(h, kept, epochs, true);
        h->alive = kept;
    }
}

bool comparison_turns(const struct comparison *c, const struct comparison_result *results, const bool *given_up,
                      struct comparison_turn *turns, struct error *e)
{
    const int axis = comparison_seeds(c), seeds = axis >= 0 ? c->axes[axis].count : 1, groups = c->count / seeds;
    struct halving h = { .c = c, .results = results, .given_up = given_up, .turns = turns, .seeds = seeds,
                         .alive = groups, .rungs = count_rungs(c, groups) };

    h.standing = memory_new((size_t)groups, sizeof *h.standing, e);
    if (!h.standing)
        return false;
    for (int g = 0; g < groups; g++)
        h.standing[g] = (struct standing){ g, -1 };
    climb(&h);
    free(h.standing);
    return true;
}

int comparison_next(const struct comparison *c, const struct comparison_result *results,
                    const struct comparison_turn *turns, const bool *given_up)
{
    for (int i = 0; i < c->count; i++) {
        const struct comparison_result *r = &results[i];
        bool whole = turns[i].epochs == c->recipe.training.epochs;

        if (given_up[i] || is_finished(c, i, r) || (r->there && r->state == RUN_TRAINS))
            continue;
        if (r->epochs < turns[i].epochs || whole) /* one that has all epochs has not been saved yet */
            return i;
    }
    return -1;
}
