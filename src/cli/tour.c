/* cuvette tour: the workbench, with a few steps that are told on its screen. */
#include <unistd.h>

#include "cli/command.h"
#include "cli/options.h"
#include "tui/workbench.h"

static bool run(int argc, char **argv, struct error *e)
{
    struct options words = options_begin(command_tour.options, argc, argv);
    const char *word;
    int option = options_next(&words, &word, e);

    if (option == OPTIONS_WORD)
        return options_surplus(word, e);
    if (option == OPTIONS_ERROR)
        return false;
    return workbench_run(&(struct workbench_options){ .tour = true }, e);
}

COMMAND(tour) = {
    .name = "tour",
    .arguments = "",
    .help = "learn the workbench in five steps, on the built-in digits",
    .details = "Opens the workbench and says at its bottom what to press: change a layer, train the built-in digits,\n"
               "write the charts. Each step waits until it is done; Esc leaves the tour. The recipe of the last\n"
               "session stays as it is.",
    .run = run,
};
