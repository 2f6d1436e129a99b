#include "cli/command.h"

#include <string.h>

#include "base/suggestion.h"
#include "base/text.h"

const struct command *const commands[] = {
#define COMMAND_ROW(name) &command_##name,
    COMMANDS(COMMAND_ROW)
#undef COMMAND_ROW
    NULL,
};

const struct command *command_find(const char *name)
{
    for (int i = 0; commands[i]; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

bool command_unknown(const char *name, struct error *e)
{
    struct suggestion likeliest = suggestion_begin(name);
    char all[256] = "";

    for (int i = 0; commands[i]; i++) {
        suggestion_consider(&likeliest, commands[i]->name);
        text_append(all, sizeof all, "%s%s", i ? ", " : "", commands[i]->name);
    }
    error_set(e, ERROR_USAGE, "there is no command '%.64s'", name);
    suggestion_append(&likeliest, "", e->text, sizeof e->text);
    if (!likeliest.name)
        text_append(e->text, sizeof e->text, "; there are %s", all);
    return false;
}

static void print_options(const struct command_option *options, FILE *out)
{
    enum { LEFT = 28 };

    for (const struct command_option *o = options; o->name; o++) {
        char left[64] = "";

        text_append(left, sizeof left, "--%s%s%s", o->name, o->argument ? " " : "", o->argument ? o->argument : "");
        if (strlen(left) > LEFT)
            fprintf(out, "  %s\n", left);
        fprintf(out, "  %-*s %s\n", LEFT, strlen(left) > LEFT ? "" : left, o->help);
    }
}

void command_print_overview(FILE *out)
{
    fprintf(out, "Usage: cuvette %s\n       cuvette COMMAND [ARGUMENT...]\n\n%s\n\nCommands:\n",
            command_workbench.arguments, command_workbench.details);
    for (int i = 0; commands[i]; i++)
        fprintf(out, "  %-11s %s\n", commands[i]->name, commands[i]->help);
    fputs("\nOptions of the workbench:\n", out);
    print_options(command_workbench.options, out);
    fputs("\n  --help                       this page; cuvette COMMAND --help tells about one command\n"
          "  --version                    the version\n",
          out);
}

void command_print_help(const struct command *command, FILE *out)
{
    fprintf(out, "Usage: cuvette %s%s%s\n\n%s\n", command->name, command->arguments[0] ? " " : "", command->arguments,
            command->help);
    if (command->details)
        fprintf(out, "\n%s\n", command->details);
    if (command->print_more)
        command->print_more(out);
    if (command->options) {
        fputs("\nOptions:\n", out);
        print_options(command->options, out);
    }
}
