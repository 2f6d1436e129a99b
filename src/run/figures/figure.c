#include "run/figures/figure.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "nn/recipe/device_name.h"
#include "plot/chart_page.h"

#define CURVES(position, chart) \
    static const struct figure_class curves_##chart = { .curves = &chart_##chart, .make = figure_make_curves };
CHARTS(CURVES)
#undef CURVES

const struct figure_class *const figures[FIGURE_COUNT] = {
#define CURVES(position, chart) [FIGURE_##position] = &curves_##chart,
    CHARTS(CURVES)
#undef CURVES
#define FIGURE(position, name) [FIGURE_##position] = &figure_##name,
    FIGURES(FIGURE)
#undef FIGURE
};

const char *figure_name(enum figure_position position)
{
    const struct figure_class *class = figures[position];

    return class->curves ? class->curves->name : class->name;
}

const char *figure_help(enum figure_position position)
{
    const struct figure_class *class = figures[position];

    return class->curves ? class->curves->label : class->help;
}

bool figure_is_there(enum figure_position position, const struct run_set *set)
{
    bool there = !figures[position]->has;

    for (int i = 0; !there && i < set->count; i++)
        there = figures[position]->has(&set->runs[i]);
    return there;
}

bool figure_make(enum figure_position position, const struct run_set *set, const struct figure_wish *wish,
                 struct figure *out, struct error *e)
{
    *out = (struct figure){ 0 };
    if (figures[position]->make(figures[position], set, wish, out, e))
        return true;
    figure_free(out);
    return false;
}

void figure_free(struct figure *f)
{
    for (int i = 0; i < f->n_blocks; i++)
        free(f->blocks[i]);
    *f = (struct figure){ 0 };
}

void *figure_memory(struct figure *f, size_t count, size_t size, struct error *e)
{
    void *block = memory_new(count, size, e);

    if (block)
        f->blocks[f->n_blocks++] = block;
    return block;
}

/* "/data/cifar10.h5" -> "cifar10" */
static void short_name(char *out, size_t size, const struct run_data *d)
{
    text_copy(out, size, path_name(d->summary.dataset[0] ? d->summary.dataset : d->recipe.data.dataset));
    char *dot = strrchr(out, '.');
    if (dot && dot != out)
        *dot = '\0';
}

static void describe_epochs(const struct run_data *d, char *to, size_t size)
{
    int planned = d->recipe.training.epochs, trained = d->summary.epochs;

    if (trained >= planned)
        text_append(to, size, " · %d epoch%s", trained, trained == 1 ? "" : "s");
    else
        text_append(to, size, " · %s: %d of %d epochs", d->summary.state, trained, planned);
}

static void describe_one(const struct run_data *d, struct chart_texts *out)
{
    const struct summary *s = &d->summary;
    char dataset[64], parameters[32], share[96];

    short_name(dataset, sizeof dataset, d);
    text_append(out->title, sizeof out->title, "%s on %s", s->name[0] ? s->name : d->recipe.name, dataset);
    text_append(out->subtitle, sizeof out->subtitle, "%.80s",
                s->device_name[0] ? s->device_name : d->recipe.training.device);
    if (s->replicas > 1) {
        device_name_share_words(s->replicas, s->threads / s->replicas, d->recipe.training.shares,
                                d->recipe.training.batch, share, sizeof share);
        text_append(out->subtitle, sizeof out->subtitle, ", %s", share);
    } else if (s->threads > 0) {
        text_append(out->subtitle, sizeof out->subtitle, ", %d thread%s", s->threads, s->threads == 1 ? "" : "s");
    }
    if (s->precision[0] && strcmp(s->precision, precision_names[PRECISION_FP32]) != 0)
        text_append(out->subtitle, sizeof out->subtitle, ", %s", s->precision);
    if (s->parameters > 0) {
        text_count(parameters, sizeof parameters, s->parameters);
        text_append(out->subtitle, sizeof out->subtitle, " · %s parameters", parameters);
    }
    text_append(out->subtitle, sizeof out->subtitle, " · batch %d", d->recipe.training.batch);
    describe_epochs(d, out->subtitle, sizeof out->subtitle);
    if (s->date[0])
        text_append(out->footer, sizeof out->footer, "%s · cuvette %s", s->date, s->version);
}

/* What the runs have in common is said once. */
static void describe_several(const struct run_set *set, struct chart_texts *out)
{
    char first[64], other[64];
    bool same = true;

    short_name(first, sizeof first, &set->runs[0]);
    for (int i = 1; i < set->count; i++) {
        short_name(other, sizeof other, &set->runs[i]);
        same = same && strcmp(first, other) == 0;
    }
    text_append(out->title, sizeof out->title, "%d runs%s%s", set->count, same ? " on " : "", same ? first : "");
    for (int i = 0; i < set->count; i++) {
        const struct run_data *d = &set->runs[i];

        text_append(out->subtitle, sizeof out->subtitle, "%s%s: %s, %s, batch %d", i > 0 ? " · " : "", d->label,
                    d->summary.name[0] ? d->summary.name : d->recipe.name,
                    d->summary.device[0] ? d->summary.device : d->recipe.training.device, d->recipe.training.batch);
    }
    if (set->runs[0].summary.version[0])
        text_append(out->footer, sizeof out->footer, "cuvette %s", set->runs[0].summary.version);
}

void figure_describe(const struct run_set *set, struct chart_texts *out)
{
    if (set->count == 1)
        describe_one(&set->runs[0], out);
    else
        describe_several(set, out);
}
