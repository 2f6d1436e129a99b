#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const int exit_codes[] = {
#define ERROR_KIND(kind, code) [ERROR_##kind] = code,
    ERROR_KINDS(ERROR_KIND)
#undef ERROR_KIND
};

bool error_set(struct error *e, enum error_kind kind, const char *format, ...)
{
    va_list arguments;

    e->kind = kind;
    va_start(arguments, format);
    vsnprintf(e->text, sizeof e->text, format, arguments);
    va_end(arguments);
    return false;
}

/* "head: tail". Where both do not fit the head is cut: who wrote it knows what it was about, and the end says what is
 * wrong. */
static void join(struct error *e, const char *head, const char *tail)
{
    size_t most = sizeof e->text - 1, needed = strlen(tail), length = strlen(head);
    bool fits = length + strlen(": ") + needed <= most;
    const char *between = fits ? ": " : "...: ";
    size_t room = most - strlen(between);

    if (!fits)
        length = needed < room ? room - needed : 0;
    snprintf(e->text, sizeof e->text, "%.*s%s%s", (int)length, head, between, tail);
}

bool error_set_errno(struct error *e, const char *format, ...)
{
    int number = errno;
    char head[sizeof e->text];
    va_list arguments;

    e->kind = number == ENOMEM ? ERROR_MEMORY : ERROR_IO;
    va_start(arguments, format);
    vsnprintf(head, sizeof head, format, arguments);
    va_end(arguments);
    join(e, head, strerror(number));
    return false;
}

bool error_context(struct error *e, const char *format, ...)
{
    char head[sizeof e->text], inner[sizeof e->text];
    va_list arguments;

    memcpy(inner, e->text, sizeof inner);
    va_start(arguments, format);
    vsnprintf(head, sizeof head, format, arguments);
    va_end(arguments);
    join(e, head, inner);
    return false;
}

bool error_of_run(struct error *e)
{
    if (e->kind == ERROR_DEVICE)
        e->kind = ERROR_RUN;
    return false;
}

int error_exit_code(enum error_kind kind)
{
    return exit_codes[kind];
}
