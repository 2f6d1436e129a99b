#include "cli/profile_print.h"

#include <jansson.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

enum { SHAPES_SIZE = 96 };

/* The kind of a row's layer: "conv2d"; "" for none. */
static const char *layer_kind(const struct profile_row *row, const struct recipe *recipe)
{
    return row->op->layer >= 0 ? recipe->layers[row->op->layer].class->name : "";
}

static void append_shape(const struct profile *p, value v, char to[SHAPES_SIZE])
{
    const struct plan_value *shown = &p->plan->values[v];

    for (int i = 0; i < shown->rank; i++)
        text_append(to, SHAPES_SIZE, "%s%d", i ? "x" : "", i == 0 && shown->per_image ? p->images : shown->dims[i]);
}

/* The shapes of input and output: "32x784 784x128 -> 32x128"; for products, of both factors. */
static void format_shapes(const struct profile *p, const struct profile_row *row, char to[SHAPES_SIZE])
{
    to[0] = '\0';
    append_shape(p, row->op->in[0], to);
    if (row->cost.flops > 0) {
        text_append(to, SHAPES_SIZE, " ");
        append_shape(p, row->op->in[1], to);
    }
    if (row->op->out[0] != VALUE_NONE) {
        text_append(to, SHAPES_SIZE, " -> ");
        append_shape(p, row->op->out[0], to);
    }
}

struct widths {
    int layer, shapes;
};

static struct widths measure_widths(const struct profile *p, const struct recipe *recipe)
{
    struct widths w = { .layer = 5, .shapes = 6 }; /* the headings' own */
    char shapes[SHAPES_SIZE];

    for (int i = 0; i < p->n_rows; i++) {
        format_shapes(p, &p->rows[i], shapes);

        int layer = (int)strlen(layer_kind(&p->rows[i], recipe)) + 4, length = (int)strlen(shapes);

        w.layer = int_max(layer, w.layer);
        w.shapes = int_max(length, w.shapes);
    }
    return w;
}

/* Prints "12.3", or a dash where there is no rate. */
static void print_rate(double amount, double seconds, FILE *out)
{
    if (amount > 0 && seconds > 0)
        fprintf(out, "%9.1f", amount / seconds * 1e-9);
    else
        fprintf(out, "%9s", "-");
}

static void print_row(const struct profile *p, const struct profile_row *row, const struct recipe *recipe,
                      struct widths w, FILE *out)
{
    char shapes[SHAPES_SIZE], layer[64] = "";

    format_shapes(p, row, shapes);
    if (row->op->layer >= 0)
        text_append(layer, sizeof layer, "%3d %s", row->op->layer + 1, layer_kind(row, recipe));
    fprintf(out, "%-*s  %-27s  %-*s  %11.1f", w.layer, layer, op_name(row->op->kind), w.shapes, shapes,
            row->seconds * 1e6);
    print_rate(row->cost.flops, row->seconds, out);
    print_rate(row->cost.bytes, row->seconds, out);
    fprintf(out, "  %6.1f\n", 100 * row->seconds / p->rows_seconds);
}

void profile_print_table(const struct profile *p, const struct recipe *recipe, FILE *out)
{
    struct widths w = measure_widths(p, recipe);
    int name = w.layer + 2 + 27 + 2 + w.shapes;
    double flops = 0;

    fprintf(out, "%-*s  %-27s  %-*s  %11s%9s%9s  %6s\n", w.layer, "layer", "operation", w.shapes, "shapes", "microsecs",
            "GFLOP/s", "GB/s", "%");
    for (int i = 0; i < p->n_rows; i++) {
        print_row(p, &p->rows[i], recipe, w, out);
        flops += p->rows[i].cost.flops;
    }
    fprintf(out, "%-*s  %11.1f", name, "all operations, one at a time", p->rows_seconds * 1e6);
    print_rate(flops, p->rows_seconds, out);
    fprintf(out, "%9s  %6.1f\n", "", 100.0);
    fprintf(out, "%-*s  %11.1f", name, "the step as it is trained, in one go", p->step_seconds * 1e6);
    print_rate(flops, p->step_seconds, out);
    fprintf(out, "%9s  %6.1f\n", "", 100 * p->step_seconds / p->rows_seconds);
    if (p->queued)
        fprintf(out, "An operation alone takes the way to the device and back besides: short ones seem long.\n");
    fprintf(out, "Medians of %d steps of %d images: %.0f images/s.\n", p->steps, p->images,
            p->images / p->step_seconds);
}

/* Jansson accepts valid UTF-8 only. */
static json_t *text_json(const char *text)
{
    char clean[256];

    text_sanitise(clean, sizeof clean, text);
    return json_string(clean);
}

static json_t *row_json(const struct profile *p, const struct profile_row *row, const struct recipe *recipe)
{
    bool of_layer = row->op->layer >= 0;
    char shapes[SHAPES_SIZE];

    format_shapes(p, row, shapes);
    return json_pack("{s:s, s:o, s:o, s:s, s:f, s:f, s:f, s:f}", "operation", op_name(row->op->kind), "layer",
                     of_layer ? json_integer(row->op->layer + 1) : json_null(), "layer_kind",
                     of_layer ? json_string(layer_kind(row, recipe)) : json_null(), "shapes", shapes, "seconds",
                     row->seconds, "flops", row->cost.flops, "bytes", row->cost.bytes, "share",
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

bool profile_print_json(const struct recipe_profile *p, const struct recipe *recipe, struct error *e)
{
    const struct device *device = &p->device;
    const struct profile *profile = p->profile;
    json_t *all = json_pack("{s:o, s:o, s:o, s:o, s:i, s:i, s:i, s:o, s:f, s:f}", "recipe", text_json(recipe->name),
                            "dataset", text_json(recipe->data.dataset), "device", text_json(device->info.id),
                            "device_name", text_json(device->info.name), "threads",
                            device->choice.threads > 0 ? device->choice.threads : device->info.threads, "images",
                            profile->images, "steps", profile->steps, "operations", rows_json(profile, recipe),
                            "operations_seconds", profile->rows_seconds, "step_seconds", profile->step_seconds);
    bool fine = all && json_dumpf(all, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) == 0 && putchar('\n') != EOF;

    json_decref(all);
    return fine || error_set(e, ERROR_IO, "cannot print the profile");
}
