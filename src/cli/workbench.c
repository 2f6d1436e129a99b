/* cuvette without a subcommand: the workbench. */
#include <stdio.h>
#include <unistd.h>

#include "base/field.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/headless.h"
#include "cli/options.h"
#include "host/task.h"
#include "nn/recipe/recipe_file.h"
#include "tui/workbench.h"

enum { RECIPE, DATASET, ASCII, THEME, MONO, RATE, SLOW, LOGIN_NODE, ON_ALERT, ON_END };

static const struct command_option options[] = {
    [RECIPE] = { "recipe", "RECIPE", "open it with this recipe, a file or the name of a preset" },
    [DATASET] = { "dataset", "NAME|PATH", "open it with this data set" },
    [ASCII] = { "ascii", NULL, "draw with ASCII characters only" },
    [THEME] = { "theme", "auto|dark|light|safe|mono", "auto, dark, light, safe for all eyes, or mono" },
    [MONO] = { "mono", NULL, "draw without colours" },
    [RATE] = { "rate", "N", "show at most N frames a second; else 10, and 1 where the terminal does not answer" },
    [SLOW] = { "slow", NULL, "send fewer than 40 bytes a second while nobody presses a key" },
    [LOGIN_NODE] = { "login-node", NULL, "train on a login node, too, where sites kill programs that do" },
    [ON_ALERT] = { "on-alert", "CMD", "run it by sh -c when something is odd with a run: see cuvette(1), ALERTS" },
    [ON_END] = { "on-end", "CMD", "run it by sh -c when a run is over and saved" },
    { .name = NULL },
};

static const struct field rate = REAL_FIELD(struct pace_limits, rate, 0.1, 30, 0, "");

struct request {
    struct recipe recipe;
    bool asked_for; /* by an option: otherwise the workbench begins with that of the last session */
    bool chosen;    /* the recipe's data set, by an option of its own */
    bool ascii, login_node;
    struct run_commands commands;
    int theme;
    struct pace_limits limits;
};

static const struct field theme = CHOICE_FIELD(struct request, theme, theme_names, THEME_auto, "");

static bool parse_field(const struct field *field, void *settings, const char *text, struct error *e)
{
    if (field_parse(field, settings, text, e))
        return true;
    e->kind = ERROR_USAGE;
    return error_context(e, "--%s", field->name);
}

static bool parse(int argc, char **argv, struct request *request, struct error *e)
{
    struct options words = options_begin(options, argc, argv);
    const char *word, *recipe = NULL, *dataset = NULL;

    for (int option; (option = options_next(&words, &word, e)) != OPTIONS_END;)
        switch (option) {
        case RECIPE:
            recipe = word;
            break;
        case DATASET:
            dataset = word;
            break;
        case ASCII:
            request->ascii = true;
            break;
        case MONO:
            request->theme = THEME_mono;
            break;
        case THEME:
            if (!parse_field(&theme, request, word, e))
                return false;
            break;
        case RATE:
            if (!parse_field(&rate, &request->limits, word, e))
                return false;
            break;
        case SLOW:
            request->limits.slow = true;
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
        case OPTIONS_WORD:
            return options_surplus(word, e);
        default:
            return false;
        }
    request->asked_for = recipe || dataset;
    request->chosen = dataset != NULL;
    if (!recipe_load(&request->recipe, recipe ? recipe : HEADLESS_RECIPE, e))
        return false;
    if (dataset && !text_copy(request->recipe.data.dataset, sizeof request->recipe.data.dataset, dataset))
        return error_set(e, ERROR_USAGE, "the name of the data set is too long");
    return true;
}

/* `srun --pty -n 2` starts two of them, and gives the first the terminal. */
static bool is_another_task(void)
{
    struct task task = task_read();

    if (task.number > 0)
        printf("task %d of %d draws nothing and trains nothing: the screen is that of task 0 (srun -n 1)\n",
               task.number, task.count);
    return task.number > 0;
}

static bool train_without_screen(const struct recipe *recipe, struct error *e)
{
    printf("no terminal, so no screen: trains %s; 'cuvette train RECIPE' trains yours\n", recipe->name);
    return headless_train(&(struct headless_options){ .recipe = recipe }, e);
}

static bool run(int argc, char **argv, struct error *e)
{
    struct request request = { .ascii = false };

    if (!parse(argc, argv, &request, e))
        return false;
    if (is_another_task())
        return true;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return train_without_screen(&request.recipe, e);
    return workbench_run(&(struct workbench_options){ .recipe = request.asked_for ? &request.recipe : NULL,
                                                      .chosen = request.chosen,
                                                      .ascii = request.ascii,
                                                      .theme = (enum theme)request.theme,
                                                      .limits = request.limits,
                                                      .login_node = request.login_node,
                                                      .commands = request.commands },
                         e);
}

const struct command command_workbench = {
    .name = "cuvette",
    .arguments = "[OPTION...]",
    .help = "the workbench",
    .details = "Trains image classifiers on this machine. Without a command it opens the\n"
               "workbench, with the recipe of the last session; where there is no terminal, it\n"
               "trains the built-in recipe on the built-in digits and prints a line per epoch.",
    .options = options,
    .run = run,
};
