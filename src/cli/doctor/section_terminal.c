/* The terminal and the locale: what the screen can show. */
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/doctor/section.h"
#include "tui/term/capabilities.h"

enum { LEAST_ROWS = 12, LEAST_COLUMNS = 40 };

static void look_at_type(struct page *p)
{
    const char *type = getenv("TERM");
    struct capabilities *c = malloc(sizeof *c);
    struct error e;

    if (!c)
        return;
    if (!capabilities_open(c, type, &e)) {
        page_odd(p, "TERM", "export TERM=xterm-256color", "%s", e.text);
        free(c);
        return;
    }
    if (!type || !*type)
        page_odd(p, "TERM", "export TERM=xterm-256color", "is not set, so that a common terminal is taken");
    else if (!c->known)
        page_odd(p, "TERM", "export TERM=xterm-256color, or its description in ~/.terminfo",
                 "%s, which this node has no description of, so that a common terminal is taken", type);
    else
        page_fine(p, "TERM", "%s", type);
    if (c->direct)
        page_fine(p, "colours", "any");
    else if (c->colors > 0)
        page_fine(p, "colours", "%d", c->colors);
    else
        page_fine(p, "colours", "none");
    capabilities_close(c);
    free(c);
}

static void look_at_size(struct page *p)
{
    const int descriptors[] = { STDOUT_FILENO, STDIN_FILENO, STDERR_FILENO };
    struct winsize size;

    for (size_t i = 0; i < sizeof descriptors / sizeof *descriptors; i++)
        if (ioctl(descriptors[i], TIOCGWINSZ, &size) == 0) {
            if (size.ws_row >= LEAST_ROWS && size.ws_col >= LEAST_COLUMNS)
                page_fine(p, "size", "%d columns, %d rows", size.ws_col, size.ws_row);
            else
                page_odd(p, "size", "a larger window, or stty rows 24 cols 80",
                         "%d columns, %d rows: the screen needs %d and %d", size.ws_col, size.ws_row, LEAST_COLUMNS,
                         LEAST_ROWS);
            return;
        }
    page_absent(p, "size", "this is no terminal");
}

static void look_at_locale(struct page *p)
{
    static const char *const variables[] = { "LC_ALL", "LC_CTYPE", "LANG" };
    const char *wanted = "";
    locale_t known;

    for (size_t i = 0; i < sizeof variables / sizeof *variables && !*wanted; i++)
        wanted = getenv(variables[i]) ? getenv(variables[i]) : "";
    known = newlocale(LC_CTYPE_MASK, "", NULL);
    if (!known) {
        page_odd(p, "locale", "export LC_ALL=C.UTF-8", "%s, which this node does not have", wanted);
        return;
    }
    if (strcmp(nl_langinfo_l(CODESET, known), "UTF-8") != 0)
        page_odd(p, "locale", "export LC_ALL=C.UTF-8", "%s has no UTF-8: lines and curves are ASCII",
                 *wanted ? wanted : "none is set, and the usual one");
    else
        page_fine(p, "locale", "%s, UTF-8", wanted);
    freelocale(known);
}

static void look(struct page *p)
{
    look_at_type(p);
    look_at_size(p);
    look_at_locale(p);
}

SECTION_OF_DOCTOR(terminal) = { .name = "terminal", .title = "Terminal", .look = look, .here = true };
