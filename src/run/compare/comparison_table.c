#include "run/compare/comparison_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "run/compare/comparison_verdict.h"
#include "run/run_differences.h"

struct making {
    const struct comparison *c;
    const struct comparison_result *results;
    struct comparison_table *t;
    struct comparison_turn *turns;
    double *figures; /* room for those of all epochs of a row */
};

static int row_like(const struct making *m, int entry)
{
    for (int i = 0; i < entry; i++)
        if (m->c->entries[i].alike == m->c->entries[entry].alike)
            return m->t->row_of[i];
    return m->t->count;
}

/* The runs that differ in their seed alone have one row, under the name of the first. */
static void make_rows(struct making *m)
{
    for (int i = 0; i < m->c->count; i++) {
        const struct comparison_entry *entry = &m->c->entries[i];
        int at = row_like(m, i);
        struct comparison_row *row = &m->t->rows[at];

        m->t->row_of[i] = at;
        if (at == m->t->count) {
            m->t->count++;
            text_copy(row->label, sizeof row->label, entry->group);
            text_copy(row->device, sizeof row->device, entry->device);
            row->first = i;
            row->epochs = INT32_MAX;
            row->dropped = true;
        }
        row->count++;
    }
}

static void band_add(struct comparison_band *b, double figure)
{
    b->least = b->count == 0 || figure < b->least ? figure : b->least;
    b->most = b->count == 0 || figure > b->most ? figure : b->most;
    b->mean += (figure - b->mean) / ++b->count;
}

static const struct comparison_band unknown = { .mean = -1, .least = -1, .most = -1 };

/* One figure of all runs of a row. `all`: unknown unless each run has it. */
static struct comparison_band band_of(const struct making *m, int row, bool all,
                                      double (*figure)(const struct making *m, const struct comparison_result *r))
{
    struct comparison_band b = { .count = 0 };

    for (int i = 0; i < m->c->count; i++) {
        double one = m->t->row_of[i] == row ? figure(m, &m->results[i]) : -1;

        if (one >= 0)
            band_add(&b, one);
    }
    return b.count == 0 || (all && b.count < m->t->rows[row].count) ? unknown : b;
}

static double best(const struct making *m, const struct comparison_result *r)
{
    (void)m;
    return r->best_accuracy;
}

static double last(const struct making *m, const struct comparison_result *r)
{
    (void)m;
    return r->last_accuracy;
}

static double energy(const struct making *m, const struct comparison_result *r)
{
    (void)m;
    return r->energy;
}

static double memory(const struct making *m, const struct comparison_result *r)
{
    (void)m;
    return r->memory;
}

static double gpu_memory(const struct making *m, const struct comparison_result *r)
{
    (void)m;
    return r->gpu_memory;
}

static double to_common(const struct making *m, const struct comparison_result *r)
{
    return m->t->common_accuracy >= 0 ? comparison_result_seconds_to(r, m->t->common_accuracy) : -1;
}

/* Over the epochs of all runs of the row. */
static struct comparison_spread spread_of(const struct making *m, int row,
                                          int (*take)(const struct comparison_result *r, double *out))
{
    int count = 0;

    for (int i = 0; i < m->c->count; i++)
        if (m->t->row_of[i] == row)
            count += take(&m->results[i], m->figures + count);
    return comparison_spread_of(m->figures, count);
}

/* The worst is told. */
static int weight(const struct comparison_result *r)
{
    static const int weights[RUN_STATE_COUNT] = {
        [RUN_FINISHED] = 0, [RUN_TRAINS] = 1, [RUN_STOPPED] = 2, [RUN_CUT_OFF] = 3, [RUN_FAILED] = 4, [RUN_DAMAGED] = 5
    };

    return weights[r->state];
}

static void take_state(struct making *m, int entry)
{
    const struct comparison_result *r = &m->results[entry];
    struct comparison_row *row = &m->t->rows[m->t->row_of[entry]];

    row->waits |= !r->there;
    row->dropped &= m->turns[entry].dropped && r->state != RUN_FAILED;
    row->epochs = int_min(row->epochs, r->epochs);
    row->warmed |= r->warmed;
    if (row->problem[0] == '\0')
        text_copy(row->problem, sizeof row->problem, r->problem);
    if (entry == row->first || weight(r) > weight(&(struct comparison_result){ .state = row->state }))
        row->state = r->state;
}

static bool differs(const struct making *m, size_t offset, const char **one, const char **other)
{
    return comparison_results_differ(m->results, m->c->count, offset, one, other);
}

