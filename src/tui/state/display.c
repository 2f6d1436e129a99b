#include "tui/state/display.h"

#include <stdarg.h>
#include <stdio.h>

void display_resize(struct display *d, int rows, int columns, bool unicode)
{
    d->rows = rows;
    d->columns = columns;
    d->unicode = unicode;
    d->layout = layout_make(rows, columns, d->focus);
}

void display_focus(struct display *d, enum panel_position panel)
{
    d->focus = panel;
    d->layout = layout_make(d->rows, d->columns, panel);
}

void display_say(struct display *d, enum role role, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(d->message, sizeof d->message, format, arguments);
    va_end(arguments);
    d->message_role = role;
}

void display_say_error(struct display *d, const struct error *e)
{
    display_say(d, ROLE_BAD, "%s", e->text);
}
