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

bool error_set_errno(struct error *e, const char *format, ...)
{
    int number = errno;
    va_list arguments;

    e->kind = number == ENOMEM ? ERROR_MEMORY : ERROR_IO;
    va_start(arguments, format);
    vsnprintf(e->text, sizeof e->text, format, arguments);
    va_end(arguments);

    size_t used = strlen(e->text);
    snprintf(e->text + used, sizeof e->text - used, ": %s", strerror(number));
    return false;
}

bool error_context(struct error *e, const char *format, ...)
{
    char inner[sizeof e->text];
    va_list arguments;

    memcpy(inner, e->text, sizeof inner);
    va_start(arguments, format);
    vsnprintf(e->text, sizeof e->text, format, arguments);
    va_end(arguments);

    size_t used = strlen(e->text);
    snprintf(e->text + used, sizeof e->text - used, ": %s", inner);
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
