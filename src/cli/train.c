/* cuvette train: trains a recipe without a screen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/data_archive.h"
#include "cli/epoch_lines.h"
#include "cli/forecast_print.h"
#include "cli/headless.h"
#include "cli/options.h"
#include "cli/profile_json.h"
#include "cli/profile_table.h"
#include "nn/plan/plan.h"
#include "nn/plan/plan_print.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"
#include "nn/train/recipe_images.h"
#include "run/recipe_profile.h"

enum { DATASET, SET, DEVICE, EPOCHS, BATCH, SEED, RUN, SHOW_PLAN, PROFILE, FORECAST, JSON, QUIET };

static const struct command_option options[] = {
    [DATASET] = { "dataset", "NAME|PATH", "train on this data set instead of the recipe's" },
    [SET] = { "set", "SECTION.KEY=VALUE",
              "change a value of the recipe (cuvette help recipe lists them); any number of times" },
    [DEVICE] = { "device", "cpu|cpu:N|cuda:N", "train on the CPU, with N threads, or on a GPU" },
    [EPOCHS] = { "epochs", "N", "passes over the training images" },
    [BATCH] = { "batch", "N", "images a step" },
    [SEED] = { "seed", "N", "seed of weights, order and dropout: the same seed gives the same curve" },
    [RUN] = { "run", "DIR", "folder of the run, missing or empty; the default is the next numbered one" },
    [SHOW_PLAN] = { "show-plan", NULL, "print the list of operations instead of training" },
    [PROFILE] = { "profile", NULL, "time every operation of a training step instead of training" },
    [FORECAST] = { "forecast", NULL, "say what memory and time it will take instead of training" },
    [JSON] = { "json", NULL, "with --profile, --forecast: print one JSON object for programs" },
    [QUIET] = { "quiet", NULL, "print errors only" },
    { .name = NULL },
};

/* Options that set a value of the recipe. */
static const char *const recipe_keys[] = {
    [DATASET] = "data.dataset", [DEVICE] = "training.device", [EPOCHS] = "training.epochs",
    [BATCH] = "training.batch", [SEED] = "training.seed",
};

struct setting {
    int option;
    const char *text;
};

struct request {
    const char *recipe, *folder;
    bool show_plan, profile, forecast, json, quiet;
    int n_settings;
    struct setting *settings; /* in the order of the command line: the last one wins */
};

/* Refuses combinations of which a part would be ignored. */
static bool check_request(const struct request *r, struct error *e)
{
    bool instead = r->profile || r->forecast;

    if (r->json && !instead)
        return error_set(e, ERROR_USAGE, "--json is for --profile and --forecast; a run's metrics.jsonl and "
                                         "summary.json are JSON already");
    if (r->profile && r->forecast)
        return error_set(e, ERROR_USAGE, "--profile cannot be used with --forecast");
    if (instead && (r->show_plan || r->folder || r->quiet))
        return error_set(e, ERROR_USAGE, "--%s does not train, so it cannot be used with --%s",
                         options[r->profile ? PROFILE : FORECAST].name,
                         options[r->show_plan ? SHOW_PLAN : r->folder ? RUN : QUIET].name);
    return true;
}

static bool parse(int argc, char **argv, struct request *request, struct error *e)
{
    struct options words = options_begin(options, argc, argv);
    const char *word;

    for (int option; (option = options_next(&words, &word, e)) != OPTIONS_END;)
        switch (option) {
        case RUN:
            request->folder = word;
            break;
        case SHOW_PLAN:
            request->show_plan = true;
            break;
        case PROFILE:
            request->profile = true;
            break;
        case FORECAST:
            request->forecast = true;
            break;
        case JSON:
            request->json = true;
            break;
        case QUIET:
            request->quiet = true;
            break;
        case OPTIONS_WORD:
            if (request->recipe)
                return options_surplus(word, e);
            request->recipe = word;
            break;
        case OPTIONS_ERROR:
            return false;
        default:
            request->settings[request->n_settings++] = (struct setting){ option, word };
        }
    return check_request(request, e);
}

static bool assign(struct recipe *recipe, const struct setting *setting, struct error *e)
{
    char assignment[sizeof recipe->data.dataset + 64] = "";

    if (setting->option == SET)
        return recipe_set(recipe, setting->text, e);
    if (!text_append(assignment, sizeof assignment, "%s=%s", recipe_keys[setting->option], setting->text))
        return error_set(e, ERROR_USAGE, "the value is too long");
    return recipe_set(recipe, assignment, e);
}

/* A wrong value on the command line is an error of usage, not of an input file. */
static bool apply(struct recipe *recipe, const struct setting *setting, struct error *e)
{
    if (assign(recipe, setting, e))
        return true;
    e->kind = ERROR_USAGE;
    return error_context(e, "--%s %.64s", options[setting->option].name, setting->text);
}

static bool make_recipe(const struct request *request, struct recipe *recipe, struct error *e)
{
    if (!recipe_load(recipe, request->recipe ? request->recipe : HEADLESS_RECIPE, e))
        return false;
    for (int i = 0; i < request->n_settings; i++)
        if (!apply(recipe, &request->settings[i], e))
            return false;
    return true;
}

static bool show_plan(const struct recipe *recipe, struct error *e)
{
    struct dataset_info info;

    if (!recipe_images_look(recipe, &info, e))
        return false;

    const struct shape image = shape_image(info.height, info.width, info.channels);
    struct plan *plan = compile_recipe(recipe, image, info.classes, true, e);
    if (!plan)
        return false;
    plan_print(plan, stdout);
    plan_free(plan);
    return true;
}

static bool profile(const struct recipe *recipe, bool json, struct error *e)
{
    struct recipe_profile p;
    bool fine = recipe_profile_measure(recipe, &p, e);

    if (fine && json)
        fine = profile_json_print(&p, recipe, e);
    else if (fine) {
        epoch_lines_title(recipe, plan_parameters(p.plan), &p.device, NULL);
        profile_table_print(p.profile, recipe, stdout);
    }
    recipe_profile_free(&p);
    return fine;
}

static bool run(int argc, char **argv, struct error *e)
{
    struct request request = { .settings = memory_new((size_t)argc, sizeof *request.settings, e) };
    struct recipe recipe;
    bool fine = request.settings && parse(argc, argv, &request, e) && make_recipe(&request, &recipe, e);

    free(request.settings);
    if (!fine || !data_archive_prepare(recipe.data.dataset, e))
        return false;
    if (request.show_plan)
        return show_plan(&recipe, e);
    if (request.profile)
        return profile(&recipe, request.json, e);
    if (request.forecast)
        return forecast_print(&recipe, request.json, e);
    return headless_train(&(struct headless_options){
                              .recipe = &recipe, .folder = request.folder, .quiet = request.quiet }, e);
}

static void print_presets(FILE *out)
{
    fputs("\nPresets:", out);
    for (int i = 0; recipe_preset_name(i); i++)
        fprintf(out, " %s", recipe_preset_name(i));
    fputc('\n', out);
}

COMMAND(train) = {
    .name = "train",
    .arguments = "[RECIPE] [OPTION...]",
    .help = "train a recipe and keep the run",
    .details = "RECIPE is a file or the name of a preset; the default is " HEADLESS_RECIPE ".\n"
               "One line is printed per epoch. SIGINT and SIGTERM stop the run at its next\n"
               "step; what it learned is kept, and cuvette resume goes on from there. SIGUSR1\n"
               "and SIGUSR2 write a checkpoint at once.",
    .print_more = print_presets,
    .options = options,
    .run = run,
};
