#include "run/compare/comparison_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "nn/recipe/recipe_vary.h"

static bool has_axis(const struct comparison *c, const char *key)
{
    for (int k = 0; k < c->n_axes; k++)
        if (strcmp(c->axes[k].key, key) == 0)
            return true;
    return false;
}

static bool has_value(const struct comparison_axis *axis, const char *text)
{
    for (int i = 0; i < axis->count; i++)
        if (strcmp(axis->values[i], text) == 0)
            return true;
    return false;
}

static bool add_value(struct comparison_axis *axis, const char *typed, struct error *e)
{
    char copy[FIELD_TEXT_SIZE], *text;

    if (axis->count == COMPARISON_VALUES_MOST)
        return error_set(e, ERROR_USAGE, "%s: more than %d values", axis->key, COMPARISON_VALUES_MOST);
    if (!text_copy(copy, sizeof copy, typed))
        return error_set(e, ERROR_USAGE, "%s: the value is too long", axis->key);
    text = text_trim(copy);
    if (text[0] == '\0')
        return error_set(e, ERROR_USAGE, "%s: a value is missing between the commas", axis->key);
    if (has_value(axis, text))
        return error_set(e, ERROR_USAGE, "%s: the value %.64s is there twice", axis->key, text);
    text_copy(axis->values[axis->count++], FIELD_TEXT_SIZE, text);
    return true;
}

/* `varied`: "training.batch=32,64". */
static bool add_axis(struct comparison *c, const char *varied, struct error *e)
{
    char key[RECIPE_KEY_SIZE], text[FIELD_TEXT_SIZE + 1];
    struct comparison_axis *axis = &c->axes[c->n_axes];
    int count;

    if (!recipe_vary_look(varied, key, &count, e))
        return false;
    if (c->n_axes == COMPARISON_AXES_MOST)
        return error_set(e, ERROR_USAGE, "more than %d keys vary", COMPARISON_AXES_MOST);
    if (has_axis(c, key))
        return error_set(e, ERROR_USAGE, "%s varies twice", key);
    text_copy(axis->key, sizeof axis->key, key);
    for (int i = 0; i < count; i++) {
        recipe_vary_value(varied, i, text, sizeof text); /* one that was cut is too long for add_value(), too */
        if (!add_value(axis, text, e))
            return false;
    }
    c->n_axes++;
    return true;
}

static bool add_devices(struct comparison *c, const char *devices, struct error *e)
{
    char varied[2048] = "";

    if (!text_append(varied, sizeof varied, COMPARISON_DEVICE_KEY "=%s", devices))
        return error_set(e, ERROR_USAGE, "--devices: the list is too long");
    return add_axis(c, varied, e) || error_context(e, "--devices");
}

static bool add_seeds(struct comparison *c, int seeds, struct error *e)
{
    char varied[2048] = COMPARISON_SEED_KEY "=";

    if (seeds > COMPARISON_VALUES_MOST)
        return error_set(e, ERROR_USAGE, "--seeds takes 1 to %d, not %d", COMPARISON_VALUES_MOST, seeds);
    for (int i = 0; i < seeds; i++)
        text_append(varied, sizeof varied, "%s%d", i ? "," : "", c->recipe.training.seed + i);
    return add_axis(c, varied, e) || error_context(e, "--seeds");
}

/* "cpu:1", "batch 32"; of a set of images or a file its name is enough. */
static void append_value(const struct comparison_axis *axis, int position, char out[COMPARISON_LABEL_SIZE])
{
    const char *text = axis->values[position], *name = path_name(text);
    char safe[COMPARISON_LABEL_SIZE];
    bool device = strcmp(axis->key, COMPARISON_DEVICE_KEY) == 0;

    text_sanitise(safe, sizeof safe, name[0] ? name : text);
    text_append(out, COMPARISON_LABEL_SIZE, "%s%s%s%s", out[0] ? " " : "", device ? "" : strchr(axis->key, '.') + 1,
                device ? "" : " ", safe);
}

static void name_entry(const struct comparison *c, struct comparison_entry *entry)
{
    for (int k = 0; k < c->n_axes; k++)
        if (c->axes[k].count > 1 && k != comparison_seeds(c))
            append_value(&c->axes[k], entry->at[k], entry->group);
    if (entry->group[0] == '\0')
        text_copy(entry->group, sizeof entry->group, entry->device);
    text_copy(entry->label, sizeof entry->label, entry->group);
    if (comparison_seeds(c) >= 0)
        append_value(&c->axes[comparison_seeds(c)], entry->at[comparison_seeds(c)], entry->label);
}

static bool make_entry(struct comparison *c, int position, struct recipe *recipe, struct error *e)
{
    struct comparison_entry *entry = &c->entries[position];
    int rest = position;

    for (int k = c->n_axes - 1; k >= 0; k--) {
        entry->at[k] = rest % c->axes[k].count;
        rest /= c->axes[k].count;
    }
    if (!comparison_recipe(c, position, recipe, e) || !comparison_alike(recipe, &entry->alike, e))
        return false;
    text_copy(entry->device, sizeof entry->device, recipe->training.device);
    entry->seed = recipe->training.seed;
    name_entry(c, entry);
    return true;
}

bool comparison_plan_entries(struct comparison *c, struct error *e)
{
    struct recipe *recipe;
    int count = 1;
    bool good;

    for (int k = 0; k < c->n_axes && count <= COMPARISON_MOST; k++)
        count *= c->axes[k].count;
    if (count > COMPARISON_MOST)
        return error_set(e, ERROR_USAGE, "these are more than %d runs", COMPARISON_MOST);
    c->entries = memory_new((size_t)count, sizeof *c->entries, e);
    recipe = memory_new(1, sizeof *recipe, e);
    good = c->entries && recipe;
    c->count = good ? count : 0;
    for (int i = 0; good && i < count; i++)
        good = make_entry(c, i, recipe, e);
    free(recipe);
    return good;
}

static bool plan(struct comparison *c, const struct comparison_wish *wish, struct error *e)
{
    enum { HALVING_LEAST = 2, HALVING_MOST = 8 };

    c->recipe = *wish->recipe;
    c->race = wish->race;
    c->halving = wish->halving;
    if (wish->halving != 0 && (wish->halving < HALVING_LEAST || wish->halving > HALVING_MOST))
        return error_set(e, ERROR_USAGE, "--halving takes %d to %d, not %d", HALVING_LEAST, HALVING_MOST,
                         wish->halving);
    if (wish->halving && wish->race)
        return error_set(e, ERROR_USAGE, "--halving cannot be used with --race: in a race all go to the end");
    if (wish->devices && !add_devices(c, wish->devices, e))
        return false;
    for (int i = 0; i < wish->n_varied; i++)
        if (!add_axis(c, wish->varied[i], e))
            return false;
    if (wish->seeds > 1 && !add_seeds(c, wish->seeds, e))
        return false;
    if (c->n_axes > 0 && !comparison_plan_entries(c, e)) {
        e->kind = e->kind == ERROR_INPUT ? ERROR_USAGE : e->kind;
        return false;
    }
    return c->count > 1 ||
           error_set(e, ERROR_USAGE, "what is to be compared? Give two devices, as --devices cpu:1,cpu, or a key with "
                                     "values, as --vary batch=32,128, or runs");
}

struct comparison *comparison_plan(const struct comparison_wish *wish, struct error *e)
{
    struct comparison *c = memory_new(1, sizeof *c, e);

    if (c && plan(c, wish, e))
        return c;
    comparison_free(c);
    return NULL;
}
