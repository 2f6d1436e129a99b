#include "nn/recipe/recipe_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/atomic_file.h"
#include "base/ini_text.h"
#include "base/path.h"
#include "base/suggestion.h"
#include "base/text.h"

static const struct recipe_section *find_section(const char *name)
{
    for (int i = 0; i < RECIPE_SECTION_COUNT; i++)
        if (strcmp(recipe_sections[i].name, name) == 0)
            return &recipe_sections[i];
    return NULL;
}

static bool unknown_section(const char *name, struct error *e)
{
    struct suggestion likeliest = suggestion_begin(name);
    char known[128] = "";

    for (int i = 0; i < RECIPE_SECTION_COUNT; i++) {
        suggestion_consider(&likeliest, recipe_sections[i].name);
        text_append(known, sizeof known, "[%s], ", recipe_sections[i].name);
    }
    suggestion_consider(&likeliest, "layers");
    error_set(e, ERROR_INPUT, "there is no section [%s] (there are %s[layers])", name, known);
    suggestion_append(&likeliest, "", e->text, sizeof e->text);
    return false;
}

static bool unknown_key(const struct recipe_section *s, const char *key, struct error *e)
{
    struct suggestion likeliest = suggestion_begin(key);
    char known[256];

    fields_known(*s->fields, &likeliest, known, sizeof known);
    error_set(e, ERROR_INPUT, "[%s] has no key '%s' (it has %s)", s->name, key, known);
    suggestion_append(&likeliest, "", e->text, sizeof e->text);
    return false;
}

static bool set_value(struct recipe *r, const char *section, const char *key, const char *text, struct error *e)
{
    const struct recipe_section *s = find_section(section);

    if (!s)
        return unknown_section(section, e);

    const struct field *f = fields_find(*s->fields, key);

    if (!f)
        return unknown_key(s, key, e);
    return field_parse(f, recipe_settings(r, s), text, e);
}

static bool unknown_layer(const char *name, struct error *e)
{
    struct suggestion likeliest = suggestion_begin(name);
    char known[256] = "";

    for (const struct layer_class *const *c = layer_classes; *c; c++) {
        suggestion_consider(&likeliest, (*c)->name);
        text_append(known, sizeof known, "%s%s", c == layer_classes ? "" : ", ", (*c)->name);
    }
    error_set(e, ERROR_INPUT, "there is no layer '%s' (there are %s)", name, known);
    suggestion_append(&likeliest, "", e->text, sizeof e->text);
    return false;
}

static bool add_layer(struct recipe *r, const char *name, const char *settings, struct error *e)
{
    const struct layer_class *class = layer_class_find(name);

    if (!class)
        return unknown_layer(name, e);

    struct layer l = layer_new(class);

    if (!layer_parse(&l, settings, e))
        return false;
    if (!recipe_insert_layer(r, r->n_layers, &l))
        return error_set(e, ERROR_INPUT, "more than %d layers", LAYERS_MAX);
    return true;
}

static bool take(void *context, const char *section, const char *key, const char *text, struct error *e)
{
    struct recipe *r = context;

    return strcmp(section, "layers") == 0 ? add_layer(r, key, text, e) : set_value(r, section, key, text, e);
}

bool recipe_parse(struct recipe *r, const char *text, const char *called, struct error *e)
{
    struct recipe *parsed = malloc(sizeof *parsed);

    if (!parsed)
        return error_set(e, ERROR_MEMORY, "no memory to read %s", called);
    recipe_preset(parsed);

    const char *name = path_name(called);

    text_copy(parsed->name, sizeof parsed->name, name);
    if (path_ends_with(parsed->name, ".ini"))
        parsed->name[strlen(parsed->name) - 4] = '\0';

    bool good = ini_text_read(text, called, take, parsed, e);

    if (good)
        *r = *parsed;
    free(parsed);
    return good;
}

bool recipe_set_key(struct recipe *r, const char *name, const char *text, struct error *e)
{
    char section[64];
    const char *key = strchr(name, '.');

    text_copy(section, sizeof section, name);
    section[strcspn(section, ".")] = '\0';
    return set_value(r, text_trim(section), key ? key + 1 + strspn(key + 1, " ") : "", text, e);
}

bool recipe_set(struct recipe *r, const char *assignment, struct error *e)
{
    char copy[FIELD_TEXT_SIZE + 128], *text;

    if (!text_copy(copy, sizeof copy, assignment) || !(text = strchr(copy, '=')) || !memchr(copy, '.', text - copy))
        return error_set(e, ERROR_USAGE, "'%s' is not of the form section.key=value", assignment);
    *text++ = '\0';
    return recipe_set_key(r, text_trim(copy), text_trim(text), e);
}

