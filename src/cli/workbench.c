/* cuvette without a subcommand: the workbench. */
#include "cli/command.h"
#include "cli/options.h"

enum { RECIPE, DATASET, ASCII, MONO };

static const struct command_option options[] = {
    [RECIPE] = { "recipe", "RECIPE", "open it with this recipe, a preset's name or a file" },
    [DATASET] = { "dataset", "NAME|PATH", "open it with this data set" },
    [ASCII] = { "ascii", NULL, "draw with ASCII characters only" },
    [MONO] = { "mono", NULL, "draw without colours" },
    { .name = NULL },
};

static bool run(int argc, char **argv, struct error *e)
{
    struct options words = options_begin(options, argc, argv);
    const char *word;

    for (int option; (option = options_next(&words, &word, e)) != OPTIONS_END;) {
        if (option == OPTIONS_ERROR)
            return false;
        if (option == OPTIONS_WORD)
            return options_surplus(word, e);
    }
    command_print_overview(stdout);
    return true;
}

const struct command command_workbench = {
    .name = "cuvette",
    .arguments = "[OPTION...]",
    .help = "the workbench",
    .details = "Trains image classifiers on this machine. Without a command it opens the workbench; where there is no\n"
               "terminal, it trains the built-in recipe on the built-in digits and prints one line per epoch.",
    .options = options,
    .run = run,
};
