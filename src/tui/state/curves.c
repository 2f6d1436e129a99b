#include "tui/state/curves.h"

#include <math.h>

#include "base/path.h"
#include "base/text.h"
#include "nn/recipe/recipe_file.h"
#include "run/run_recipe.h"

void curves_free(struct curves *c)
{
    for (int kind = 0; kind < CHART_COUNT; kind++)
        for (int line = 0; line < CHART_LINES_MAX; line++)
            trace_free(&c->lines[kind][line]);
    *c = (struct curves){ 0 };
}

void curves_begin(struct curves *c, const char *name, bool held_out)
{
    curves_free(c);
    text_copy(c->name, sizeof c->name, name);
    c->held_out = held_out;
}

static void take(struct curves *c, enum run_curve curve, const struct point *p)
{
    const struct point low = point_low(*p), high = point_high(*p);

    if (p->step > 0 && p->position > 0)
        c->steps_an_epoch = (double)p->step / p->position;

    struct trace_value taken = {
        .x = {
            [AXIS_EPOCH] = p->position,
            [AXIS_STEP] = p->step > 0 ? (double)p->step : p->position * c->steps_an_epoch,
            [AXIS_TIME] = isfinite(p->seconds) ? p->seconds : 0, /* a line of metrics need not have it */
        },
        .count = p->steps,
    };

    for (int i = 0; i < CHART_COUNT; i++)
        for (int line = 0; line < chart_kinds[i]->n_lines; line++) {
            if (chart_kinds[i]->lines[line].curve != curve)
                continue;
            taken.y = chart_kinds[i]->value(p) * (float)chart_kinds[i]->factor;
            taken.low = chart_kinds[i]->value(&low) * (float)chart_kinds[i]->factor;
            taken.high = chart_kinds[i]->value(&high) * (float)chart_kinds[i]->factor;
            trace_add(&c->lines[i][line], taken);
        }
}

bool curves_follow(struct curves *c, const struct series *const series[CURVE_COUNT])
{
    bool came = false;

    for (int i = 0; i < CURVE_COUNT; i++)
        for (size_t n = series_length(series[i]); c->taken[i] < n; came = true) {
            struct point p = series_at(series[i], c->taken[i]++);

            take(c, (enum run_curve)i, &p);
        }
    return came;
}

/* At a time and a place of the run, as it was measured. */
static struct trace_value measured(const struct curves *c, double epoch, double seconds, double y)
{
    return (struct trace_value){
        .x = { [AXIS_EPOCH] = epoch, [AXIS_STEP] = epoch * c->steps_an_epoch, [AXIS_TIME] = seconds },
        .count = 1, .y = (float)y, .low = (float)y, .high = (float)y,
    };
}

void curves_take_load(struct curves *c, const struct load_point *p)
{
    for (int i = 0; i < CHART_COUNT; i++)
        for (int line = 0; chart_kinds[i]->load && line < chart_kinds[i]->n_lines; line++)
            trace_add(&c->lines[i][line],
                      measured(c, p->epoch, p->seconds, chart_kinds[i]->load(p, line) * chart_kinds[i]->factor));
}

void curves_take_look(struct curves *c, const struct health *h)
{
    for (int i = 0; i < CHART_COUNT; i++)
        for (int line = 0; chart_kinds[i]->look && line < chart_kinds[i]->n_lines; line++)
            trace_add(&c->lines[i][line],
                      measured(c, h->position, h->seconds, chart_kinds[i]->look(h, line) * chart_kinds[i]->factor));
}

void curves_take(struct curves *c, const struct metrics_curves *metrics)
{
    for (size_t i = 0; i < metrics->n_steps; i++)
        take(c, CURVE_STEPS, &metrics->steps[i]);
    for (size_t i = 0; i < metrics->n_epochs; i++)
        take(c, CURVE_VALIDATION, &metrics->valid[i]);
    for (size_t i = 0; i < metrics->n_loads; i++)
        curves_take_load(c, &metrics->loads[i]);
    for (size_t i = 0; i < metrics->n_looks; i++)
        curves_take_look(c, &metrics->looks[i]);
}

bool curves_read(struct curves *c, const char *folder, const atomic_bool *stopped, struct error *e)
{
    struct metrics_curves metrics;
    struct recipe recipe;
    char path[PATH_SIZE];

    if (!run_recipe_load(&recipe, folder, e) || !path_join(path, folder, "metrics.jsonl", e) ||
        !metrics_read(path, stopped, &metrics, e))
        return false;
    curves_begin(c, path_name(folder), recipe.data.validation > 0);
    curves_take(c, &metrics);
    metrics_read_free(&metrics);
    return true;
}

double curves_end(const struct curves *c, enum axis axis)
{
    double end = 0;

    for (int i = 0; i < CHART_COUNT; i++)
        for (int line = 0; line < CHART_LINES_MAX; line++)
            if (c->lines[i][line].count > 0 && c->lines[i][line].last.x[axis] > end)
                end = c->lines[i][line].last.x[axis];
    return end;
}
