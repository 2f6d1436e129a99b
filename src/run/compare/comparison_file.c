#include "run/compare/comparison_file.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/claim.h"
#include "base/file.h"
#include "base/json_text.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/version.h"
#include "data/catalogue.h"
#include "nn/recipe/recipe_file.h"
#include "run/compare/comparison_plan.h"
#include "run/run_paths.h"

#define COMPARISONS "comparisons" /* in the folder of runs */

enum { NAME_SIZE = 48 };

/* In letters that need no quoting. */
static void slug(char out[NAME_SIZE], const char *text)
{
    size_t used = 0;

    for (; *text && used + 1 < NAME_SIZE; text++)
        if (isalnum((unsigned char)*text) || (used > 0 && strchr("._", *text)))
            out[used++] = *text;
        else if (used > 0 && out[used - 1] != '-')
            out[used++] = '-';
    while (used > 0 && out[used - 1] == '-')
        used--;
    out[used] = '\0';
}

static bool name_runs(struct comparison *c, struct error *e)
{
    char of_label[NAME_SIZE], name[NAME_SIZE + 24];

    for (int i = 0; i < c->count; i++) {
        slug(of_label, c->entries[i].label);
        snprintf(name, sizeof name, "%02d-%s", i + 1, of_label[0] ? of_label : "run");
        if (!path_join(c->entries[i].folder, c->folder, name, e))
            return false;
    }
    return true;
}

static json_t *axes_json(const struct comparison *c)
{
    json_t *axes = json_array();

    for (int k = 0; k < c->n_axes; k++) {
        json_t *values = json_array();

        for (int i = 0; i < c->axes[k].count; i++)
            json_array_append_new(values, json_string(c->axes[k].values[i]));
        json_array_append_new(axes, json_pack("{s:s, s:o}", "key", c->axes[k].key, "values", values));
    }
    return axes;
}

static json_t *runs_json(const struct comparison *c)
{
    json_t *runs = json_array();

    for (int i = 0; i < c->count; i++)
        json_array_append_new(runs, json_pack("{s:s, s:s, s:s, s:i}", "run", path_name(c->entries[i].folder), "label",
                                              c->entries[i].label, "device", c->entries[i].device, "seed",
                                              c->entries[i].seed));
    return runs;
}

/* The setters of Jansson fail on NULL; what is missing for want of memory is counted. */
static bool save(const struct comparison *c, struct error *e)
{
    char path[PATH_SIZE], name[sizeof c->recipe.name];
    json_t *axes = axes_json(c), *runs = runs_json(c), *all = NULL;
    bool whole = json_array_size(axes) == (size_t)c->n_axes && json_array_size(runs) == (size_t)c->count;

    text_sanitise(name, sizeof name, c->recipe.name);
    all = json_pack("{s:s, s:s, s:b, s:i, s:o, s:o}", "version", CUVETTE_VERSION, "recipe", name, "race", c->race,
                    "halving", c->halving, "axes", axes, "runs", runs);
    if (!all || !whole) {
        json_decref(all);
        return error_set(e, ERROR_MEMORY, "no memory for %s", COMPARISON_FILE);
    }
    bool saved = path_join(path, c->folder, COMPARISON_FILE, e) && json_text_save(all, JSON_INDENT(2), path, e);

    json_decref(all);
    return saved;
}

static bool is_empty(const char *folder)
{
    DIR *entries = opendir(folder);
    const struct dirent *entry;
    bool empty = true;

    while (entries && empty && (entry = readdir(entries)))
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    if (entries)
        closedir(entries);
    return empty;
}

static bool take_wanted(struct comparison *c, const char *wanted, struct error *e)
{
    char path[PATH_SIZE];

    if (!text_copy(c->folder, sizeof c->folder, wanted))
        return error_set(e, ERROR_INPUT, "the path %.60s… is too long", wanted);
    for (size_t end = strlen(c->folder); end > 1 && c->folder[end - 1] == '/'; end--)
        c->folder[end - 1] = '\0';
    if (path_is_file(wanted))
        return error_set(e, ERROR_INPUT, "%s is a file, and a comparison needs a folder", wanted);
    if (path_file_in(path, wanted, COMPARISON_FILE))
        return error_set(e, ERROR_INPUT, "the folder %.200s holds a comparison already: to go on with it, 'cuvette "
                                         "compare %.200s'", wanted, wanted);
    if (path_is_folder(wanted) && !is_empty(wanted))
        return error_set(e, ERROR_INPUT, "the folder %s is not empty: a comparison wants one of its own", wanted);
    return path_make_folders(wanted, e);
}

