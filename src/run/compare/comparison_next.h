/* What is to be trained next, and how far. Nothing is kept for it: it follows from what the runs have reached. */
#ifndef RUN_COMPARE_COMPARISON_NEXT_H
#define RUN_COMPARE_COMPARISON_NEXT_H

#include "run/compare/comparison.h"
#include "run/compare/comparison_result.h"

/* How far an entry is to be trained, as far as this is known. With halving the entries are trained to a part of the
 * epochs; the best of them, a group of seeds by its mean accuracy, go on to the next part, which is `halving` times as
 * long. (Jamieson and Talwalkar, Non-stochastic best arm identification and hyperparameter optimization, AISTATS 2016.)
 * The recipe's schedule is that of all epochs, however early an entry is stopped. */
struct comparison_turn {
    int epochs;
    bool dropped; /* others were better: it does not go on */
};

/* Into turns[c->count]. `results`: of each entry. `given_up[c->count]`: those that others do not wait for; NULL: none.
 * Where the seeds are varied, their axis is the last. False with an error. */
bool comparison_turns(const struct comparison *c, const struct comparison_result *results, const bool *given_up,
                      struct comparison_turn *turns, struct error *e);

/* The entry that is to be trained now; -1: all are where they should be, or cannot get there. `given_up`: those
 * that are not tried again. One that trains already, in another process, is passed over. */
int comparison_next(const struct comparison *c, const struct comparison_result *results,
                    const struct comparison_turn *turns, const bool *given_up);

#endif
