#include "cli/doctor/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static void add(struct page *p, const char *name, enum page_state state, const char *advice, const char *format,
                va_list arguments)
{
    static const char cut[] = "...";
    int count = atomic_load(&p->count);
    struct page_line *line = &p->lines[count];
    char text[PAGE_TEXT_SIZE];

    if (count == PAGE_LINES_MAX)
        return;
    text_copy(line->name, sizeof line->name, name);
    line->state = state;
    if (vsnprintf(text, sizeof text, format, arguments) >= (int)sizeof text)
        memcpy(text + sizeof text - sizeof cut, cut, sizeof cut);
    text_sanitise(line->text, sizeof line->text, text);
    text_sanitise(line->advice, sizeof line->advice, advice);
    atomic_store(&p->count, count + 1);
}

void page_fine(struct page *p, const char *name, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add(p, name, PAGE_FINE, "", format, arguments);
    va_end(arguments);
}

void page_absent(struct page *p, const char *name, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add(p, name, PAGE_ABSENT, "", format, arguments);
    va_end(arguments);
}

void page_odd(struct page *p, const char *name, const char *advice, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add(p, name, PAGE_ODD, advice, format, arguments);
    va_end(arguments);
}

void page_looks_at(struct page *p, const char *name)
{
    text_copy(p->looking, sizeof p->looking, name);
}
