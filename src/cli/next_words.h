/* What can follow the words of a command line that is being typed, from the tables of subcommands and options: for the
 * scripts that complete them in shells (assets/completions). */
#ifndef CLI_NEXT_WORDS_H
#define CLI_NEXT_WORDS_H

#include <stdio.h>

/* `words`: those behind the program's name, `count` of at least 1; the last is what was typed so far of the one that is
 * to be completed, "" where nothing was. Prints a line for each that it can become, "WORD\tHELP", and for names of
 * files and folders ":files .h5 .keras" (without endings: any) and ":folders". */
void next_words_print(const char *const words[], int count, FILE *out);

#endif
