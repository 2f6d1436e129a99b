#include "cli/sbatch_tasks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "batch/batch_defaults.h"
#include "cli/headless.h"
#include "nn/recipe/recipe_file.h"
#include "nn/recipe/recipe_vary.h"

enum { TASKS_MOST = 1000 }; /* Slurm's usual limit of an array */

/* Options and their values, one more for --device, and the end. */
static size_t words_of_task(const struct sbatch_request *r)
{
    return 2 * (size_t)(r->n_settings + r->n_varied) + 2 + 1;
}

/* "batch=32,64" -> "training.batch=64" for position 1. NULL without memory. */
static char *assignment(const char *varied, const char *key, int position)
{
    const size_t room = strlen(key) + strlen(varied) + 2;
    char *out = malloc(room);

    if (out) {
        int used = snprintf(out, room, "%s=", key);

        recipe_vary_value(varied, position, out + used, room - (size_t)used);
    }
    return out;
}

static bool is_preset(const char *name)
{
    for (int i = 0; recipe_preset_name(i); i++)
        if (strcmp(recipe_preset_name(i), name) == 0)
            return true;
    return false;
}

/* The job may start in another folder. What cannot be found stays as it is, and reading it says so. */
static char *absolute(const char *recipe)
{
    char typed[PATH_SIZE];
    struct error ignored;
    char *path = !is_preset(recipe) && path_typed(typed, recipe, &ignored) ? realpath(typed, NULL) : NULL;

    return path ? path : strdup(recipe);
}

/* Words are kept for the end: the last one is NULL. */
static bool own(char ***end, char *word, struct error *e)
{
    if (!word)
        return error_set(e, ERROR_MEMORY, "no memory for the tasks");
    *(*end)++ = word;
    return true;
}

struct making {
    const struct sbatch_request *request;
    struct sbatch_tasks *out;
    const char **next; /* of the tasks' words */
    char **own;
};

/* The words come in the order of the command line: the last one wins. */
static bool add_settings(struct making *m, struct recipe *r, struct error *e)
{
    for (int i = 0; i < m->request->n_settings; i++) {
        const struct recipe_option *given = &m->request->settings[i];

        if (!recipe_option_apply(r, given, e))
            return false;
        *m->next++ = recipe_option_word(given->option);
        if (given->text)
            *m->next++ = given->text;
    }
    return true;
}

/* Of what varies, the values of combination `i` of `rest`: the last one changes fastest. */
static bool add_varied(struct making *m, struct recipe *r, int i, int rest, struct error *e)
{
    for (int k = 0; k < m->request->n_varied; k++) {
        const char *varied = m->request->varied[k];
        char key[RECIPE_KEY_SIZE], *text;
        int count;

        if (!recipe_vary_look(varied, key, &count, e))
            return false;
        text = assignment(varied, key, i / (rest /= count) % count);
        if (!own(&m->own, text, e))
            return false;
        if (!recipe_set(r, text, e)) {
            e->kind = ERROR_USAGE;
            return error_context(e, "--vary %.64s", text);
        }
        *m->next++ = recipe_option_word(RECIPE_OPTION_SET);
        *m->next++ = text;
    }
    return true;
}

static bool make_task(struct making *m, const char *recipe, int i, int each, struct error *e)
{
    struct batch_task *task = &m->out->tasks[m->out->count];
    struct recipe *r = &m->out->recipes[m->out->count++];

    *task = (struct batch_task){ recipe, m->next };
    if (!recipe_load(r, recipe, e) || !add_settings(m, r, e) || !add_varied(m, r, i, each, e))
        return false;
    m->next += 3; /* for --device, and the end */
    return recipe_check(r, e);
}

static int combinations(const struct sbatch_request *r, struct error *e)
{
    int count = 1, values;
    char key[RECIPE_KEY_SIZE];

    for (int i = 0; i < r->n_varied; i++) {
        if (!recipe_vary_look(r->varied[i], key, &values, e))
            return 0;
        count *= values;
        if (count > TASKS_MOST)
            break;
    }
    if (count * (long)(r->n_recipes ? r->n_recipes : 1) <= TASKS_MOST)
        return count;
    error_set(e, ERROR_USAGE, "these are more than %d tasks", TASKS_MOST);
    return 0;
}

static bool make_tasks(struct making *m, int each, struct error *e)
{
    static const char *const built_in[] = { HEADLESS_RECIPE };
    const struct sbatch_request *r = m->request;
    const char *const *recipes = r->n_recipes ? r->recipes : built_in;

    for (int k = 0; k < (r->n_recipes ? r->n_recipes : 1); k++) {
        char *path = absolute(recipes[k]);

        if (!own(&m->own, path, e))
            return false;
        for (int i = 0; i < each; i++)
            if (!make_task(m, path, i, each, e))
                return false;
    }
    return true;
}

bool sbatch_tasks_make(const struct sbatch_request *request, struct sbatch_tasks *out, struct error *e)
{
    int each = combinations(request, e);
    size_t n_recipes = request->n_recipes ? (size_t)request->n_recipes : 1, count = (size_t)each * n_recipes;

    *out = (struct sbatch_tasks){ 0 };
    if (each == 0)
        return false;
    out->tasks = memory_new(count, sizeof *out->tasks, e);
    out->recipes = memory_new(count, sizeof *out->recipes, e);
    out->words = memory_new(n_recipes + count * (size_t)request->n_varied + 1, sizeof *out->words, e);
    out->lists = memory_new(count * words_of_task(request), sizeof *out->lists, e);

    struct making making = { request, out, out->lists, out->words };

    if (out->tasks && out->recipes && out->words && out->lists && make_tasks(&making, each, e))
        return true;
    sbatch_tasks_free(out);
    return false;
}

void sbatch_tasks_fit(struct sbatch_tasks *t, const struct batch_job *job)
{
    for (int i = 0; i < t->count; i++) {
        const char **word = (const char **)t->tasks[i].words;
        const char *device = batch_defaults_device(job, &t->recipes[i]);

        while (*word)
            word++;
        if (device) {
            word[0] = recipe_option_word(RECIPE_OPTION_DEVICE);
            word[1] = device;
        }
    }
}

void sbatch_tasks_free(struct sbatch_tasks *t)
{
    for (char **word = t->words; word && *word; word++)
        free(*word);
    free(t->words);
    free(t->lists);
    free(t->tasks);
    free(t->recipes);
    *t = (struct sbatch_tasks){ 0 };
}
