/* cuvette compare: one recipe on several devices or with several values, or runs that are there already. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/compare_batch.h"
#include "cli/compare_json.h"
#include "cli/compare_print.h"
#include "cli/compare_train.h"
#include "cli/data_archive.h"
#include "cli/headless.h"
#include "cli/options.h"
#include "cli/recipe_options.h"
#include "cli/wrap.h"
#include "nn/recipe/recipe_differences.h"
#include "nn/recipe/recipe_file.h"
#include "run/compare/comparison_file.h"
#include "run/compare/comparison_lengthen.h"
#include "run/compare/comparison_plan.h"
#include "run/figures/comparison_export.h"
#include "run/run_folder.h"

enum { DEVICES = RECIPE_OPTIONS, VARY, SEEDS, HALVING, RACE, BATCH_PROBE, OUT, SHOW, JSON, LOGIN_NODE, QUIET };

static const struct command_option options[] = {
    RECIPE_OPTION_ROWS
    [DEVICES] = { "devices", "DEVICES", "a run on each of these devices, as cpu:1,cpu,cuda:0" },
    [VARY] = { "vary", "KEY=V1,V2", "a run with each value, as batch=32,128; any number of times" },
    [SEEDS] = { "seeds", "N", "each with so many seeds: mean, least and greatest are told" },
    [HALVING] = { "halving", "N", "stop the hopeless early: after a part of the epochs the best 1/N go on" },
    [RACE] = { "race", NULL, "all at the same time, instead of one after another" },
    [BATCH_PROBE] = { "batch-probe", NULL, "time steps of 1, 2, 4 ... images instead: where does a GPU pay?" },
    [OUT] = { "out", "DIR", "folder of the comparison, missing or empty; the default is a numbered one" },
    [SHOW] = { "show", NULL, "show what a comparison has so far, and train nothing" },
    [JSON] = { "json", NULL, "print the results as JSON for programs, and nothing else" },
    [LOGIN_NODE] = { "login-node", NULL, "train on a login node, too, where sites kill programs that do" },
    [QUIET] = { "quiet", NULL, "print the results only" },
    { .name = NULL },
};

struct request {
    const char *words[RECIPE_DIFFERENCES_MOST + 1], **varied, *folder;
    int n_words, n_settings;
    struct recipe_option *settings;
    struct comparison_wish wish;
    const char *planned; /* an option that only makes sense where something is planned; NULL: there is none */
    const char *fixed;   /* one of these that cannot be changed later, as the epochs can */
    bool show, json, batch_probe;
    struct compare_training training;
};

static bool take_number(int option, const char *word, int least, int *out, struct error *e)
{
    int64_t number;

    if (!text_to_int64(word, &number) || number < least || number > COMPARISON_VALUES_MOST)
        return error_set(e, ERROR_USAGE, "--%s takes a number %d..%d, not '%.32s'", options[option].name, least,
                         COMPARISON_VALUES_MOST, word);
    *out = (int)number;
    return true;
}

static bool take_word(struct request *r, const char *word, struct error *e)
{
    if (r->n_words == RECIPE_DIFFERENCES_MOST)
        return error_set(e, ERROR_USAGE, "more than %d runs", RECIPE_DIFFERENCES_MOST);
    r->words[r->n_words++] = word;
    return true;
}

static bool take_option(struct request *r, int option, const char *word, struct error *e)
{
    switch (option) {
    case DEVICES:
        r->wish.devices = word;
        return true;
    case VARY:
        r->varied[r->wish.n_varied++] = word;
        return true;
    case SEEDS:
        return take_number(option, word, 1, &r->wish.seeds, e);
    case HALVING:
        return take_number(option, word, 2, &r->wish.halving, e);
    case RACE:
        r->wish.race = true;
        return true;
    case BATCH_PROBE:
        r->batch_probe = true;
        return true;
    case OUT:
        r->folder = word;
        return true;
    case SHOW:
        r->show = true;
        return true;
    case JSON:
        r->json = true;
        return true;
    case LOGIN_NODE:
        r->training.login_node = true;
        return true;
    case QUIET:
        r->training.quiet = true;
        return true;
    case OPTIONS_WORD:
        return take_word(r, word, e);
    case OPTIONS_ERROR:
        return false;
    default:
        r->settings[r->n_settings++] = (struct recipe_option){ option, word };
        return true;
    }
}

