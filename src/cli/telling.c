#include "cli/telling.h"

#include "cli/interrupt.h"

struct telling telling_begin(const char *what)
{
    return (struct telling){ .line = progress_begin(true), .what = what };
}

bool telling_progress(void *telling, double done)
{
    struct telling *t = telling;

    if (progress_due(&t->line)) {
        progress_add(&t->line, "%s %3.0f%%", t->what, 100 * done);
        progress_show(&t->line);
    }
    return !interrupt_came();
}

void telling_end(struct telling *t)
{
    progress_clear(&t->line);
}
