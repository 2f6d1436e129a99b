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
#include "cli/recipe_options.h"
#include "cli/together.h"
#include "host/ranks.h"
#include "nn/plan/plan.h"
#include "nn/plan/plan_print.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"
#include "nn/train/recipe_images.h"
#include "run/go_on.h"
#include "run/recipe_profile.h"

enum {
    RUN = RECIPE_OPTIONS, RESUME, REQUEUE, SHOW_PLAN, PROFILE, FORECAST, JSON, LOGIN_NODE, ON_ALERT, ON_END, PATIENCE,
    QUIET
};

static const struct command_option options[] = {
    RECIPE_OPTION_ROWS
    [RUN] = { "run", "DIR", "folder of the run, missing or empty; the default is the next numbered one" },
    [RESUME] = { "resume", NULL, "go on with the run that is in --run DIR, where there is one" },
    [REQUEUE] = { "requeue", NULL, "in a Slurm job: when its time is over, queue it again" },
    [SHOW_PLAN] = { "show-plan", NULL, "print the list of operations instead of training" },
    [PROFILE] = { "profile", NULL, "time every operation of a training step instead of training" },
    [FORECAST] = { "forecast", NULL, "say what memory and time it will take instead of training" },
    [JSON] = { "json", NULL, "with --profile, --forecast: print one JSON object for programs" },
    [LOGIN_NODE] = { "login-node", NULL, "train on a login node, too, where sites kill programs that do" },
    [ON_ALERT] = { "on-alert", "CMD", "run it by sh -c when something is odd: see cuvette(1), ALERTS" },
    [ON_END] = { "on-end", "CMD", "run it by sh -c when the run is over and saved" },
    [PATIENCE] = { "patience", "SECONDS", "with several ranks: one that is not heard of for so long is lost (50)" },
    [QUIET] = { "quiet", NULL, "print errors only" },
    { .name = NULL },
};

struct request {
    const char *recipe, *folder;
    bool resume, requeue, show_plan, profile, forecast, json, login_node, quiet;
    struct run_commands commands;
    double patience;
    int n_settings;
    struct recipe_option *settings; /* in the order of the command line: the last one wins */
};

/* Refuses combinations of which a part would be ignored. */
static bool check_request(const struct request *r, struct error *e)
{
    bool instead = r->profile || r->forecast;

    if (r->resume && !r->folder)
        return error_set(e, ERROR_USAGE, "--resume needs the run's folder: --run DIR");
    if (r->requeue && !r->resume)
        return error_set(e, ERROR_USAGE, "--requeue needs --resume: else the job would begin anew");
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
        case RESUME:
            request->resume = true;
            break;
        case REQUEUE:
            request->requeue = true;
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
        case LOGIN_NODE:
            request->login_node = true;
            break;
        case ON_ALERT:
            request->commands.on_alert = word;
            break;
        case ON_END:
            request->commands.on_end = word;
            break;
        case PATIENCE:
            if (!together_patience(&request->patience, word, e))
                return false;
            break;
        case QUIET:
            request->quiet = true;
            break;
        case OPTIONS_WORD:
            if (!options_word(&request->recipe, word, e))
                return false;
            break;
        case OPTIONS_ERROR:
            return false;
        default:
            request->settings[request->n_settings++] = (struct recipe_option){ option, word };
        }
    return check_request(request, e);
}

static bool make_recipe(const struct request *request, struct recipe *recipe, struct error *e)
{
    if (!recipe_load(recipe, request->recipe ? request->recipe : HEADLESS_RECIPE, e))
        return false;
    for (int i = 0; i < request->n_settings; i++)
        if (!recipe_option_apply(recipe, &request->settings[i], e))
            return false;
    return true;
}

static bool show_plan(struct recipe *recipe, struct error *e)
{
    struct dataset_info info;
    struct device device;

    if (!recipe_images_look(recipe, &info, e) || !devices_choose(recipe->training.device, &device, e) ||
        !devices_share_batch(&device, recipe, e))
        return false;

    const struct shape image = shape_image(info.height, info.width, info.channels);
    const struct compile_options options_of_one = { .ranks = devices_replicas(&device) };
    struct plan *plan = compile_recipe_with(recipe, image, info.classes, &options_of_one, e);
    if (!plan)
        return false;
    plan_print(plan, stdout);
    plan_free(plan);
    return true;
}

/* Of several ranks all measure, and the first one prints. */
static bool profile(struct recipe *recipe, struct together *t, const struct device *device, bool json, struct error *e)
{
    struct recipe_profile p;
    bool fine = recipe_profile_measure(recipe, t->communicator, device, &p, e);

    if (fine && json && !together_follows(t))
        fine = profile_json_print(&p, recipe, e);
    else if (fine && !together_follows(t)) {
        epoch_lines_title(recipe, plan_parameters(p.plan), &p.device, NULL);
        if (t->communicator)
            epoch_lines_ranks(t->communicator, recipe);
        profile_table_print(p.profile, recipe, stdout);
    }
    recipe_profile_free(&p);
    return fine;
}

