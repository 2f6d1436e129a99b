/* Words of a shell's command line, quoted so that the shell takes each as it is, whatever is in it. */
#ifndef BASE_SHELL_WORD_H
#define BASE_SHELL_WORD_H

#include <stdbool.h>
#include <stdio.h>

/* Writes the word, in single quotes where it needs them. Write errors stay with the stream. */
void shell_word_write(FILE *out, const char *word);

bool shell_word_is_plain(const char *word); /* it needs no quotes */

#endif
