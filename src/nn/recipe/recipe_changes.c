#include "nn/recipe/recipe_changes.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"

enum { TOLD_MAX = 3 };

struct telling {
    char *words;
    size_t size;
    int count;
};

/* Begins another change; false when enough have been told. */
static bool tell(struct telling *t)
{
    t->count++;
    if (!t->words || t->count > TOLD_MAX)
        return false;
    text_append(t->words, t->size, "%s", t->count > 1 ? ", " : "");
    return true;
}

/* Of a path its last part is enough. */
static void write_value(const struct field *f, const void *settings, char out[FIELD_TEXT_SIZE])
{
    field_format(f, settings, out, FIELD_TEXT_SIZE);
    if (f->kind == FIELD_TEXT && path_name(out)[0] != '\0')
        memmove(out, path_name(out), strlen(path_name(out)) + 1);
}

static void tell_field(struct telling *t, const char *owner, const struct field *f, const void *before,
                       const void *after)
{
    char name[64], from[FIELD_TEXT_SIZE], to[FIELD_TEXT_SIZE];

    if (!tell(t))
        return;
    text_copy(name, sizeof name, f->name);
    for (char *at = name; *at; at++)
        *at = *at == '_' ? ' ' : *at;
    write_value(f, before, from);
    write_value(f, after, to);
    text_append(t->words, t->size, "%s %s %s → %s", owner, name, from, to);
}

static bool same_field(const struct field *f, const void *before, const void *after)
{
    char from[FIELD_TEXT_SIZE], to[FIELD_TEXT_SIZE];

    field_format(f, before, from, sizeof from);
    field_format(f, after, to, sizeof to);
    return strcmp(from, to) == 0;
}

static void compare_fields(struct telling *t, const char *owner, struct field_table fields, const void *before,
                           const void *after)
{
    for (int i = 0; i < fields.count; i++)
        if (!same_field(&fields.fields[i], before, after))
            tell_field(t, owner, &fields.fields[i], before, after);
}

static bool same_layer(const struct layer *a, const struct layer *b)
{
    struct telling nobody = { .words = NULL };

    if (a->class == b->class)
        compare_fields(&nobody, "", a->class->fields, a->settings, b->settings);
    return a->class == b->class && nobody.count == 0;
}

static bool same_layers(const struct layer *a, const struct layer *b, int count)
{
    for (int i = 0; i < count; i++)
        if (!same_layer(&a[i], &b[i]))
            return false;
    return true;
}

static void tell_layer(struct telling *t, const struct layer *l, const char *what)
{
    char summary[64];

    if (!tell(t))
        return;
    layer_summary(l, true, summary, sizeof summary);
    text_append(t->words, t->size, "%s %s", summary, what);
}

/* The layers between those that both have in front and behind. */
static void compare_middle(struct telling *t, const struct layer *before, int n_before, const struct layer *after,
                           int n_after)
{
    int n = n_before;

    if (n_before == 0 && n_after == 1)
        tell_layer(t, &after[0], "added");
    else if (n_before == 1 && n_after == 0)
        tell_layer(t, &before[0], "removed");
    else if (n_before == 1 && n_after == 1 && before[0].class == after[0].class)
        compare_fields(t, before[0].class->name, before[0].class->fields, before[0].settings, after[0].settings);
    else if (n == n_after && same_layer(&before[0], &after[n - 1]) && same_layers(before + 1, after, n - 1))
        tell_layer(t, &before[0], "moved down");
    else if (n == n_after && same_layer(&before[n - 1], &after[0]) && same_layers(before, after + 1, n - 1))
        tell_layer(t, &after[0], "moved up");
    else if (tell(t))
        text_append(t->words, t->size, "%d layer%s for %d", n_after, n_after == 1 ? "" : "s", n_before);
}

static void compare_layers(struct telling *t, const struct recipe *before, const struct recipe *after)
{
    int most = int_min(before->n_layers, after->n_layers), front = 0, back = 0;

    while (front < most && same_layer(&before->layers[front], &after->layers[front]))
        front++;
    while (back < most - front && same_layer(&before->layers[before->n_layers - 1 - back],
                                             &after->layers[after->n_layers - 1 - back]))
        back++;
    if (before->n_layers != after->n_layers || front < most)
        compare_middle(t, before->layers + front, before->n_layers - front - back, after->layers + front,
                       after->n_layers - front - back);
}

int recipe_changes(const struct recipe *before, const struct recipe *after, char *words, size_t size)
{
    struct telling t = { .words = words, .size = size };

    if (words)
        words[0] = '\0';
    if (strcmp(before->name, after->name) != 0) {
        if (tell(&t))
            text_append(words, size, "recipe %s → %s", before->name, after->name);
        return t.count; /* another one altogether */
    }
    compare_layers(&t, before, after);
    for (int i = 0; i < RECIPE_SECTION_COUNT; i++) {
        const struct recipe_section *s = &recipe_sections[i];

        compare_fields(&t, s->name, *s->fields, (const char *)before + s->offset, (const char *)after + s->offset);
    }
    if (words && t.count > TOLD_MAX)
        text_append(words, size, " and %d more", t.count - TOLD_MAX);
    return t.count;
}