static bool parse(int argc, char **argv, struct request *r, struct error *e)
{
    struct options words = options_begin(options, argc, argv);
    const char *word;

    for (int option; (option = options_next(&words, &word, e)) != OPTIONS_END;) {
        if (!take_option(r, option, word, e))
            return false;
        if (option >= 0 && option <= OUT)
            r->planned = options[option].name;
        if (option >= 0 && option <= OUT && option != RECIPE_OPTION_EPOCHS)
            r->fixed = options[option].name;
    }
    r->training.quiet |= r->json;
    return true;
}

/* Into the comparison's folder. It may be another user's, to be looked at alone. */
static void draw(const struct comparison_data *d, bool quiet)
{
    const struct comparison_choice all = { 0 };
    const struct export_wish usual = { .into = NULL };
    struct error e;
    struct export_files *files = memory_new(1, sizeof *files, &e);
    bool drawn = files && comparison_export(d, &all, &usual, files, &e);

    if (!drawn)
        fprintf(stderr, "cuvette: note: no charts: %s\n", e.text);
    else if (files->count > 0 && !quiet)
        printf("%d charts in %s/plots\n", files->count, d->comparison->folder);
    free(files);
}

static bool tell(const struct comparison *c, const struct comparison_result *results, bool json, bool drawn,
                 struct error *e)
{
    struct comparison_table *t = comparison_table_make(c, results, e);
    bool told = t != NULL;

    if (told && json)
        told = compare_json_print(c, results, t, e);
    else if (told)
        compare_print(c, t, wrap_columns(STDOUT_FILENO));
    if (told && drawn)
        draw(&(struct comparison_data){ c, results, t }, json);
    comparison_table_free(t);
    return told;
}

static void free_results(const struct comparison *c, struct comparison_result *results)
{
    for (int i = 0; results && i < c->count; i++)
        comparison_result_free(&results[i]);
    free(results);
}

/* Each of the runs must have something to compare. */
static bool all_have_epochs(const struct comparison *c, const struct comparison_result *results, struct error *e)
{
    for (int i = 0; i < c->count; i++)
        if (results[i].epochs == 0)
            return error_set(e, ERROR_INPUT, "%s has no whole epoch yet, so there is nothing to compare%s%s",
                             c->entries[i].folder, results[i].problem[0] ? ": " : "", results[i].problem);
    return true;
}

static bool compare_runs(const struct request *r, struct error *e)
{
    char found[RECIPE_DIFFERENCES_MOST][PATH_SIZE];
    const char *folders[RECIPE_DIFFERENCES_MOST];

    if (r->planned)
        return error_set(e, ERROR_USAGE, "--%s is for a comparison that is to be trained, and these are runs",
                         r->planned);
    for (int i = 0; i < r->n_words; i++) {
        if (!run_folder_find(r->words[i], found[i], e))
            return false;
        folders[i] = found[i];
    }

    struct comparison *c = comparison_of_runs(folders, r->n_words, e);
    struct comparison_result *results = c ? memory_new((size_t)c->count, sizeof *results, e) : NULL;
    bool good = results != NULL;

    if (good) {
        compare_train_read(c, results);
        good = all_have_epochs(c, results, e) && tell(c, results, r->json, false, e);
    }
    if (c)
        free_results(c, results);
    comparison_free(c);
    return good;
}

/* What has been trained is told however it ended. */
static bool train(const struct request *r, const struct comparison *c, struct error *e)
{
    struct comparison_result *results = memory_new((size_t)c->count, sizeof *results, e);
    struct error of_telling;
    bool good;

    if (!results)
        return false;
    if (r->show)
        compare_train_read(c, results);
    good = r->show || (data_archive_prepare(c->recipe.data.dataset, e) && compare_train_check(c, e) &&
                       compare_train(c, &r->training, results, e));
    if (good || e->kind == ERROR_STOPPED || e->kind == ERROR_RUN) {
        if (!r->training.quiet)
            printf("%scomparison %s\n\n", r->show ? "" : "\n", c->folder);
        if (!tell(c, results, r->json, !r->show, &of_telling) && good) {
            *e = of_telling;
            good = false;
        }
    }
    free_results(c, results);
    return good;
}

/* The epochs are all that was set. */
static bool lengthen(const struct request *r, struct comparison *c, struct error *e)
{
    const int before = c->recipe.training.epochs;
    struct recipe wanted = c->recipe;
    char note[160];

    for (int i = 0; i < r->n_settings; i++)
        if (!recipe_option_apply(&wanted, &r->settings[i], e))
            return false;
    if (r->n_settings > 0 && !comparison_lengthen(c, wanted.training.epochs, note, sizeof note, e))
        return false;
    if (c->recipe.training.epochs > before && !r->training.quiet)
        printf("%d epochs instead of %d: its runs go on from their last checkpoints\n%s%s%s", c->recipe.training.epochs,
               before, note[0] ? "note: " : "", note, note[0] ? "\n" : "");
    return true;
}

