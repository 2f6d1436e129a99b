#include "run/compare/comparison_result.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static const struct comparison_spread unknown = { .median = -1, .least = -1, .most = -1 };

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

struct comparison_spread comparison_spread_of(double *figures, int count)
{
    if (count == 0)
        return unknown;
    qsort(figures, (size_t)count, sizeof *figures, ascending);
    return (struct comparison_spread){ .count = count,
                                       .median = (figures[(count - 1) / 2] + figures[count / 2]) / 2,
                                       .least = figures[0],
                                       .most = figures[count - 1] };
}

int comparison_result_epoch_seconds(const struct comparison_result *r, double *out)
{
    const struct point *means = r->curves.train;
    int count = 0;

    for (int i = r->warmed; i < r->epochs; i++) {
        double seconds = means[i].seconds - (i > 0 ? means[i - 1].seconds : 0);

        if (isfinite(seconds) && seconds > 0)
            out[count++] = seconds;
    }
    return count;
}

int comparison_result_speeds(const struct comparison_result *r, double *out)
{
    int count = 0;

    for (int i = r->warmed; i < r->epochs; i++) {
        double speed = (double)r->curves.train[i].images_per_second;

        if (isfinite(speed) && speed > 0)
            out[count++] = speed;
    }
    return count;
}

static void measure(struct comparison_result *r)
{
    struct error e;
    double *figures = memory_new((size_t)r->epochs, sizeof *figures, &e);

    if (!figures) {
        text_sanitise(r->problem, sizeof r->problem, e.text);
        return;
    }
    r->epoch_seconds = comparison_spread_of(figures, comparison_result_epoch_seconds(r, figures));
    r->images_per_second = comparison_spread_of(figures, comparison_result_speeds(r, figures));
    free(figures);
}

double comparison_result_best_in(const struct comparison_result *r, int epochs)
{
    double best = -1;

    for (int i = 0; i < r->epochs && i < epochs; i++)
        if ((double)r->curves.valid[i].accuracy > best) /* false for one that is unknown */
            best = (double)r->curves.valid[i].accuracy;
    return best;
}

double comparison_result_seconds_to(const struct comparison_result *r, double accuracy)
{
    for (int i = 0; i < r->epochs; i++)
        if ((double)r->curves.valid[i].accuracy >= accuracy)
            return isfinite(r->curves.valid[i].seconds) ? r->curves.valid[i].seconds : r->curves.train[i].seconds;
    return -1;
}

static void take_accuracy(struct comparison_result *r)
{
    const double last = r->epochs > 0 ? (double)r->curves.valid[r->epochs - 1].accuracy : -1;

    r->best_accuracy = comparison_result_best_in(r, r->epochs);
    for (int i = r->epochs - 1; i >= 0; i--)
        if ((double)r->curves.valid[i].accuracy == r->best_accuracy)
            r->best_epoch = i + 1;
    r->last_accuracy = isfinite(last) ? last : -1;
}

static double larger(double a, double b)
{
    return b > a ? b : a; /* false for a `b` that is unknown */
}

/* A run on the CPU wants a core for each of its threads, also where it does not get them; another one what it used. */
static double crowding_of(const struct comparison_result *r)
{
    const struct load_point *loads = r->curves.loads;
    double others = 0, own = 0, seconds = 0;

    for (size_t i = 0; i < r->curves.n_loads; i++) {
        const double piece = loads[i].seconds - (i > 0 ? loads[i - 1].seconds : 0);

        if (!isfinite(loads[i].others * loads[i].cpu * piece))
            continue;
        others += loads[i].others * piece;
        own += loads[i].cpu * piece;
        seconds += piece;
    }
    if (!(seconds > 0))
        return -1;
    if (r->summary.threads > 0 && r->summary.cores_allotted > 0)
        own = seconds * fmin(r->summary.threads / r->summary.cores_allotted, 1);
    return (others + own) / seconds - 1;
}

/* Each line is of the time since the one before. Of a piece whose power is not known the energy is not known either. */
static void take_loads(struct comparison_result *r)
{
    const struct load_point *loads = r->curves.loads;
    double energy = 0;

    for (size_t i = 0; i < r->curves.n_loads; i++) {
        energy += loads[i].gpu_power * (loads[i].seconds - (i > 0 ? loads[i - 1].seconds : 0));
        r->memory = larger(r->memory, loads[i].memory);
        r->gpu_memory = larger(r->gpu_memory, loads[i].gpu_memory);
    }
    if (r->curves.n_loads > 0 && isfinite(energy) && energy > 0)
        r->energy = energy;
    r->crowding = crowding_of(r);
}

static void take_curves(struct comparison_result *r, const char *folder)
{
    char path[PATH_SIZE];
    struct error e = { .text = "metrics.jsonl is missing" };

    if (!path_file_in(path, folder, "metrics.jsonl") || !metrics_read(path, NULL, &r->curves, &e)) {
        if (r->problem[0] == '\0')
            text_sanitise(r->problem, sizeof r->problem, e.text);
        return;
    }
    r->epochs = (int)r->curves.n_epochs;
    r->warmed = r->epochs > 1;
    measure(r);
    take_accuracy(r);
    take_loads(r);
    if (r->epochs > 0 && isfinite(r->curves.train[r->epochs - 1].seconds))
        r->seconds = r->curves.train[r->epochs - 1].seconds;
}

void comparison_result_read(struct comparison_result *r, const char *folder)
{
    struct run_entry entry;

    *r = (struct comparison_result){ .epoch_seconds = unknown, .images_per_second = unknown, .best_accuracy = -1,
                                     .last_accuracy = -1, .seconds = -1, .energy = -1, .memory = -1,
                                     .gpu_memory = -1, .crowding = -1 };
    summary_forget(&r->summary);
    r->there = run_entry_look(&entry, folder, NULL);
    if (!r->there)
        return;
    r->state = entry.state;
    r->summary = entry.summary;
    r->planned = entry.planned;
    if (entry.state == RUN_FAILED) /* what its folder lacks follows from it */
        text_sanitise(r->problem, sizeof r->problem, entry.summary.error);
    if (r->problem[0] == '\0')
        text_copy(r->problem, sizeof r->problem, entry.problem);
    r->memory = entry.summary.memory_peak > 0 ? entry.summary.memory_peak : -1;
    take_curves(r, folder);
}

void comparison_result_free(struct comparison_result *r)
{
    metrics_read_free(&r->curves);
}

bool comparison_results_differ(const struct comparison_result *results, int count, size_t offset, const char **one,
                               const char **other)
{
    *one = NULL;
    for (int i = 0; i < count; i++) {
        const char *text = (const char *)&results[i].summary + offset;

        if (!results[i].there || text[0] == '\0')
            continue;
        *one = *one ? *one : text;
        *other = text;
        if (strcmp(*one, *other) != 0)
            return true;
    }
    return false;
}
