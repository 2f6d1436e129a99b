#include "cli/compare_json.h"

#include <jansson.h>

#include "base/text.h"
#include "cli/json_out.h"

/* Jansson's setters fail on NULL, so a lack of memory makes the dump at the end fail. */

static json_t *figure(double known)
{
    return known >= 0 ? json_out_figure(known) : json_null();
}

static json_t *text(const char *known)
{
    return known[0] ? json_out_text(known) : json_null();
}

static json_t *spread_json(const struct comparison_spread *s)
{
    if (s->count == 0)
        return json_null();
    return json_pack("{s:i, s:o, s:o, s:o}", "count", s->count, "median", figure(s->median), "least", figure(s->least),
                     "most", figure(s->most));
}

static json_t *band_json(const struct comparison_band *b)
{
    if (b->count == 0)
        return json_null();
    return json_pack("{s:i, s:o, s:o, s:o}", "count", b->count, "mean", figure(b->mean), "least", figure(b->least),
                     "most", figure(b->most));
}

static json_t *row_json(const struct comparison_row *row)
{
    return json_pack("{s:o, s:o, s:i, s:s, s:b, s:i, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "label",
                     text(row->label), "device", text(row->device), "runs", row->count, "state",
                     row->waits ? "waits" : run_state_word(row->state), "dropped", row->dropped, "epochs", row->epochs,
                     "first_epoch_left_out", row->warmed, "seconds_per_epoch", spread_json(&row->epoch_seconds),
                     "images_per_second", spread_json(&row->images_per_second), "speedup", figure(row->speedup),
                     "best_accuracy", band_json(&row->best_accuracy), "last_accuracy", band_json(&row->last_accuracy),
                     "seconds_to_common_accuracy", band_json(&row->seconds_to_common), "energy_joules",
                     band_json(&row->energy), "memory_peak_bytes", band_json(&row->memory), "gpu_memory_peak_bytes",
                     band_json(&row->gpu_memory), "problem", text(row->problem));
}

static json_t *run_json(const struct comparison *c, const struct comparison_table *t,
                        const struct comparison_result *r, int entry)
{
    const struct comparison_entry *of = &c->entries[entry];

    return json_pack("{s:o, s:o, s:i, s:o, s:i, s:s, s:i, s:o, s:o}", "label", text(of->label), "folder",
                     text(of->folder), "row", t->row_of[entry], "device", text(of->device), "seed", of->seed, "state",
                     r->there ? run_state_word(r->state) : "waits", "epochs", r->epochs, "best_accuracy",
                     figure(r->best_accuracy), "seconds", figure(r->seconds));
}

static json_t *difference_json(const struct comparison_table *t, const struct comparison_difference *d)
{
    json_t *values = json_array();

    for (int k = 0; k < t->count; k++)
        json_array_append_new(values, text(d->values[k]));
    return json_pack("{s:s, s:o}", "name", d->name, "values", values);
}

static json_t *step_json(const struct comparison_table *t, int i)
{
    const struct scaling_step *step = &t->scaling.steps[i];

    return json_pack("{s:o, s:s, s:i, s:o, s:o, s:o, s:o}", "label", text(t->rows[step->row].label), "unit",
                     t->scaling.unit, "units", step->units, "images_per_second", spread_json(&step->speed),
                     "perfect_images_per_second", figure(step->perfect), "efficiency", spread_json(&step->efficiency),
                     "seconds_to_common_accuracy", figure(step->seconds_to_common));
}

/* Rows that are no scaling have none. */
static json_t *scaling_json(const struct comparison_table *t)
{
    json_t *steps = json_array();

    for (int i = 0; i < t->scaling.count; i++)
        if (json_array_append_new(steps, step_json(t, i)) != 0) {
            json_decref(steps);
            return NULL;
        }
    return steps;
}

bool compare_json_print(const struct comparison *c, const struct comparison_result *results,
                        const struct comparison_table *t, struct error *e)
{
    json_t *rows = json_array(), *runs = json_array(), *differences = json_array(), *notes = json_array();
    bool whole = true;

    for (int k = 0; k < t->count; k++)
        whole &= json_array_append_new(rows, row_json(&t->rows[k])) == 0;
    for (int i = 0; i < c->count; i++)
        whole &= json_array_append_new(runs, run_json(c, t, &results[i], i)) == 0;
    for (int i = 0; i < t->n_differences; i++)
        whole &= json_array_append_new(differences, difference_json(t, &t->differences[i])) == 0;
    for (int i = 0; i < t->n_notes; i++)
        whole &= json_array_append_new(notes, json_out_text(t->notes[i])) == 0;

    json_t *all = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "folder", text(c->folder), "race",
                            json_boolean(c->race), "common_accuracy", figure(t->common_accuracy), "rows", rows, "runs",
                            runs, "differences", differences, "notes", notes, "verdict", text(t->verdict),
                            "scaling", scaling_json(t));

    if (!whole) {
        json_decref(all);
        all = NULL;
    }
    return json_out_print(all, JSON_INDENT(2) | JSON_REAL_PRECISION(9), "the comparison", e);
}
