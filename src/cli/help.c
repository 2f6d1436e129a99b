/* cuvette help: what a recipe can say, from the tables that parse it, and the help of every command. */
#include "cli/commands.h"
#include "cli/options.h"

static bool run(int argc, char **argv, struct error *e)
{
    struct options options = options_begin(command_help.options, argc, argv);
    const char *word, *topic = NULL;

    for (int option; (option = options_next(&options, &word, e)) != OPTIONS_END;) {
        if (option == OPTIONS_ERROR)
            return false;
        if (topic)
            return options_surplus(&options, word, e);
        topic = word;
    }
    if (!topic) {
        command_print_overview(stdout);
        return true;
    }

    const struct command *command = command_find(topic);
    if (!command)
        return command_unknown(topic, e);
    command_print_help(command, stdout);
    return true;
}

const struct command command_help = {
    .name = "help",
    .arguments = "[COMMAND]",
    .help = "tell about a command",
    .run = run,
};
