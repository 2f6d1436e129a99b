#include "cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"

#define PROGRESS_SECONDS 0.25

static int terminal_width(void)
{
    struct winsize size;

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1 : 79;
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

/* Blanks cover the rest of the old line. Every terminal understands a carriage return. */
void progress_show(struct progress *p, const char *text)
{
    int width = (int)strnlen(text, (size_t)terminal_width());

    fprintf(stderr, "\r%.*s%*s", width, text, int_max(0, p->width - width), "");
    fflush(stderr);
    p->width = width;
}

void progress_clear(struct progress *p)
{
    if (p->width > 0) {
        fprintf(stderr, "\r%*s\r", p->width, "");
        fflush(stderr);
    }
    p->width = 0;
}
