#include "cli/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/wrap.h"

#define PROGRESS_SECONDS 0.25

/* The last column stays free: some terminals move on when it is written. */
static int line_width(void)
{
    int columns = wrap_columns(STDERR_FILENO);

    return columns > 1 ? columns - 1 : 79;
}

struct progress progress_begin(bool wanted)
{
    return (struct progress){ .on = wanted && isatty(STDERR_FILENO) };
}

bool progress_due(struct progress *p)
{
    double now = clock_seconds();

    if (!p->on || now < p->next)
        return false;
    p->next = now + PROGRESS_SECONDS;
    return true;
}

void progress_add(struct progress *p, const char *format, ...)
{
    char part[sizeof p->next_line];
    const char *between = p->next_line[0] ? "  " : "";
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(part, sizeof part, format, arguments);
    va_end(arguments);

    size_t room = size_min(sizeof p->next_line - 1, (size_t)line_width());

    p->full |= strlen(p->next_line) + strlen(between) + strlen(part) > room && p->next_line[0];
    if (!p->full)
        text_append(p->next_line, sizeof p->next_line, "%s%s", between, part);
}

/* Blanks cover the rest of the old line. Every terminal understands a carriage return. */
void progress_show(struct progress *p)
{
    int width = (int)strnlen(p->next_line, (size_t)line_width());

    fprintf(stderr, "\r%.*s%*s", width, p->next_line, int_max(0, p->width - width), "");
    fflush(stderr);
    p->width = width;
    p->next_line[0] = '\0';
    p->full = false;
}

void progress_clear(struct progress *p)
{
    if (p->width > 0) {
        fprintf(stderr, "\r%*s\r", p->width, "");
        fflush(stderr);
    }
    p->width = 0;
}
