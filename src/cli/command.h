/* A subcommand is one file and one row in command.c. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "base/error.h"

struct command {
    const char *name;
    const char *arguments; /* "[RECIPE] [--dataset NAME|PATH] …" */
    const char *help;      /* one line */
    const char *details;   /* paragraphs for `cuvette NAME --help`, options one a line; may be NULL */
    /* argv[0] is the subcommand's name. Returns false with an error; the caller prints it and exits with its code. */
    bool (*run)(int argc, char **argv, struct error *e);
};

extern const struct command *const commands[]; /* ends with NULL */

const struct command *command_find(const char *name);

#endif
