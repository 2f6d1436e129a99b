#include "tui/state/display.h"

#include <stdarg.h>
#include <stdio.h>

static void place_all(struct display *d)
{
    struct layout_wish wish = { .focus = d->focus, .panel = d->panel, .whole = d->whole, .run = d->run };

    d->layout = layout_make(d->rows, d->columns, wish);
}

void display_resize(struct display *d, int rows, int columns, bool unicode)
{
    d->rows = rows;
    d->columns = columns;
    d->unicode = unicode;
    d->dots = !unicode ? GRAPH_ASCII : d->without_braille ? GRAPH_BLOCKS : GRAPH_BRAILLE;
    place_all(d);
}

void display_focus(struct display *d, enum place place)
{
    d->focus = place;
    if (place < PANEL_COUNT)
        d->panel = place;
    place_all(d);
}

void display_whole(struct display *d, bool whole)
{
    d->turned = true;
    d->whole = whole;
    place_all(d);
}

void display_run(struct display *d, bool run)
{
    d->turned = d->turned || run != d->run;
    d->run = run;
    place_all(d);
}

void display_say(struct display *d, enum role role, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(d->message, sizeof d->message, format, arguments);
    va_end(arguments);
    d->message_role = role;
}

bool display_fits(const struct display *d)
{
    enum { MARGINS = 2 };

    return canvas_text_width(d->message) <= d->columns - MARGINS;
}

void display_say_error(struct display *d, const struct error *e)
{
    display_say(d, ROLE_BAD, "%s", e->text);
}
