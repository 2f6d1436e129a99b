/* Takes a command line apart: "--name value", "--name=value", and "--" before words that begin with a dash. Options and
 * words may be in any order. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/error.h"

struct command_option;

/*     struct options options = options_begin(table, argc, argv);
 *     const char *value;
 *
 *     for (int option; (option = options_next(&options, &value, e)) != OPTIONS_END;)
 *         switch (option) {
 *         case OPTION_EPOCHS: … value is its argument
 *         case OPTIONS_WORD:  … value is the word
 *         case OPTIONS_ERROR: return false;
 *         }
 */
struct options {
    const struct command_option *table;
    int argc, position;
    char **argv;
    bool only_words; /* after "--" */
};

enum { OPTIONS_END = -1, OPTIONS_WORD = -2, OPTIONS_ERROR = -3 };

struct options options_begin(const struct command_option *table, int argc, char **argv);

/* The position of the next option in the table, or one of the above. An error is ERROR_USAGE, and names a similar
 * option when there is one. */
int options_next(struct options *o, const char **value, struct error *e);

/* Of a subcommand that takes one word: false with ERROR_USAGE where `taken` has one. */
bool options_word(const char **taken, const char *word, struct error *e);

/* Sets ERROR_USAGE for a word that a subcommand does not expect. Always false. */
bool options_surplus(const char *word, struct error *e);

#endif
