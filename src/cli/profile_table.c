#include "cli/profile_table.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

const char *profile_table_layer(const struct profile_row *row, const struct recipe *recipe)
{
    return row->op->layer >= 0 ? recipe->layers[row->op->layer].class->name : "";
}

static void append_shape(const struct profile *p, value v, char to[PROFILE_SHAPES_SIZE])
{
    const struct plan_value *shown = &p->plan->values[v];

    for (int i = 0; i < shown->rank; i++)
        text_append(to, PROFILE_SHAPES_SIZE, "%s%d", i ? "x" : "",
                    i == 0 && shown->per_image ? p->images : shown->dims[i]);
}

void profile_table_shapes(const struct profile *p, const struct profile_row *row, char to[PROFILE_SHAPES_SIZE])
{
    to[0] = '\0';
    append_shape(p, row->op->in[0], to);
    if (row->cost.flops > 0) {
        text_append(to, PROFILE_SHAPES_SIZE, " ");
        append_shape(p, row->op->in[1], to);
    }
    if (row->op->out[0] != VALUE_NONE) {
        text_append(to, PROFILE_SHAPES_SIZE, " -> ");
        append_shape(p, row->op->out[0], to);
    }
}

struct widths {
    int layer, operation, shapes;
};

static struct widths measure_widths(const struct profile *p, const struct recipe *recipe)
{
    struct widths w = { .layer = 5, .operation = 27, .shapes = 6 }; /* at least; the headings have room in it */
    char shapes[PROFILE_SHAPES_SIZE];

    for (int i = 0; i < p->n_rows; i++) {
        profile_table_shapes(p, &p->rows[i], shapes);

        int layer = (int)strlen(profile_table_layer(&p->rows[i], recipe)) + 4, length = (int)strlen(shapes);

        w.layer = int_max(layer, w.layer);
        w.operation = int_max((int)strlen(op_name(p->rows[i].op->kind)), w.operation);
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

/* A column that only devices which tell it have. */
static void print_launches(const struct profile *p, int launches, FILE *out)
{
    if (p->launches > 0)
        fprintf(out, "%10d", launches);
}

static void print_row(const struct profile *p, const struct profile_row *row, const struct recipe *recipe,
                      struct widths w, FILE *out)
{
    char shapes[PROFILE_SHAPES_SIZE], layer[64] = "";

    profile_table_shapes(p, row, shapes);
    if (row->op->layer >= 0)
        text_append(layer, sizeof layer, "%3d %s", row->op->layer + 1, profile_table_layer(row, recipe));
    fprintf(out, "%-*s  %-*s  %-*s  %11.1f", w.layer, layer, w.operation, op_name(row->op->kind), w.shapes, shapes,
            row->seconds * 1e6);
    print_rate(row->cost.flops, row->seconds, out);
    print_rate(row->cost.bytes, row->seconds, out);
    print_launches(p, row->launches, out);
    fprintf(out, "  %6.1f\n", 100 * row->seconds / p->rows_seconds);
}

static void print_sum(const struct profile *p, struct widths w, const char *name, double seconds, FILE *out)
{
    fprintf(out, "%-*s  %11.1f", w.layer + 2 + w.operation + 2 + w.shapes, name, seconds * 1e6);
    print_rate(p->cost.flops, seconds, out);
    print_rate(p->cost.bytes, seconds, out);
    print_launches(p, p->launches, out);
    fprintf(out, "  %6.1f\n", 100 * seconds / p->rows_seconds);
}

/* How well they share it: what waits is in the row of `await`, too. */
static void print_ranks(const struct profile *p, FILE *out)
{
    fprintf(out, "Of %d ranks this is rank 0: %.1f %% of its step waits for the others and their sums", p->ranks,
            100 * p->waits / p->step_seconds);
    if (p->summing > 0)
        fprintf(out, ";\nsums are under way for %.1f microsecs, of which %.0f %% are hidden", p->summing * 1e6,
                100 * p->hidden / p->summing);
    fputs(".\n", out);
}

void profile_table_print(const struct profile *p, const struct recipe *recipe, FILE *out)
{
    struct widths w = measure_widths(p, recipe);

    fprintf(out, "%-*s  %-*s  %-*s  %11s%9s%9s%s  %6s\n", w.layer, "layer", w.operation, "operation", w.shapes,
            "shapes", "microsecs", "GFLOP/s", "GB/s", p->launches > 0 ? "  launches" : "", "%");
    for (int i = 0; i < p->n_rows; i++)
        print_row(p, &p->rows[i], recipe, w, out);
    print_sum(p, w, p->launches > 0 ? "all operations, an event behind each" : "all operations, one at a time",
              p->rows_seconds, out);
    print_sum(p, w, "the step as it is trained, in one go", p->step_seconds, out);
    if (p->ranks > 1)
        print_ranks(p, out);
    if (p->queued)
        fprintf(out, "An operation alone takes the way to the device and back besides: short ones seem long.\n");
    if (plan_parts(p->plan) > 1)
        fprintf(out, "Of a step of %d images this is the last of %d parts, with the update.\n", p->plan->step,
                plan_parts(p->plan));
    fprintf(out, "Medians of %d steps of %d images%s: %.0f images/s.\n", p->steps, p->images,
            p->ranks > 1 ? " on each rank" : "", p->images * p->ranks / p->step_seconds);
}