/* Whatever a job script that is started once more finds. Of several ranks rank 0 alone looks. */
static bool look(const struct request *request, struct together *t, struct recipe *recipe, enum go_on *go_on,
                 struct error *e)
{
    int found = GO_ON_BEGIN;
    char note[512] = "";
    bool fine = together_follows(t) || go_on_look(request->folder, recipe, go_on, note, sizeof note, e);

    if (fine && !together_follows(t))
        found = (int)*go_on;
    if (!together_agree(t, fine, e) || !together_tell(t, &found, recipe, e))
        return false;
    *go_on = (enum go_on)found;
    if (note[0] != '\0' && !request->quiet)
        printf("note: %s\n", note);
    if (*go_on == GO_ON_DONE && !request->quiet && !together_follows(t))
        printf("the run %s is finished, with %d epochs: there is nothing left to do\n", request->folder,
               recipe->training.epochs);
    return true;
}

static bool train(const struct request *request, struct together *t, struct recipe *recipe, struct error *e)
{
    enum go_on go_on = GO_ON_BEGIN;
    struct device device;

    if (!together_compare(t, recipe, &device, e) || (request->resume && !look(request, t, recipe, &go_on, e)))
        return false;
    return go_on == GO_ON_DONE || headless_train(&(struct headless_options){ .recipe = recipe,
                                                                             .communicator = t->communicator,
                                                                             .device = t->communicator ? &device : NULL,
                                                                             .folder = request->folder,
                                                                             .resume = go_on != GO_ON_BEGIN,
                                                                             .again = go_on == GO_ON_AGAIN,
                                                                             .requeue = request->requeue,
                                                                             .login_node = request->login_node,
                                                                             .commands = request->commands,
                                                                             .quiet = request->quiet },
                                                 e);
}

/* Rank 0 unpacks what is to be unpacked, and the others find it. */
static bool prepare(struct together *t, const struct recipe *recipe, struct error *e)
{
    const char *dataset = recipe->data.dataset;

    return together_agree(t, together_follows(t) || data_archive_prepare(dataset, e), e) &&
           (!t->communicator || together_agree(t, !together_follows(t) || data_archive_prepare(dataset, e), e));
}

static bool meet(const struct request *request, struct together *t, struct recipe *recipe, struct error *e)
{
    return together_begin(t, request->patience, e) && together_agree(t, make_recipe(request, recipe, e), e) &&
           prepare(t, recipe, e);
}

static bool train_together(const struct request *request, struct together *t, struct error *e)
{
    struct recipe recipe;

    return meet(request, t, &recipe, e) && train(request, t, &recipe, e);
}

static bool profile_together(const struct request *request, struct together *t, struct error *e)
{
    struct recipe recipe;
    struct device device;

    return meet(request, t, &recipe, e) && together_compare(t, &recipe, &device, e) &&
           profile(&recipe, t, t->communicator ? &device : NULL, request->json, e);
}

/* Of several ranks the first one looks and prints. What a forecast says of memory hangs on who is on its node. */
static bool look_only(const struct request *request, struct together *t, struct error *e)
{
    struct recipe recipe;

    if (request->forecast && !together_begin(t, request->patience, e))
        return false;
    if (ranks_read().rank > 0)
        return true;
    if (!make_recipe(request, &recipe, e) || !data_archive_prepare(recipe.data.dataset, e))
        return false;
    if (request->show_plan)
        return show_plan(&recipe, e);
    return forecast_print(&recipe, request->json, e);
}

static bool run(int argc, char **argv, struct error *e)
{
    struct request request = { .settings = memory_new((size_t)argc, sizeof *request.settings, e),
                               .patience = TOGETHER_PATIENCE };
    struct together t = { .communicator = NULL };
    bool fine = request.settings && parse(argc, argv, &request, e);

    if (fine)
        fine = request.show_plan || request.forecast ? look_only(&request, &t, e)
               : request.profile                     ? profile_together(&request, &t, e)
                                                     : train_together(&request, &t, e);
    free(request.settings);
    return together_end(&t, fine, e);
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
               "One line is printed per epoch. SIGINT and SIGTERM end the run within seconds: what\n"
               "it learned is kept, and cuvette resume goes on from there. SIGUSR1 and SIGUSR2\n"
               "write a checkpoint at once.",
    .print_more = print_presets,
    .options = options,
    .run = run,
};
