#include "cli/profile_json.h"

#include <jansson.h>

#include "cli/json_out.h"
#include "cli/profile_table.h"

static json_t *row_json(const struct profile *p, const struct profile_row *row, const struct recipe *recipe)
{
    bool of_layer = row->op->layer >= 0;
    char shapes[PROFILE_SHAPES_SIZE];

    profile_table_shapes(p, row, shapes);
    return json_pack("{s:s, s:o, s:o, s:s, s:f, s:f, s:f, s:o, s:f}", "operation", op_name(row->op->kind), "layer",
                     of_layer ? json_integer(row->op->layer + 1) : json_null(), "layer_kind",
                     of_layer ? json_string(profile_table_layer(row, recipe)) : json_null(), "shapes", shapes,
                     "seconds", row->seconds, "flops", row->cost.flops, "bytes", row->cost.bytes, "launches",
                     row->launches > 0 ? json_integer(row->launches) : json_null(), "share",
                     row->seconds / p->rows_seconds);
}

/* Jansson refuses NULL in arrays and objects, so a lack of memory makes the whole NULL. */
static json_t *rows_json(const struct profile *p, const struct recipe *recipe)
{
    json_t *rows = json_array();

    for (int i = 0; i < p->n_rows; i++)
        if (json_array_append_new(rows, row_json(p, &p->rows[i], recipe)) != 0) {
            json_decref(rows);
            return NULL;
        }
    return rows;
}

static json_t *of_ranks(const struct profile *p, double seconds)
{
    return p->ranks > 1 && seconds >= 0 ? json_real(seconds) : json_null();
}

bool profile_json_print(const struct recipe_profile *p, const struct recipe *recipe, struct error *e)
{
    const struct device *device = &p->device;
    const struct profile *profile = p->profile;
    char label[DEVICES_LABEL_SIZE];

    devices_label(device, label);

    json_t *all = json_pack("{s:o, s:o, s:o, s:o, s:i, s:i, s:i, s:i, s:o, s:o, s:o, s:o, s:f, s:f}", "recipe",
                            json_out_text(recipe->name), "dataset", json_out_text(recipe->data.dataset), "device",
                            json_out_text(label), "device_name", json_out_text(device->info.name), "threads",
                            devices_threads(device), "images", profile->images, "ranks", profile->ranks, "steps",
                            profile->steps, "waits_seconds", of_ranks(profile, profile->waits), "summing_seconds",
                            of_ranks(profile, profile->summing), "hidden_seconds",
                            of_ranks(profile, profile->hidden), "operations", rows_json(profile, recipe),
                            "operations_seconds", profile->rows_seconds, "step_seconds", profile->step_seconds);

    return json_out_print(all, JSON_INDENT(2) | JSON_REAL_PRECISION(9), "the profile", e);
}