/* The number of "0007-name"; 0: it has none. */
static long number_of(const char *name)
{
    char *end;
    long number = isdigit((unsigned char)name[0]) ? strtol(name, &end, 10) : 0;

    return number > 0 && *end == '-' && number <= INT32_MAX ? number : 0;
}

/* The name with a number, and the largest number. */
static long scan(const char *folder, long wanted, char found[PATH_SIZE])
{
    DIR *entries = opendir(folder);
    const struct dirent *entry;
    long largest = 0;

    found[0] = '\0';
    while (entries && (entry = readdir(entries))) {
        long number = number_of(entry->d_name);

        largest = int64_max(largest, number);
        if (number > 0 && number == wanted)
            text_copy(found, PATH_SIZE, entry->d_name);
    }
    if (entries)
        closedir(entries);
    return largest;
}

static bool comparisons(char out[PATH_SIZE], struct error *e)
{
    char runs[PATH_SIZE];

    return path_runs(runs, e) && path_join(out, runs, COMPARISONS, e);
}

/* Two that begin at once may have the same number, never the same folder. */
static bool make_numbered(struct comparison *c, struct error *e)
{
    char all[PATH_SIZE], of_recipe[NAME_SIZE], name[NAME_SIZE + 24], ignored[PATH_SIZE];
    long number;

    if (!comparisons(all, e) || !path_make_folders(all, e))
        return false;
    slug(of_recipe, c->recipe.name);
    for (number = scan(all, 0, ignored) + 1;; number++) {
        snprintf(name, sizeof name, "%04ld-%s", number, of_recipe[0] ? of_recipe : "recipe");
        if (!path_join(c->folder, all, name, e))
            return false;
        if (mkdir(c->folder, 0777) == 0)
            return true;
        if (errno != EEXIST)
            return error_set_errno(e, "cannot make the folder %s", c->folder);
    }
}

static bool make_absolute(char *dataset, size_t size, struct error *e)
{
    char absolute[sizeof((struct recipe_data *)0)->dataset];

    return catalogue_absolute(dataset, absolute, sizeof absolute, e) && text_copy(dataset, size, absolute);
}

static bool fix_axis(const char *key, char *text, size_t size, struct error *e)
{
    if (strcmp(key, "training.weights") == 0)
        run_paths_fix_weights(text, size);
    return strcmp(key, "data.dataset") != 0 || make_absolute(text, size, e);
}

/* The runs may be gone on with from another current folder. */
static bool fix_paths(struct comparison *c, struct error *e)
{
    for (int k = 0; k < c->n_axes; k++)
        for (int i = 0; i < c->axes[k].count; i++)
            if (!fix_axis(c->axes[k].key, c->axes[k].values[i], sizeof c->axes[k].values[i], e))
                return false;
    return run_paths_fix(&c->recipe, e);
}

bool comparison_create(struct comparison *c, const char *wanted, struct error *e)
{
    char path[PATH_SIZE];

    return fix_paths(c, e) && (wanted ? take_wanted(c, wanted, e) : make_numbered(c, e)) && name_runs(c, e) &&
           path_join(path, c->folder, "recipe.ini", e) && recipe_save(&c->recipe, path, e) && save(c, e);
}

static bool damaged(struct error *e)
{
    return error_set(e, ERROR_INPUT, "not a comparison, or a damaged one");
}

static bool take_axis(struct comparison_axis *axis, const json_t *from, struct error *e)
{
    const char *key = json_string_value(json_object_get(from, "key"));
    const json_t *values = json_object_get(from, "values");
    size_t count = json_array_size(values);

    if (!key || !text_copy(axis->key, sizeof axis->key, key) || !strchr(key, '.') || count == 0 ||
        count > COMPARISON_VALUES_MOST)
        return damaged(e);
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(json_array_get(values, i));

        if (!text || !text_copy(axis->values[i], FIELD_TEXT_SIZE, text))
            return damaged(e);
    }
    axis->count = (int)count;
    return true;
}

/* A run's folder is in that of the comparison. */
static bool take_folders(struct comparison *c, const json_t *runs, struct error *e)
{
    if (json_array_size(runs) != (size_t)c->count)
        return damaged(e);
    for (int i = 0; i < c->count; i++) {
        const char *name = json_string_value(json_object_get(json_array_get(runs, (size_t)i), "run"));

        if (!name || strchr(name, '/') || name[0] == '.' || name[0] == '\0')
            return damaged(e);
        if (!path_join(c->entries[i].folder, c->folder, name, e))
            return false;
    }
    return true;
}