const char *recipe_preset_name(int position)
{
    static const char *const names[] = {
#define PRESET(symbol, name) name,
        ASSET_RECIPES(PRESET)
#undef PRESET
    };

    return position >= 0 && position < (int)(sizeof names / sizeof *names) ? names[position] : NULL;
}

static const struct asset *preset_asset(const char *name)
{
    char asset_name[96];

    snprintf(asset_name, sizeof asset_name, "recipes/%s.ini", name);
    return asset_find(asset_name);
}

void recipe_preset_words(int position, char *out, size_t size)
{
    const struct asset *asset = preset_asset(recipe_preset_name(position));
    const char *line = asset ? (const char *)asset->bytes : "", *end = asset ? memchr(line, '\n', asset->size) : NULL;

    out[0] = '\0';
    if (end && strncmp(line, "; ", 2) == 0)
        text_append(out, size, "%.*s", (int)(end - line) - 2, line + 2);
}

static bool load_preset(struct recipe *r, const char *name, struct error *e)
{
    const struct asset *asset = preset_asset(name);
    char *text = asset ? strndup((const char *)asset->bytes, asset->size) : NULL;
    bool good = text && recipe_parse(r, text, name, e);

    if (!text)
        error_set(e, asset ? ERROR_MEMORY : ERROR_RUN,
                  asset ? "no memory to read the preset %s" : "the preset %s is not in this build", name);
    free(text);
    return good;
}

static bool unknown_recipe(const char *name, struct error *e)
{
    struct suggestion likeliest = suggestion_begin(name);
    char known[256] = "";

    for (int i = 0; recipe_preset_name(i); i++) {
        suggestion_consider(&likeliest, recipe_preset_name(i));
        text_append(known, sizeof known, "%s%s", i ? ", " : "", recipe_preset_name(i));
    }
    error_set(e, ERROR_INPUT, "no recipe '%s': neither a file nor a preset (those are %s)", name, known);
    suggestion_append(&likeliest, "", e->text, sizeof e->text);
    return false;
}

bool recipe_load(struct recipe *r, const char *name_or_path, struct error *e)
{
    for (int i = 0; recipe_preset_name(i); i++)
        if (strcmp(recipe_preset_name(i), name_or_path) == 0)
            return load_preset(r, name_or_path, e);
    if (!path_is_file(name_or_path))
        return unknown_recipe(name_or_path, e);

    char *text = ini_text_load(name_or_path, "a recipe", e);
    bool good = text && recipe_parse(r, text, name_or_path, e);

    free(text);
    return good;
}

bool recipe_write(const struct recipe *r, FILE *out)
{
    char text[FIELD_TEXT_SIZE];

    fprintf(out, "; cuvette recipe; `cuvette help recipe` lists every key\n");
    for (int i = 0; i < RECIPE_SECTION_COUNT; i++) {
        const struct recipe_section *s = &recipe_sections[i];
        const void *settings = (const char *)r + s->offset;

        fprintf(out, "\n[%s]\n", s->name);
        for (int k = 0; k < s->fields->count; k++) {
            field_format(&s->fields->fields[k], settings, text, sizeof text);
            ini_text_write(out, s->fields->fields[k].name, text);
        }
    }
    fprintf(out, "\n[layers]\n");
    for (int i = 0; i < r->n_layers; i++) {
        layer_format(&r->layers[i], text, sizeof text);
        ini_text_write(out, r->layers[i].class->name, text);
    }
    return !ferror(out);
}

char *recipe_text(const struct recipe *r, struct error *e)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bool written = out && recipe_write(r, out);

    written = (!out || fclose(out) == 0) && written;
    if (written)
        return text;
    free(text);
    error_set(e, ERROR_MEMORY, "no memory for the text of a recipe");
    return NULL;
}

bool recipe_save(const struct recipe *r, const char *path, struct error *e)
{
    struct atomic_file file;

    if (!atomic_file_begin(&file, path, e))
        return false;

    FILE *out = fopen(file.temporary, "w");
    bool written = out && recipe_write(r, out);

    if (out && fclose(out) != 0)
        written = false;
    if (!written) {
        error_set_errno(e, "cannot write %s", path);
        atomic_file_abandon(&file);
        return false;
    }
    return atomic_file_commit(&file, e);
}