/* Those that were stopped early have not had the time to get so far, and are not asked. */
static double common_accuracy(const struct making *m)
{
    const char *one, *other;
    double common = -1;

    if (differs(m, offsetof(struct summary, dataset), &one, &other)) /* of which accuracies do not compare */
        return -1;
    for (int i = 0; i < m->c->count; i++) {
        double reached = m->results[i].best_accuracy;

        if (reached >= 0 && !m->turns[i].dropped && (common < 0 || reached < common))
            common = reached;
    }
    return common;
}

static void measure(struct making *m)
{
    struct comparison_table *t = m->t;

    for (int i = 0; i < m->c->count; i++)
        take_state(m, i);
    t->common_accuracy = common_accuracy(m);
    for (int k = 0; k < t->count; k++) {
        struct comparison_row *row = &t->rows[k];

        row->epoch_seconds = spread_of(m, k, comparison_result_epoch_seconds);
        row->images_per_second = spread_of(m, k, comparison_result_speeds);
        row->best_accuracy = band_of(m, k, false, best);
        row->last_accuracy = band_of(m, k, false, last);
        row->seconds_to_common = band_of(m, k, true, to_common);
        row->energy = band_of(m, k, false, energy);
        row->memory = band_of(m, k, false, memory);
        row->gpu_memory = band_of(m, k, false, gpu_memory);
        row->speedup = row->epoch_seconds.count > 0 && t->rows[0].epoch_seconds.count > 0
                           ? t->rows[0].epoch_seconds.median / row->epoch_seconds.median
                           : -1;
    }
}

/* NULL without memory. */
static struct comparison_difference *add_difference(struct comparison_table *t, const char *name)
{
    struct comparison_difference *all = realloc(t->differences, (size_t)(t->n_differences + 1) * sizeof *all), *d;

    if (!all)
        return NULL;
    t->differences = all;
    d = &all[t->n_differences];
    *d = (struct comparison_difference){ .values = calloc((size_t)t->count, sizeof *d->values) };
    text_sanitise(d->name, sizeof d->name, name);
    t->n_differences += d->values != NULL;
    return d->values ? d : NULL;
}

static void take_difference(void *table, const struct recipe_difference *from)
{
    struct comparison_table *t = table;
    struct comparison_difference *d = add_difference(t, from->name);

    for (int k = 0; d && k < t->count; k++)
        text_sanitise(d->values[k], sizeof d->values[k], from->values[k]);
}

/* Of what was planned the axes tell it. */
static bool differences_of_axes(const struct making *m)
{
    const struct comparison *c = m->c;

    for (int a = 0; a < c->n_axes; a++) {
        struct comparison_difference *d;
        char name[sizeof d->name];

        if (c->axes[a].count < 2 || a == comparison_seeds(c))
            continue;
        text_copy(name, sizeof name, c->axes[a].key);
        *strchr(name, '.') = ' ';
        if (!(d = add_difference(m->t, name)))
            return false;
        for (int k = 0; k < m->t->count; k++)
            text_sanitise(d->values[k], sizeof d->values[k], c->axes[a].values[c->entries[m->t->rows[k].first].at[a]]);
    }
    return true;
}

static bool differences_of_runs(const struct making *m, struct error *e)
{
    const char *folders[RECIPE_DIFFERENCES_MOST];
    int rows = 0;

    if (m->t->count < 2)
        return true;
    for (int k = 0; k < m->t->count; k++)
        folders[k] = m->c->entries[m->t->rows[k].first].folder;
    return run_differences(folders, m->t->count, take_difference, m->t, &rows, e) &&
           (rows == m->t->n_differences || error_set(e, ERROR_MEMORY, "no memory for what differs"));
}

static void note(struct comparison_table *t, const char *text)
{
    if (t->n_notes < COMPARISON_NOTES_MOST)
        text_sanitise(t->notes[t->n_notes++], sizeof *t->notes, text);
}

static void note_states(const struct making *m)
{
    char text[256];

    for (int k = 0; k < m->t->count; k++) {
        const struct comparison_row *row = &m->t->rows[k];

        text[0] = '\0';
        if (row->state == RUN_TRAINS && !row->waits)
            text_append(text, sizeof text, "%s trains still: these are its epochs so far", row->label);
        else if (row->problem[0])
            text_append(text, sizeof text, "%s: %s", row->label, row->problem);
        if (text[0])
            note(m->t, text);
    }
}