static bool take(struct comparison *c, const json_t *all, struct error *e)
{
    const json_t *axes = json_object_get(all, "axes");
    const char *name = json_string_value(json_object_get(all, "recipe"));
    const json_int_t halving = json_integer_value(json_object_get(all, "halving"));

    if (!name || json_array_size(axes) > COMPARISON_AXES_MOST || halving < 0 || halving > INT16_MAX)
        return damaged(e);
    text_sanitise(c->recipe.name, sizeof c->recipe.name, name);
    c->race = json_is_true(json_object_get(all, "race"));
    c->halving = halving > 1 ? (int)halving : 0;
    for (size_t k = 0; k < json_array_size(axes); k++)
        if (!take_axis(&c->axes[c->n_axes++], json_array_get(axes, k), e))
            return false;
    return comparison_plan_entries(c, e) && take_folders(c, json_object_get(all, "runs"), e);
}

static json_t *load(const char *path, struct error *e)
{
    json_error_t problem;
    FILE *file = file_open_stream(path);
    json_t *all;

    if (!file) {
        error_set_errno(e, "cannot read it");
        return NULL;
    }
    all = json_loadf(file, 0, &problem);
    fclose(file);
    if (!all)
        error_set(e, ERROR_INPUT, "line %d: %s", problem.line, problem.text);
    return all;
}

struct comparison *comparison_open(const char *folder, struct error *e)
{
    struct comparison *c = memory_new(1, sizeof *c, e);
    char path[PATH_SIZE], recipe[PATH_SIZE];
    json_t *all = NULL;
    bool good = c && path_join(path, folder, COMPARISON_FILE, e) && path_join(recipe, folder, "recipe.ini", e) &&
                (text_copy(c->folder, sizeof c->folder, folder) || error_set(e, ERROR_INPUT, "the path is too long")) &&
                recipe_load(&c->recipe, recipe, e);

    if (good)
        good = ((all = load(path, e)) && take(c, all, e)) || error_context(e, "%s", path);
    json_decref(all);
    if (good)
        return c;
    comparison_free(c);
    return NULL;
}

int comparison_claim(const char *folder, struct error *e)
{
    char path[PATH_SIZE];
    int descriptor;

    if (!path_join(path, folder, COMPARISON_FILE, e))
        return -1;
    descriptor = open(path, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) {
        error_set_errno(e, "cannot write %s", path);
        return -1;
    }
    if (claim_take(descriptor))
        return descriptor;
    close(descriptor);
    error_set(e, ERROR_INPUT, "another process trains this comparison: 'cuvette compare %.200s --show' shows what it "
                              "has so far", folder);
    return -1;
}

bool comparison_is_claimed(const char *folder)
{
    char path[PATH_SIZE];

    return path_file_in(path, folder, COMPARISON_FILE) && claim_is_taken(path);
}

bool comparison_find(const char *name, char out[PATH_SIZE])
{
    char all[PATH_SIZE], path[PATH_SIZE], found[PATH_SIZE];
    struct error ignored;
    int64_t number;

    if (path_file_in(path, name, COMPARISON_FILE))
        return text_copy(out, PATH_SIZE, name);
    if (!comparisons(all, &ignored) || strchr(name, '/'))
        return false;
    text_copy(found, sizeof found, name);
    if (text_to_int64(name, &number) && number > 0)
        scan(all, (long)number, found);
    return found[0] != '\0' && path_join(out, all, found, &ignored) && path_file_in(path, out, COMPARISON_FILE);
}

/* Puts a name where its number belongs among `count` of them; the last one falls out where there is no room. */
static int put_name(char names[][COMPARISON_NAME_SIZE], int count, int room, const char *name)
{
    int at = count;

    while (at > 0 && number_of(names[at - 1]) < number_of(name))
        at--;
    if (at == room)
        return count;
    if (count == room)
        count--;
    memmove(names[at + 1], names[at], (size_t)(count - at) * COMPARISON_NAME_SIZE);
    text_copy(names[at], COMPARISON_NAME_SIZE, name);
    return count + 1;
}

int comparison_list(char names[][COMPARISON_NAME_SIZE], int room)
{
    char all[PATH_SIZE];
    struct error ignored;
    DIR *entries = comparisons(all, &ignored) ? opendir(all) : NULL;
    int count = 0;

    for (struct dirent *entry; entries && (entry = readdir(entries));)
        if (number_of(entry->d_name) > 0 && strlen(entry->d_name) < COMPARISON_NAME_SIZE)
            count = put_name(names, count, room, entry->d_name);
    if (entries)
        closedir(entries);
    return count;
}
