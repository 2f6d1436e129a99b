#include "nn/recipe/recipe_vary.h"

#include <stdio.h>
#include <string.h>

#include "base/suggestion.h"
#include "base/text.h"

/* Exactly, or the only one that begins so. NULL: none, or several. */
static const struct recipe_section *find_section(const char *typed)
{
    const struct recipe_section *found = NULL;
    int fitting = 0;

    for (int i = 0; i < RECIPE_SECTION_COUNT; i++) {
        const struct recipe_section *s = &recipe_sections[i];

        if (strcmp(s->name, typed) == 0)
            return s;
        if (typed[0] != '\0' && strncmp(s->name, typed, strlen(typed)) == 0) {
            found = s;
            fitting++;
        }
    }
    return fitting == 1 ? found : NULL;
}

static bool unknown_section(const char *typed, struct error *e)
{
    char known[128] = "";

    for (int i = 0; i < RECIPE_SECTION_COUNT; i++)
        text_append(known, sizeof known, "%s%s", i ? ", " : "", recipe_sections[i].name);
    return error_set(e, ERROR_USAGE, "a recipe has no section '%.64s' that can vary; there are %s", typed, known);
}

static bool unknown_key(const char *typed, const struct recipe_section *only, struct error *e)
{
    struct suggestion likeliest = suggestion_begin(typed);
    char known[512] = "";

    for (int i = 0; i < RECIPE_SECTION_COUNT; i++)
        if (!only || only == &recipe_sections[i])
            fields_known(*recipe_sections[i].fields, &likeliest, known, sizeof known);
    if (only)
        error_set(e, ERROR_USAGE, "[%s] has no key '%.64s' (it has %s)", only->name, typed, known);
    else
        error_set(e, ERROR_USAGE, "a recipe has no key '%.64s'; 'cuvette help recipe' lists them", typed);
    suggestion_append(&likeliest, "", e->text, sizeof e->text);
    return false;
}

static bool write_key(const struct recipe_section *s, const char *key, char out[RECIPE_KEY_SIZE])
{
    snprintf(out, RECIPE_KEY_SIZE, "%s.%s", s->name, key);
    return true;
}

static bool key_anywhere(const char *typed, char out[RECIPE_KEY_SIZE], struct error *e)
{
    int fitting = 0;
    char places[128] = "";

    for (int i = 0; i < RECIPE_SECTION_COUNT; i++)
        if (fields_find(*recipe_sections[i].fields, typed)) {
            text_append(places, sizeof places, "%s%s.%s", fitting++ ? " or " : "", recipe_sections[i].name, typed);
            write_key(&recipe_sections[i], typed, out);
        }
    if (fitting == 1)
        return true;
    return fitting == 0 ? unknown_key(typed, NULL, e)
                        : error_set(e, ERROR_USAGE, "which '%.64s': %s?", typed, places);
}

bool recipe_vary_key(const char *typed, char out[RECIPE_KEY_SIZE], struct error *e)
{
    char copy[2 * RECIPE_KEY_SIZE], *key;

    if (!text_copy(copy, sizeof copy, typed))
        return error_set(e, ERROR_USAGE, "a recipe has no key '%.64s…'", typed);
    key = strchr(copy, '.');
    if (!key)
        return key_anywhere(text_trim(copy), out, e);
    *key++ = '\0';

    const struct recipe_section *s = find_section(text_trim(copy));

    if (!s)
        return unknown_section(copy, e);
    key = text_trim(key);
    return fields_find(*s->fields, key) ? write_key(s, key, out) : unknown_key(key, s, e);
}

bool recipe_vary_look(const char *varied, char key[RECIPE_KEY_SIZE], int *count, struct error *e)
{
    const char *equals = strchr(varied, '=');
    char typed[2 * RECIPE_KEY_SIZE];

    if (!equals)
        return error_set(e, ERROR_USAGE, "--vary %.64s: it must be SECTION.KEY=VALUE,VALUE", varied);
    snprintf(typed, sizeof typed, "%.*s", (int)(equals - varied), varied);
    *count = 1;
    for (const char *at = equals; (at = strchr(at, ',')); at++)
        ++*count;
    return recipe_vary_key(typed, key, e) || error_context(e, "--vary %.64s", varied);
}

bool recipe_vary_value(const char *varied, int position, char *out, size_t size)
{
    const char *at = strchr(varied, '=') + 1;
    int written;

    for (; position > 0; position--)
        at = strchr(at, ',') + 1;
    written = snprintf(out, size, "%.*s", (int)strcspn(at, ","), at);
    return written >= 0 && (size_t)written < size;
}
