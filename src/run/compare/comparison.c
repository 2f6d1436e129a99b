#include "run/compare/comparison.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "host/cores.h"
#include "nn/recipe/device_name.h"
#include "nn/recipe/recipe_differences.h"
#include "nn/recipe/recipe_file.h"
#include "nn/recipe/shares.h"
#include "run/run_recipe.h"

bool comparison_alike(const struct recipe *r, uint64_t *out, struct error *e)
{
    struct recipe *seedless = memory_new(1, sizeof *seedless, e);
    char *text = NULL;

    if (seedless) {
        *seedless = *r;
        seedless->training.seed = 0;
        shares_forget(seedless->training.shares, sizeof seedless->training.shares);
        text = recipe_text(seedless, e);
    }
    free(seedless);
    if (!text)
        return false;
    *out = hash_bytes(text, strlen(text), 0);
    free(text);
    return true;
}

/* "." and "runs/7/" have no name of their own at the end. */
static void label_of(const char *folder, char out[COMPARISON_LABEL_SIZE])
{
    char *resolved = realpath(folder, NULL);

    text_sanitise(out, COMPARISON_LABEL_SIZE, path_name(resolved ? resolved : folder));
    free(resolved);
}

static bool take_run(struct comparison *c, const char *folder, struct error *e)
{
    struct comparison_entry *entry = &c->entries[c->count];
    char path[PATH_SIZE];

    if (!path_is_folder(folder))
        return error_set(e, ERROR_INPUT, "%s is not the folder of a run", folder);
    if (!path_file_in(path, folder, "recipe.ini") || !path_file_in(path, folder, "metrics.jsonl"))
        return error_set(e, ERROR_INPUT, "%s has no %s: it is not a run's folder, or was not copied whole", folder,
                         path_file_in(path, folder, "recipe.ini") ? "metrics.jsonl" : "recipe.ini");
    if (!run_recipe_load(&c->recipe, folder, e) || !comparison_alike(&c->recipe, &entry->alike, e))
        return false;
    label_of(folder, entry->label);
    text_copy(entry->group, sizeof entry->group, entry->label);
    text_copy(entry->device, sizeof entry->device, c->recipe.training.device);
    entry->seed = c->recipe.training.seed;
    c->count++;
    return text_copy(entry->folder, sizeof entry->folder, folder) ||
           error_set(e, ERROR_INPUT, "the path %.60s… is too long", folder);
}

struct comparison *comparison_of_runs(const char *const *folders, int count, struct error *e)
{
    struct comparison *c;
    bool good;

    if (count < 2 || count > RECIPE_DIFFERENCES_MOST) {
        error_set(e, ERROR_USAGE, "from 2 to %d runs can be compared, not %d", RECIPE_DIFFERENCES_MOST, count);
        return NULL;
    }
    c = memory_new(1, sizeof *c, e);
    good = c && (c->entries = memory_new((size_t)count, sizeof *c->entries, e));
    for (int i = 0; good && i < count; i++)
        good = take_run(c, folders[i], e);
    if (good)
        return c;
    comparison_free(c);
    return NULL;
}

bool comparison_recipe(const struct comparison *c, int entry, struct recipe *out, struct error *e)
{
    char assignment[sizeof c->axes[0].key + FIELD_TEXT_SIZE];

    if (c->folder[0] == '\0' && c->n_axes == 0)
        return run_recipe_load(out, c->entries[entry].folder, e);
    *out = c->recipe;
    for (int k = 0; k < c->n_axes; k++) {
        const struct comparison_axis *axis = &c->axes[k];

        snprintf(assignment, sizeof assignment, "%s=%s", axis->key, axis->values[c->entries[entry].at[k]]);
        if (!recipe_set(out, assignment, e))
            return error_context(e, "%s", axis->key);
    }
    return recipe_check(out, e) || error_context(e, "%s", c->entries[entry].label);
}

static int axis_of(const struct comparison *c, const char *key)
{
    for (int k = 0; k < c->n_axes; k++)
        if (strcmp(c->axes[k].key, key) == 0)
            return k;
    return -1;
}

int comparison_seeds(const struct comparison *c)
{
    return axis_of(c, COMPARISON_SEED_KEY);
}

int comparison_devices(const struct comparison *c)
{
    return axis_of(c, COMPARISON_DEVICE_KEY);
}

int comparison_epochs(const struct comparison *c)
{
    return axis_of(c, COMPARISON_EPOCHS_KEY);
}

/* "cpu:4" -> 4, "cpu:2x4" -> 8; "cpu", all that this process may use; 0: it is another kind of device. */
static int threads_of(const char *device, int usable)
{
    return strcmp(device, "cpu") == 0 ? usable : device_name_threads(device);
}

/* "cuda:0" and "cuda:0-3" have a GPU in common. */
static bool overlap(const char *one, const char *other)
{
    uint64_t a, b;

    return strcmp(one, other) == 0 ||
           (device_name_read_list(one, &a) && device_name_read_list(other, &b) && (a & b) != 0);
}

bool comparison_shares(const struct comparison *c, char *what, size_t size)
{
    const int usable = cores_count().usable;
    int wanted = 0;

    for (int i = 0; i < c->count; i++) {
        const char *device = c->entries[i].device;
        int threads = threads_of(device, usable);

        wanted += threads > 0 ? threads : int_max(1, device_name_gpus(device)); /* a core reads a GPU's images */
        for (int k = 0; threads == 0 && k < i; k++)
            if (overlap(device, c->entries[k].device)) {
                text_copy(what, size, device);
                return true;
            }
    }
    if (wanted <= usable)
        return false;
    snprintf(what, size, "the node's %d core%s, where they want %d", usable, usable == 1 ? "" : "s", wanted);
    return true;
}

struct comparison *comparison_copy(const struct comparison *c, struct error *e)
{
    struct comparison *copy = memory_new(1, sizeof *copy, e);

    if (!copy)
        return NULL;
    *copy = *c;
    copy->entries = memory_new((size_t)c->count, sizeof *copy->entries, e);
    if (!copy->entries) {
        free(copy);
        return NULL;
    }
    memcpy(copy->entries, c->entries, (size_t)c->count * sizeof *copy->entries);
    return copy;
}

void comparison_free(struct comparison *c)
{
    if (c)
        free(c->entries);
    free(c);
}
