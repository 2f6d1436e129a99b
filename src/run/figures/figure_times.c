/* Where the time of a step goes: by its parts, and by layers. */
#include <stdio.h>

#include "base/text.h"
#include "plot/bars.h"
#include "run/figures/figure.h"

static const double milliseconds = 1e3;

static struct bars *begin(const struct run_set *set, int bars, struct figure *out, struct error *e)
{
    struct bars *b = figure_memory(out, 1, sizeof *b, e);
    struct bar *list = b ? figure_memory(out, (size_t)bars, sizeof *list, e) : NULL;

    if (!list)
        return NULL;
    b->bars = list;
    figure_describe(set, &b->texts);
    text_copy(b->label, sizeof b->label, "time of a step (ms)");
    out->picture = bars_picture(b);
    return b;
}

/* A layer may be done together with the one before, as pooling is with a convolution. */
static void note_time(struct bar *bar, double seconds, double of)
{
    if (seconds == 0) {
        text_append(bar->note, sizeof bar->note, "no work of its own");
        return;
    }
    text_append(bar->note, sizeof bar->note, "%.3g ms", seconds * milliseconds);
    if (of > 0 && seconds < of / 200)
        text_append(bar->note, sizeof bar->note, " (under 1 %%)");
    else if (of > 0)
        text_append(bar->note, sizeof bar->note, " (%.0f %%)", seconds / of * 100);
}

static bool knows_parts(const struct run_data *d)
{
    return d->summary.step_seconds > 0 && d->summary.step_parts[STEP_FORWARD] >= 0;
}

/* One run: a bar for each part. */
static void add_parts(const struct run_data *d, struct bar *bars, int *count)
{
    for (int i = 0; i < STEP_PARTS_COUNT; i++) {
        const double seconds = d->summary.step_parts[i];
        struct bar *bar = &bars[*count];

        if (!(seconds > 0))
            continue;
        text_append(bar->name, sizeof bar->name, "%s", step_part_names[i]);
        bar->parts[0] = seconds * milliseconds;
        note_time(bar, seconds, d->summary.step_seconds);
        (*count)++;
    }
}

/* Several: a bar for each run, of its parts. */
static void add_runs(const struct run_set *set, struct bar *bars, int *count)
{
    for (int run = 0; run < set->count; run++) {
        const struct run_data *d = &set->runs[run];
        struct bar *bar = &bars[*count];

        if (!knows_parts(d))
            continue;
        text_copy(bar->name, sizeof bar->name, d->label);
        for (int i = 0; i < STEP_PARTS_COUNT; i++)
            bar->parts[i] = d->summary.step_parts[i] * milliseconds;
        note_time(bar, d->summary.step_seconds, 0);
        (*count)++;
    }
}

_Static_assert((int)STEP_PARTS_COUNT <= BARS_PARTS_MAX, "a bar has no room for the parts of a step");

static bool make_step_time(const struct figure_class *class, const struct run_set *set, const struct figure_wish *wish,
                           struct figure *out, struct error *e)
{
    enum { ROOM = STEP_PARTS_COUNT + RUNS_DRAWN_MAX };
    struct bars *b = begin(set, ROOM, out, e);
    (void)class;
    (void)wish;

    if (!b)
        return false;

    struct bar *bars = out->blocks[out->n_blocks - 1];

    text_copy(b->empty, sizeof b->empty, "the time of its steps was not measured");
    b->n_parts = set->count > 1 ? STEP_PARTS_COUNT : 1;
    for (int i = 0; i < b->n_parts; i++)
        text_copy(b->parts[i], sizeof b->parts[i], set->count > 1 ? step_part_names[i] : "milliseconds");
    if (set->count > 1)
        add_runs(set, bars, &b->n_bars);
    else if (knows_parts(&set->runs[0]))
        add_parts(&set->runs[0], bars, &b->n_bars);
    return true;
}

const struct figure_class figure_step_time = {
    .name = "step-time",
    .help = "where the time of a step goes: images, forward, backward, update (ms)",
    .has = knows_parts,
    .make = make_step_time,
};

static bool knows_layers(const struct run_data *d)
{
    return d->layers.count > 0;
}

static void add_layer(const struct run_set *set, const struct run_data *d, int layer, struct bar *bar)
{
    const struct layer_time *t = &d->layers.layers[layer];
    double sum = 0;

    text_append(bar->name, sizeof bar->name, "%s%s%d %s", set->count > 1 ? d->label : "", set->count > 1 ? " " : "",
                layer + 1, t->layer);
    for (int i = 0; i < LAYER_PARTS; i++) {
        bar->parts[i] = t->parts[i] * milliseconds;
        sum += t->parts[i];
    }
    note_time(bar, sum, d->summary.step_seconds);
}

static bool make_layer_time(const struct figure_class *class, const struct run_set *set, const struct figure_wish *wish,
                            struct figure *out, struct error *e)
{
    struct bars *b = begin(set, set->count * STEP_LAYERS_MAX, out, e);
    (void)class;
    (void)wish;

    if (!b)
        return false;

    struct bar *bars = out->blocks[out->n_blocks - 1];

    text_copy(b->empty, sizeof b->empty, "the time of its layers was not measured");
    b->n_parts = LAYER_PARTS;
    for (int i = 0; i < LAYER_PARTS; i++)
        text_copy(b->parts[i], sizeof b->parts[i], layer_part_names[i]);
    for (int run = 0; run < set->count; run++)
        for (int i = 0; i < set->runs[run].layers.count; i++)
            add_layer(set, &set->runs[run], i, &bars[b->n_bars++]);
    return true;
}

const struct figure_class figure_layer_time = {
    .name = "layer-time",
    .help = "what each layer takes of a step: forward, backward, update (ms)",
    .has = knows_layers,
    .make = make_layer_time,
};
