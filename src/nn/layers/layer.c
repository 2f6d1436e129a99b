#include "nn/layers/layer.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

const struct layer_class *const layer_classes[] = {
#define LAYER(name) &layer_##name,
    LAYERS(LAYER)
#undef LAYER
    NULL,
};

const struct layer_class *layer_class_find(const char *name)
{
    for (const struct layer_class *const *c = layer_classes; *c; c++)
        if (strcmp((*c)->name, name) == 0)
            return *c;
    return NULL;
}

struct layer layer_new(const struct layer_class *class)
{
    struct layer l = { .class = class };

    fields_preset(class->fields, l.settings);
    return l;
}

static bool unknown_field(const struct layer *l, const char *name, struct error *e)
{
    struct suggestion likeliest = suggestion_begin(name);
    char known[256];

    fields_known(l->class->fields, &likeliest, known, sizeof known);
    error_set(e, ERROR_INPUT, "%s has no setting '%s' (it has %s)", l->class->name, name, *known ? known : "none");
    suggestion_append(&likeliest, "", e->text, sizeof e->text);
    return false;
}

bool layer_parse(struct layer *l, const char *text, struct error *e)
{
    struct layer changed = *l;
    char copy[512], *rest = copy, *word;

    if (!text_copy(copy, sizeof copy, text))
        return error_set(e, ERROR_INPUT, "%s: longer than %zu bytes", l->class->name, sizeof copy - 1);
    while ((word = strsep(&rest, " \t,")) != NULL) {
        if (*word == '\0')
            continue;

        char *equals = strchr(word, '=');

        if (!equals)
            return error_set(e, ERROR_INPUT, "%s: '%s' is not of the form name=value", l->class->name, word);
        *equals = '\0';

        const struct field *f = fields_find(l->class->fields, word);

        if (!f)
            return unknown_field(l, word, e);
        if (!field_parse(f, changed.settings, equals + 1, e))
            return error_context(e, "%s", l->class->name);
    }
    *l = changed;
    return true;
}

void layer_format(const struct layer *l, char *out, size_t size)
{
    out[0] = '\0';
    for (int i = 0; i < l->class->fields.count; i++) {
        const struct field *f = &l->class->fields.fields[i];
        char text[FIELD_TEXT_SIZE];

        if (field_is_preset(f, l->settings))
            continue;
        field_format(f, l->settings, text, sizeof text);
        text_append(out, size, "%s%s=%s", *out ? " " : "", f->name, text);
    }
}

void layer_summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    l->class->summary(l, unicode, out, size);
}
