#include "cli/command.h"

static bool run(int argc, char **argv, struct error *e)
{
    (void)argc;
    (void)argv;
    (void)e;
    command_print_overview(stdout);
    return true;
}

const struct command command_workbench = {
    .name = "cuvette",
    .arguments = "[OPTION...]",
    .help = "the workbench",
    .details = "Trains image classifiers on this machine. Without a command it opens the workbench; where there is no\n"
               "terminal, it trains the built-in recipe on the built-in digits and prints one line per epoch.",
    .options = (const struct command_option[]){ { .name = NULL } },
    .run = run,
};
