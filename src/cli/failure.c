#include "cli/failure.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/wrap.h"

void failure_print(struct error *e)
{
    static const char code[] = "\n    ";
    char rest[sizeof e->text], text[sizeof rest], line[sizeof text + 16] = "", *next;

    fflush(stdout);
    if (e->text[0] == '\0')
        return;
    text_copy(rest, sizeof rest, e->text);
    next = strstr(rest, code);
    if (next)
        *next++ = '\0';
    text_sanitise(text, sizeof text, rest);
    text_append(line, sizeof line, "cuvette: %s", text);
    wrap_line(stderr, line, wrap_columns(STDERR_FILENO));
    for (char *begin = next; begin; begin = next) {
        next = strstr(begin, code);
        if (next)
            *next++ = '\0';
        text_sanitise(text, sizeof text, begin);
        fprintf(stderr, "%s\n", text);
    }
    e->text[0] = '\0';
}
