/* cuvette resume: goes on with a run that was left. */
#include <string.h>

#include "cli/command.h"
#include "cli/headless.h"
#include "cli/options.h"
#include "cli/together.h"
#include "nn/recipe/recipe_file.h"
#include "nn/recipe/shares.h"
#include "run/run_folder.h"
#include "run/run_recipe.h"
#include "run/summary.h"

enum { EPOCHS, DEVICE, OTHER_IMAGES, LOGIN_NODE, ON_ALERT, ON_END, PATIENCE, QUIET };

static const struct command_option options[] = {
    [EPOCHS] = { "epochs", "N", "go on to this many passes over the training images" },
    [DEVICE] = { "device", "cpu|cpu:N|cpu:RxN|cuda:N|cuda:N-M", "go on on this device instead of the run's" },
    [OTHER_IMAGES] = { "other-images", NULL, "go on though the data set is not as the run was left with" },
    [LOGIN_NODE] = { "login-node", NULL, "train on a login node, too, where sites kill programs that do" },
    [ON_ALERT] = { "on-alert", "CMD", "run it by sh -c when something is odd: see cuvette(1), ALERTS" },
    [ON_END] = { "on-end", "CMD", "run it by sh -c when the run is over and saved" },
    [PATIENCE] = { "patience", "SECONDS", "with several ranks: one that is not heard of for so long is lost (50)" },
    [QUIET] = { "quiet", NULL, "print errors only" },
    { .name = NULL },
};

struct request {
    const char *run, *epochs, *device;
    bool other_images, login_node, quiet;
    struct run_commands commands;
    double patience;
};

static bool parse(int argc, char **argv, struct request *request, struct error *e)
{
    struct options words = options_begin(options, argc, argv);
    const char *word;

    for (int option; (option = options_next(&words, &word, e)) != OPTIONS_END;)
        switch (option) {
        case EPOCHS:
            request->epochs = word;
            break;
        case DEVICE:
            request->device = word;
            break;
        case OTHER_IMAGES:
            request->other_images = true;
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
            if (!options_word(&request->run, word, e))
                return false;
            break;
        default:
            return false;
        }
    return request->run || error_set(e, ERROR_USAGE, "which run? Give its folder or its number");
}

static bool assign(struct recipe *recipe, const char *key, const char *text, const char *option, struct error *e)
{
    char assignment[128];

    if (!text)
        return true;
    snprintf(assignment, sizeof assignment, "%s=%.64s", key, text);
    if (recipe_set(recipe, assignment, e))
        return true;
    e->kind = ERROR_USAGE;
    return error_context(e, "--%s %.64s", option, text);
}

static bool load(const struct request *r, const char *folder, struct recipe *recipe, struct error *e)
{
    if (!run_recipe_load(recipe, folder, e))
        return false;
    if (r->device && strcmp(r->device, recipe->training.device) != 0)
        shares_forget(recipe->training.shares, sizeof recipe->training.shares);
    return assign(recipe, "training.epochs", r->epochs, options[EPOCHS].name, e) &&
           assign(recipe, "training.device", r->device, options[DEVICE].name, e);
}

/* A run that is finished goes on only when it is given more epochs. */
static bool has_epochs_left(const struct recipe *recipe, const char *folder, struct error *e)
{
    struct summary summary;
    char path[PATH_SIZE];
    struct error ignored;

    if (!path_join(path, folder, "summary.json", &ignored) || !path_is_file(path) ||
        !summary_read(&summary, path, &ignored) || strcmp(summary.state, "finished") != 0 ||
        recipe->training.epochs > summary.epochs)
        return true;
    return error_set(e, ERROR_INPUT, "the run %s is finished, with %d epochs: --epochs %d would go on", folder,
                     summary.epochs, 2 * summary.epochs);
}

static bool resume(const struct request *r, struct together *t, struct error *e)
{
    struct recipe recipe;
    struct device device;
    char folder[PATH_SIZE];

    return together_begin(t, r->patience, e) &&
           together_agree(t, run_folder_find(r->run, folder, e) && load(r, folder, &recipe, e) &&
                                 has_epochs_left(&recipe, folder, e), e) &&
           together_compare(t, &recipe, &device, e) &&
           headless_train(&(struct headless_options){ .recipe = &recipe,
                                                      .communicator = t->communicator,
                                                      .device = t->communicator ? &device : NULL,
                                                      .folder = folder,
                                                      .resume = true,
                                                      .other_images = r->other_images,
                                                      .login_node = r->login_node,
                                                      .commands = r->commands,
                                                      .quiet = r->quiet },
                          e);
}

static bool run(int argc, char **argv, struct error *e)
{
    struct request request = { .patience = TOGETHER_PATIENCE };
    struct together t = { .communicator = NULL };

    return together_end(&t, parse(argc, argv, &request, e) && resume(&request, &t, e), e);
}

COMMAND(resume) = {
    .name = "resume",
    .arguments = "RUN [OPTION...]",
    .help = "go on with a run that was stopped, killed, or is to be longer",
    .details = "RUN is the folder of a run, its name or its number. The run goes on from its last\n"
               "checkpoint as if it had never stopped: on the same kind of CPU with as many\n"
               "threads every number is the same, bit for bit.",
    .options = options,
    .run = run,
};
