/* How ranks that train together share a step: what each tells of itself, and what that comes to. */
#ifndef NN_RANK_REPORT_H
#define NN_RANK_REPORT_H

#include <stdbool.h>
#include <stddef.h>

/* What a rank tells: means of its last seconds; of all of the run when it is over. Seconds a step. */
struct rank_card {
    double step;    /* from a step's end to the next one's; 0: it is not known yet */
    double waits;   /* of these, it stood waiting for other ranks and for their sums; the rest is its own work */
    double summing; /* sums were under way, waited for or not; negative: unknown */
    double hidden;  /* of these, it computed meanwhile */
    double load;    /* of a CPU: the share of the last second that its first thread was on a core; negative: unknown */
};

enum { RANK_NAME_SIZE = 96 };

/* What all of them come to, as all readers are told it.
 *
 * `perfect` is the parallel efficiency of the POP centre's metrics (Performance Optimisation and Productivity): the
 * time that the ranks spent on their own work over all that they had, which is the sum of their work over the sum of
 * their steps. What is missing is waiting: for a slower rank, for sums that are not hidden, for the words that go with
 * each step. That smaller slices, or cores that share a memory, compute less per second is no part of it: `cuvette
 * compare --devices` measures that against one rank. */
struct rank_summary {
    int ranks, nodes;  /* 0 where one trains alone */
    double perfect;    /* 0…1; negative while it is not known */
    double hidden;     /* of the time in which sums were under way, the part that was computed in: 0…1; negative:
                          unknown */
    double behind;     /* by how much longer than that of the median rank the slowest one's own work takes: 0.2 is a
                          fifth; negative: nobody holds the others up */
    double slow, usual; /* seconds a step of both, as long as one does */
    char slowest[RANK_NAME_SIZE]; /* "rank 3 on node b12", as long as it does; else "" */
};

/* One of the ranks, by its name. */
struct rank_row {
    char name[RANK_NAME_SIZE];
    struct rank_card card;
};

/* The first of them; where there are more, those whose own work takes longest. */
enum { RANK_ROWS_MOST = 32 };
struct rank_rows {
    int count;
    struct rank_row rows[RANK_ROWS_MOST];
};

static inline double rank_card_works(const struct rank_card *c)
{
    return c->step - c->waits;
}

/* Where a rank comes among all of them. */
struct rank_place {
    double works; /* seconds a step of its own work */
    int rank;
};

/* Of cards [ranks], into order [ranks]: the rank whose own work takes longest comes last, of equal ones the last. */
void rank_report_order(const struct rank_card cards[], int ranks, struct rank_place order[]);

/* Of cards [ranks] and their order: perfect, hidden, behind, slow and usual are set. A rank holds the others up where
 * its own work takes at least a tenth longer than that of the median (of an even number, the lower one), and that is a
 * twentieth of a step. *slowest is which one, or -1. */
void rank_report_sum(const struct rank_card cards[], const struct rank_place order[], int ranks,
                     struct rank_summary *out, int *slowest);

/* The ranks to show of those in that order, the lowest first: at most RANK_ROWS_MOST. How many these are. */
int rank_report_choose(const struct rank_place order[], int ranks, int chosen[RANK_ROWS_MOST]);

/* "4 ranks on 2 nodes, 93 % of perfect", or "n/a of perfect"; "" where one is alone. `gpus`: ranks are GPUs. */
void rank_report_words(const struct rank_summary *s, bool gpus, char *out, size_t size);

/* "rank 1 on node b12 holds the others up: its own work takes 24.1 ms a step, that of the median rank 19.6 ms: 23 %
 * longer"; "" where nobody does. */
void rank_report_slowest(const struct rank_summary *s, char *out, size_t size);

#endif
