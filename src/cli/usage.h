/* Reads the line of arguments of a subcommand, "info PATH | import SOURCE FILE.h5 | fetch [OFFER]": what can come
 * behind some words. */
#ifndef CLI_USAGE_H
#define CLI_USAGE_H

#include <stdbool.h>
#include <stddef.h>

/* Calls back for each thing that the next word can be: a part of a word of the line, between bars and without brackets,
 * as "RUN" or "import", of `length` bytes; perhaps several times the same. `words`: those before it, `count`, without
 * options. */
void usage_next(const char *arguments, const char *const words[], int count,
                void (*visit)(void *context, const char *part, size_t length), void *context);

/* Is it a word itself, as "import", not the name of what a word can be? */
bool usage_is_literal(const char *part, size_t length);

#endif
