#include "run/compare/comparison_scaling.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

static bool is_measured(const struct comparison_row *r)
{
    return r->images_per_second.count > 0;
}

/* Threads of a run on CPUs, GPUs of another. Ranks of other processes have as many as rank 0. */
static int units_of(const struct summary *s)
{
    const int each = s->threads > 0 ? s->threads : int_max(s->replicas, 1);

    return s->replicas <= 1 && s->ranks > 1 ? each * s->ranks : each;
}

static bool is_gpu(const struct comparison_row *r)
{
    return strncmp(r->device, "cpu", 3) != 0;
}

/* Puts a row where its units belong. False where another one has as many. */
static bool insert(struct comparison_scaling *s, const struct scaling_step *step)
{
    int at = s->count;

    for (; at > 0 && s->steps[at - 1].units >= step->units; at--)
        if (s->steps[at - 1].units == step->units)
            return false;
    memmove(&s->steps[at + 1], &s->steps[at], (size_t)(s->count++ - at) * sizeof *step);
    s->steps[at] = *step;
    return true;
}

static void compare_with_first(struct comparison_scaling *s)
{
    const struct scaling_step *first = &s->steps[0];

    for (int i = 0; i < s->count; i++) {
        struct scaling_step *step = &s->steps[i];
        const double perfect = first->speed.median * step->units / first->units;

        step->perfect = perfect;
        step->efficiency = (struct comparison_spread){ .count = step->speed.count,
                                                       .median = step->speed.median / perfect,
                                                       .least = step->speed.least / perfect,
                                                       .most = step->speed.most / perfect };
    }
}

bool comparison_scaling_make(const struct comparison_rows *rows, const struct comparison_result *results, bool alone,
                             struct comparison_scaling *out)
{
    bool whole = alone, gpus = rows->count > 0 && is_gpu(&rows->at[0]);

    *out = (struct comparison_scaling){ .unit = gpus ? "GPU" : "thread" };
    for (int k = 0; whole && k < rows->count && out->count < COMPARISON_VALUES_MOST; k++) {
        const struct comparison_row *row = &rows->at[k];
        const struct scaling_step step = {
            .row = k,
            .units = units_of(&results[row->first].summary),
            .speed = row->images_per_second,
            .seconds_to_common = row->seconds_to_common.count > 0 ? row->seconds_to_common.mean : -1,
        };

        whole = is_gpu(row) == gpus && (!is_measured(row) || insert(out, &step));
    }
    if (!whole || out->count < 2) {
        out->count = 0;
        return false;
    }
    compare_with_first(out);
    return true;
}

void comparison_scaling_words(const struct comparison_scaling *s, const struct comparison_row *rows, char *out,
                              size_t size)
{
    out[0] = '\0';
    if (s->count == 0)
        return;

    const struct scaling_step *first = &s->steps[0], *last = &s->steps[s->count - 1];

    text_append(out, size, "%s trains %.0f images/s, %.3g times as many as %s, with %.3g times the %ss: %.0f %% of "
                           "perfect",
                rows[last->row].label, last->speed.median, last->speed.median / first->speed.median,
                rows[first->row].label, (double)last->units / first->units, s->unit, 100 * last->efficiency.median);
}
