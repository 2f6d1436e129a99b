/* A subcommand is one file, NAME.c, and one row of COMMANDS. Its options are one table, which is parsed (options.h),
 * listed by --help and compared with the manual by the tests. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdio.h>

#include "base/error.h"

struct command_option {
    const char *name;     /* without the dashes: "epochs" */
    const char *argument; /* "N"; NULL for a switch */
    const char *help;     /* one line */
};

struct command {
    const char *name;
    const char *arguments;                /* "[RECIPE] [OPTION...]" */
    const char *help;                     /* one line */
    const char *details;                  /* paragraphs for `cuvette NAME --help`; may be NULL */
    void (*print_more)(FILE *out);        /* what follows them from another table; may be NULL */
    const struct command_option *options; /* ends with a NULL name; may be NULL */
    /* argv[0] is the subcommand's name. Returns false with an error; the caller prints it and exits with its code. */
    bool (*run)(int argc, char **argv, struct error *e);
};

/* Every subcommand there is, in the order in which --help lists them. */
#define COMMANDS(X) \
    X(train) \
    X(evaluate) \
    X(export) \
    X(data) \
    X(devices) \
    X(help)

#define COMMAND_DECLARATION(name) extern const struct command command_##name;
COMMANDS(COMMAND_DECLARATION)
#undef COMMAND_DECLARATION

/* Begins the definition of a subcommand, `COMMAND(train) = { … };`: one without a row above does not compile. */
#define COMMAND(name) \
    _Static_assert(sizeof command_##name > 0, "command_" #name " has no row in COMMANDS, cli/command.h"); \
    const struct command command_##name

extern const struct command *const commands[]; /* the rows; ends with NULL */
extern const struct command command_workbench; /* what runs without a subcommand */

/* NULL when there is none of that name. */
const struct command *command_find(const char *name);

/* ERROR_USAGE that names the likeliest subcommand, or all of them. */
bool command_unknown(const char *name, struct error *e);

/* What `cuvette --help` and `cuvette NAME --help` print. */
void command_print_overview(FILE *out);
void command_print_help(const struct command *command, FILE *out);

#endif