static bool go_on(const struct request *r, const char *folder, struct error *e)
{
    if (r->fixed)
        return error_set(e, ERROR_USAGE, "--%s cannot be changed: the comparison %s goes on as it began, if with more "
                                         "epochs", r->fixed, folder);
    if (r->planned && r->show)
        return error_set(e, ERROR_USAGE, "--show trains nothing, so it cannot be used with --%s", r->planned);

    struct comparison *c = comparison_open(folder, e);
    bool good = c && lengthen(r, c, e) && train(r, c, e);

    comparison_free(c);
    return good;
}

static bool make_recipe(const struct request *r, struct recipe *recipe, struct error *e)
{
    if (!recipe_load(recipe, r->n_words > 0 ? r->words[0] : HEADLESS_RECIPE, e))
        return false;
    for (int i = 0; i < r->n_settings; i++)
        if (!recipe_option_apply(recipe, &r->settings[i], e))
            return false;
    return true;
}

/* Nothing is trained, so that most of what is for training would be ignored. */
static bool probe_batches(const struct request *r, struct recipe *recipe, struct error *e)
{
    if (r->wish.n_varied > 0 || r->wish.seeds > 0 || r->wish.halving > 0 || r->wish.race)
        return error_set(e, ERROR_USAGE, "--batch-probe trains nothing, so it cannot be used with --%s",
                         options[r->wish.n_varied > 0 ? VARY
                                 : r->wish.seeds > 0  ? SEEDS
                                 : r->wish.halving > 0 ? HALVING
                                                       : RACE].name);
    return data_archive_prepare(recipe->data.dataset, e) &&
           compare_batch(recipe, r->wish.devices, r->json, r->folder, e);
}

static bool begin(struct request *r, struct error *e)
{
    struct recipe recipe;

    if (r->show)
        return error_set(e, ERROR_USAGE, "--show is for a comparison that has begun: give its folder or its number");
    if (!make_recipe(r, &recipe, e))
        return false;
    if (r->batch_probe)
        return probe_batches(r, &recipe, e);
    r->wish.recipe = &recipe;
    r->wish.varied = r->varied;

    struct comparison *c = comparison_plan(&r->wish, e);
    bool good = c && compare_train_check(c, e) && comparison_create(c, r->folder, e) && train(r, c, e);

    comparison_free(c);
    return good;
}

static bool dispatch(struct request *r, struct error *e)
{
    char folder[PATH_SIZE], path[PATH_SIZE];

    if (r->n_words > 1)
        return compare_runs(r, e);
    if (r->n_words == 1 && comparison_find(r->words[0], folder))
        return go_on(r, folder, e);
    if (r->n_words == 1 && path_is_folder(r->words[0]))
        return error_set(e, ERROR_INPUT, path_file_in(path, r->words[0], "recipe.ini")
                                             ? "%s is one run: give another one to compare it with"
                                             : "%s is no comparison: it has no " COMPARISON_FILE, r->words[0]);
    return begin(r, e);
}

static bool run(int argc, char **argv, struct error *e)
{
    struct request request = { .settings = memory_new((size_t)argc, sizeof *request.settings, e),
                               .varied = memory_new((size_t)argc, sizeof *request.varied, e) };
    bool fine = request.settings && request.varied && parse(argc, argv, &request, e) && dispatch(&request, e);

    free(request.settings);
    free(request.varied);
    return fine;
}

COMMAND(compare) = {
    .name = "compare",
    .arguments = "[RECIPE] [OPTION...]\n       cuvette compare COMPARISON\n       cuvette compare RUN RUN...",
    .help = "train a recipe on several devices or with several values",
    .details = "RECIPE is a file or the name of a preset; the default is " HEADLESS_RECIPE ". Each device, with\n"
               "each combination of the values that vary and each seed, has a run of its own in\n"
               "the folder of the comparison. One is trained after another, so that each has the\n"
               "machine to itself. At the end there is a table, and a sentence of what it comes\n"
               "to. COMPARISON, a folder or a number, goes on with one that was left, or shows\n"
               "it; with more --epochs its runs go on from their last checkpoints. Two runs or\n"
               "more, by folder, name or number, are compared as they are.",
    .options = options,
    .run = run,
};
