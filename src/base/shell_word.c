#include "base/shell_word.h"

#include <string.h>

bool shell_word_is_plain(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./:,@%=";

    return word[0] != '\0' && word[strspn(word, plain)] == '\0';
}

/* In single quotes nothing has a meaning but their end. */
void shell_word_write(FILE *out, const char *word)
{
    if (shell_word_is_plain(word)) {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (; *word; word++)
        if (*word == '\'')
            fputs("'\\''", out);
        else
            fputc(*word, out);
    fputc('\'', out);
}