/* Of a race's runs the others are part of the comparison. */
static void note_crowding(const struct making *m)
{
    const double much = 0.1;
    char text[256], label[COMPARISON_LABEL_SIZE] = "";
    double most = much;

    for (int i = 0; i < m->c->count; i++)
        if (m->results[i].crowding > most) {
            most = m->results[i].crowding;
            text_copy(label, sizeof label, m->t->rows[m->t->row_of[i]].label);
        }
    if (m->c->race || label[0] == '\0')
        return;
    snprintf(text, sizeof text,
             "other programs were in the way, most of %s, where they and it wanted %.0f %% more cores than there are: "
             "on a quiet node it is faster",
             label, 100 * most);
    note(m->t, text);
}

/* The first epoch has that time, and so has the time to an accuracy. */
static void note_features(struct comparison_table *t, const struct comparison_row *row, double seconds)
{
    char text[256];

    snprintf(text, sizeof text, "%s computed once what its frozen layers give, in %.1f s: %s", row->label, seconds,
             row->warmed ? "s/epoch and speed-up leave that out" : "its first epoch counts that");
    if (seconds > 0)
        note(t, text);
}

static bool differ_in(const struct comparison_table *t, const char *name)
{
    for (int i = 0; i < t->n_differences; i++)
        if (strcmp(t->differences[i].name, name) == 0)
            return true;
    return false;
}

static void note_all(const struct making *m)
{
    const char *one, *other;
    char text[256], shared[128];
    bool single = false;

    if (differs(m, offsetof(struct summary, dataset), &one, &other)) {
        snprintf(text, sizeof text,
                 "they are of different data sets, %.40s and %.40s: their accuracies do not compare, and the times of "
                 "their epochs only if they have as many images",
                 path_name(one), path_name(other));
        note(m->t, text);
    }
    if (differs(m, offsetof(struct summary, node), &one, &other)) {
        snprintf(text, sizeof text, "they were trained on different nodes, %.60s and %.60s", one, other);
        note(m->t, text);
    }
    if (m->c->race && comparison_shares(m->c, shared, sizeof shared)) {
        snprintf(text, sizeof text, "they were trained at the same time and share %s: each alone is faster", shared);
        note(m->t, text);
    }
    if (differ_in(m->t, "training accumulate"))
        note(m->t, "batches are computed in passes of different sizes (accumulate): speed and memory differ by that, "
                   "and with batch norm so does what is learned");
    for (int i = 0; i < m->c->count; i++)
        single |= m->results[i].epochs == 1;
    if (single)
        note(m->t, "of a single epoch the warm-up is part, and there is no spread");
    for (int k = 0; k < m->t->count; k++)
        note_features(m->t, &m->t->rows[k], m->results[m->t->rows[k].first].summary.features_seconds);
    note_crowding(m);
    note_states(m);
}

static bool make(struct making *m, struct error *e)
{
    size_t epochs = 1;

    for (int i = 0; i < m->c->count; i++)
        epochs += (size_t)m->results[i].epochs;
    m->t->rows = memory_new((size_t)m->c->count, sizeof *m->t->rows, e);
    m->t->row_of = memory_new((size_t)m->c->count, sizeof *m->t->row_of, e);
    m->turns = memory_new((size_t)m->c->count, sizeof *m->turns, e);
    m->figures = memory_new(epochs, sizeof *m->figures, e);
    if (!m->t->rows || !m->t->row_of || !m->turns || !m->figures ||
        !comparison_turns(m->c, m->results, NULL, m->turns, e))
        return false;
    make_rows(m);
    measure(m);
    if (m->c->n_axes > 0 ? !differences_of_axes(m) && !error_set(e, ERROR_MEMORY, "no memory for what differs")
                         : !differences_of_runs(m, e))
        return false;
    note_all(m);

    const struct comparison_rows rows = { m->t->rows, m->t->count, m->t->common_accuracy };

    comparison_verdict(&rows, m->t->verdict, sizeof m->t->verdict);
    comparison_scaling_make(&rows, m->results, m->t->n_differences == differ_in(m->t, "training device"),
                            &m->t->scaling);
    return true;
}

struct comparison_table *comparison_table_make(const struct comparison *c, const struct comparison_result *results,
                                               struct error *e)
{
    struct making m = { .c = c, .results = results, .t = memory_new(1, sizeof *m.t, e) };
    bool made = m.t && make(&m, e);

    free(m.turns);
    free(m.figures);
    if (made)
        return m.t;
    comparison_table_free(m.t);
    return NULL;
}

void comparison_table_free(struct comparison_table *t)
{
    if (!t)
        return;
    for (int i = 0; i < t->n_differences; i++)
        free(t->differences[i].values);
    free(t->differences);
    free(t->rows);
    free(t->row_of);
    free(t);
}
