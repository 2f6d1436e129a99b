#include "run/compare/comparison_verdict.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Devices are called as people do where there is one of a kind: "the GPU". */
static void name_of(const struct comparison_rows *all, const struct comparison_row *row, char *out, size_t size)
{
    static const struct {
        const char *device, *name;
    } kinds[] = { { "cuda", "the GPU" }, { "cpu", "the CPU" } };

    text_copy(out, size, row->label);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds && strcmp(row->label, row->device) == 0; k++) {
        int of_kind = 0;

        for (int i = 0; i < all->count; i++)
            of_kind += strncmp(all->at[i].device, kinds[k].device, strlen(kinds[k].device)) == 0;
        if (of_kind == 1 && strncmp(row->device, kinds[k].device, strlen(kinds[k].device)) == 0)
            text_copy(out, size, kinds[k].name);
    }
}

/* Rounded down, so that what is said to be reached was reached. */
static void per_cent(char out[16], double accuracy)
{
    snprintf(out, 16, "%.1f %%", floor(accuracy * 1000 + 1e-3) / 10);
}

static void times(char out[16], double factor)
{
    snprintf(out, 16, factor < 9.95 ? "%.1f" : "%.0f", factor);
}

static const struct comparison_row *extreme(const struct comparison_rows *all, bool slowest)
{
    const struct comparison_row *found = NULL;

    for (int i = 0; i < all->count; i++) {
        const struct comparison_row *row = &all->at[i];

        if (row->epoch_seconds.count > 0 &&
            (!found || (slowest ? row->epoch_seconds.median > found->epoch_seconds.median
                                : row->epoch_seconds.median < found->epoch_seconds.median)))
            found = row;
    }
    return found;
}

static int count_timed(const struct comparison_rows *all)
{
    int count = 0;

    for (int i = 0; i < all->count; i++)
        count += all->at[i].epoch_seconds.count > 0;
    return count;
}

/* One is faster only where its slowest epoch is faster than the other's fastest. */
static void tell_speed(const struct comparison_rows *all, const struct comparison_row *fast,
                       const struct comparison_row *slow, char *out, size_t size)
{
    char faster[COMPARISON_LABEL_SIZE], slower[COMPARISON_LABEL_SIZE], factor[16];
    bool two = count_timed(all) == 2;

    name_of(all, fast, faster, sizeof faster);
    name_of(all, slow, slower, sizeof slower);
    times(factor, slow->epoch_seconds.median / fast->epoch_seconds.median);
    if (fast->epoch_seconds.most >= slow->epoch_seconds.least || strcmp(factor, "1.0") == 0)
        text_append(out, size, two ? "%s and %s are as fast, as far as their epochs tell"
                                   : "%s and %s, the fastest and the slowest, are as fast, as far as their epochs tell",
                    faster, slower);
    else
        text_append(out, size, two ? "%s is %s times as fast as %s" : "%s is the fastest, %s times as fast as %s",
                    faster, factor, slower);
    if (fast->epoch_seconds.count == 1 || slow->epoch_seconds.count == 1)
        text_append(out, size, ", by a single epoch");
}

static const struct comparison_row *most_accurate(const struct comparison_rows *all)
{
    const struct comparison_row *found = NULL;

    for (int i = 0; i < all->count; i++)
        if (all->at[i].best_accuracy.count > 0 &&
            (!found || all->at[i].best_accuracy.mean > found->best_accuracy.mean))
            found = &all->at[i];
    return found;
}

/* Do the bands of seeds lie apart? Of one run it is not known. */
static bool is_apart(const struct comparison_rows *all, const struct comparison_row *best)
{
    for (int i = 0; i < all->count; i++) {
        const struct comparison_band *other = &all->at[i].best_accuracy;

        if (&all->at[i] != best && other->count > 0 && other->most >= best->best_accuracy.least)
            return false;
    }
    return true;
}

/* What all of them reach, or who is better. */
static void tell_accuracy(const struct comparison_rows *all, char *out, size_t size)
{
    const double alike = 0.01; /* seeds alone make as much of a difference */
    const struct comparison_row *best = most_accurate(all);
    int reaching = 0;
    char reached[16], least[16], most[16], name[COMPARISON_LABEL_SIZE];

    if (!best || all->common_accuracy < 0)
        return;
    for (int i = 0; i < all->count; i++)
        reaching += all->at[i].seconds_to_common.count > 0;
    if (best->best_accuracy.mean - all->common_accuracy < alike && reaching == count_timed(all)) {
        per_cent(reached, all->common_accuracy);
        text_append(out, size, "; %s reach %s", reaching == 2 ? "both" : "all", reached);
        return;
    }
    name_of(all, best, name, sizeof name);
    per_cent(reached, best->best_accuracy.mean);
    text_append(out, size, "; %s reaches the highest accuracy, %s", name, reached);
    if (best->best_accuracy.count > 1) {
        per_cent(least, best->best_accuracy.least);
        per_cent(most, best->best_accuracy.most);
        text_append(out, size, " (%s to %s over %d seeds%s)", least, most, best->best_accuracy.count,
                    is_apart(all, best) ? "" : ", which others reach with some of theirs");
    }
}

void comparison_verdict(const struct comparison_rows *all, char *out, size_t size)
{
    const struct comparison_row *fast = extreme(all, false), *slow = extreme(all, true);

    out[0] = '\0';
    if (count_timed(all) < 2)
        return;
    tell_speed(all, fast, slow, out, size);
    tell_accuracy(all, out, size);
}
