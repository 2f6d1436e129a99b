/* A subcommand is one file, NAME.c, and one row of COMMANDS. Its options are one table: options.h parses by it, --help
 * lists it, and a test compares the manual with it. */
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
    void (*print_more)(FILE *out);        /* prints what comes after the details, such as another table; may be NULL */
    const struct command_option *options; /* ends with a NULL name; may be NULL */
    /* argv[0] is the subcommand's name. False with an error, which the caller prints; its kind is the exit code. One
     * without a text has been told, by this rank of several or another (together.h). */
    bool (*run)(int argc, char **argv, struct error *e);
};

/* The subcommands, in the order in which --help lists them. */
#define COMMANDS(X) \
    X(train) \
    X(resume) \
    X(watch) \
    X(sbatch) \
    X(runs) \
    X(compare) \
    X(evaluate) \
    X(inspect) \
    X(predict) \
    X(export) \
    X(model) \
    X(data) \
    X(devices) \
    X(doctor) \
    X(completions) \
    X(tour) \
    X(help)

#define COMMAND_DECLARATION(name) extern const struct command command_##name;
COMMANDS(COMMAND_DECLARATION)
#undef COMMAND_DECLARATION

/* Begins the definition of a subcommand: `COMMAND(train) = { … };`. One without a row above does not compile. */
#define COMMAND(name) \
    _Static_assert(sizeof command_##name > 0, "command_" #name " has no row in COMMANDS, cli/command.h"); \
    const struct command command_##name

extern const struct command *const commands[]; /* the rows; ends with NULL */
extern const struct command command_workbench; /* what runs without a subcommand */

/* NULL when there is none of that name. */
const struct command *command_find(const char *name);

/* Sets ERROR_USAGE that names the most similar subcommand, or all of them. Always false. */
bool command_unknown(const char *name, struct error *e);

/* Print what `cuvette --help` and `cuvette NAME --help` show. */
void command_print_overview(FILE *out);
void command_print_help(const struct command *command, FILE *out);

#endif
