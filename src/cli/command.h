/* A subcommand is one file and one row in command.c. Its options are one table, which is parsed (options.h), listed
 * by --help and compared with the manual by the tests. */
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

extern const struct command *const commands[]; /* ends with NULL */
extern const struct command command_workbench; /* what runs without a subcommand */

/* NULL when there is none of that name. */
const struct command *command_find(const char *name);

/* ERROR_USAGE that names the likeliest subcommand, or all of them. */
bool command_unknown(const char *name, struct error *e);

/* What `cuvette --help` and `cuvette NAME --help` print. */
void command_print_overview(FILE *out);
void command_print_help(const struct command *command, FILE *out);

#endif
