#include "nn/train/rank_report.h"

#include <math.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"

static bool is_known(const struct rank_card *c)
{
    return c->step > 0;
}

static int by_work(const void *a, const void *b)
{
    const struct rank_place *x = a, *y = b;

    return x->works != y->works ? (x->works > y->works) - (x->works < y->works) : x->rank - y->rank;
}

void rank_report_order(const struct rank_card cards[], int ranks, struct rank_place order[])
{
    for (int r = 0; r < ranks; r++)
        order[r] = (struct rank_place){ .works = rank_card_works(&cards[r]), .rank = r };
    qsort(order, (size_t)ranks, sizeof *order, by_work);
}

/* Is one of them what the others wait for? */
static void look_for_slowest(const struct rank_card cards[], const struct rank_place order[], int ranks,
                             struct rank_summary *out, int *slowest)
{
    const double longer = 0.1, of_step = 0.05;
    const int last = order[ranks - 1].rank;
    const double slow = order[ranks - 1].works, usual = order[(ranks - 1) / 2].works;

    if (usual <= 0 || slow < usual * (1 + longer) || slow - usual < of_step * cards[last].step)
        return;
    *slowest = last;
    out->slow = slow;
    out->usual = usual;
    out->behind = slow / usual - 1;
}

void rank_report_sum(const struct rank_card cards[], const struct rank_place order[], int ranks,
                     struct rank_summary *out, int *slowest)
{
    double steps = 0, works = 0, summing = 0, hidden = 0;

    *slowest = -1;
    out->perfect = out->hidden = out->behind = -1;
    out->slow = out->usual = -1;
    out->slowest[0] = '\0';
    for (int r = 0; r < ranks; r++) {
        if (!is_known(&cards[r]))
            return;
        steps += cards[r].step;
        works += rank_card_works(&cards[r]);
        if (cards[r].summing > 0) {
            summing += cards[r].summing;
            hidden += cards[r].hidden;
        }
    }
    if (ranks < 2)
        return;
    out->perfect = fmin(fmax(works / steps, 0), 1);
    if (summing > 0)
        out->hidden = hidden / summing;
    look_for_slowest(cards, order, ranks, out, slowest);
}

static int ascending(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

int rank_report_choose(const struct rank_place order[], int ranks, int chosen[RANK_ROWS_MOST])
{
    const int count = int_min(ranks, RANK_ROWS_MOST);

    for (int i = 0; i < count; i++)
        chosen[i] = order[ranks - count + i].rank;
    qsort(chosen, (size_t)count, sizeof *chosen, ascending);
    return count;
}

void rank_report_words(const struct rank_summary *s, bool gpus, char *out, size_t size)
{
    out[0] = '\0';
    if (s->ranks < 2)
        return;
    text_append(out, size, "%d %s on %d node%s, ", s->ranks, gpus ? "GPUs" : "ranks", s->nodes,
                s->nodes == 1 ? "" : "s");
    if (s->perfect >= 0)
        text_append(out, size, "%.0f %% of perfect", 100 * s->perfect);
    else
        text_append(out, size, "n/a of perfect");
}

void rank_report_slowest(const struct rank_summary *s, char *out, size_t size)
{
    const double milliseconds = 1e3;

    out[0] = '\0';
    if (s->slowest[0])
        text_append(out, size, "%s holds the others up: its own work takes %.3g ms a step, that of the median rank "
                               "%.3g ms: %.0f %% longer",
                    s->slowest, s->slow * milliseconds, s->usual * milliseconds, 100 * s->behind);
}
