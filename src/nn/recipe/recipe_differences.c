#include "nn/recipe/recipe_differences.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

struct table {
    const struct recipe *const *recipes;
    int count, rows;
    void (*row)(void *context, const struct recipe_difference *d);
    void *context;
    struct recipe_difference difference;
};

static void add_row(struct table *t, const char *name)
{
    bool same = true;

    for (int i = 1; same && i < t->count; i++)
        same = strcmp(t->difference.values[i], t->difference.values[0]) == 0;
    if (same)
        return;
    t->difference.name = name;
    t->row(t->context, &t->difference);
    t->rows++;
}

static void compare_section(struct table *t, const struct recipe_section *s)
{
    for (int k = 0; k < s->fields->count; k++) {
        const struct field *f = &s->fields->fields[k];
        char name[96];

        for (int i = 0; i < t->count; i++)
            field_format(f, (const char *)t->recipes[i] + s->offset, t->difference.values[i], FIELD_TEXT_SIZE);
        snprintf(name, sizeof name, "%s %s", s->name, f->name);
        add_row(t, name);
    }
}

/* "dense units=64 activation=relu" */
static void write_layer(const struct layer *l, char out[FIELD_TEXT_SIZE])
{
    char settings[FIELD_TEXT_SIZE];

    layer_format(l, settings, sizeof settings);
    snprintf(out, FIELD_TEXT_SIZE, "%.*s%s%.*s", 32, l->class->name, settings[0] ? " " : "", FIELD_TEXT_SIZE - 40,
             settings);
}

/* The layer at a position from the front, or from the back, is the same in all. */
static bool same_layer(const struct table *t, int position, bool from_back)
{
    char first[FIELD_TEXT_SIZE], other[FIELD_TEXT_SIZE];

    for (int i = 0; i < t->count; i++) {
        const struct recipe *r = t->recipes[i];

        write_layer(&r->layers[from_back ? r->n_layers - 1 - position : position], i == 0 ? first : other);
        if (i > 0 && strcmp(first, other) != 0)
            return false;
    }
    return true;
}

static void compare_layers(struct table *t)
{
    int least = t->recipes[0]->n_layers, most = least, front = 0, back = 0;

    for (int i = 1; i < t->count; i++) {
        least = int_min(least, t->recipes[i]->n_layers);
        most = int_max(most, t->recipes[i]->n_layers);
    }
    while (front < least && same_layer(t, front, false))
        front++;
    while (back < least - front && same_layer(t, back, true))
        back++;
    for (int position = front; position < most - back; position++) {
        char name[32];

        for (int i = 0; i < t->count; i++) {
            t->difference.values[i][0] = '\0';
            if (position < t->recipes[i]->n_layers - back)
                write_layer(&t->recipes[i]->layers[position], t->difference.values[i]);
        }
        snprintf(name, sizeof name, "layer %d", position + 1);
        add_row(t, name);
    }
}

int recipe_differences(const struct recipe *const *recipes, int count,
                       void (*row)(void *context, const struct recipe_difference *d), void *context)
{
    struct table t = { .recipes = recipes, .count = int_clamp(count, 1, RECIPE_DIFFERENCES_MOST), .row = row,
                       .context = context };

    for (int i = 0; i < RECIPE_SECTION_COUNT; i++)
        compare_section(&t, &recipe_sections[i]);
    compare_layers(&t);
    return t.rows;
}
