#include "tests/support/screen.h"

#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/path.h"
#include "tests/support/golden.h"
#include "tui/state/layout.h"

/* Each character becomes '#', also one of several bytes. Returns where they end then. */
static char *hide(char *from, char *to)
{
    char *end = from;

    for (const char *byte = from; byte < to; byte++)
        if ((*byte & 0xC0) != 0x80)
            *end++ = '#';
    memmove(end, to, strlen(to) + 1);
    return end;
}

static void mask_text(const regex_t *mask, char *text)
{
    regmatch_t match;
    char *at = text;

    while (*at != '\0' && regexec(mask, at, 1, &match, at == text || at[-1] == '\n' ? 0 : REG_NOTBOL) == 0) {
        bool some = match.rm_eo > match.rm_so;
        char *end = hide(at + match.rm_so, at + match.rm_eo);

        at = some ? end : end + 1;
    }
}

static void add_mask(const char *expression, char *text)
{
    regex_t mask;

    if (regcomp(&mask, expression, REG_EXTENDED | REG_NEWLINE) != 0)
        fail_msg("masks.txt: \"%s\" is no regular expression", expression);
    mask_text(&mask, text);
    regfree(&mask);
}

static bool is_inside(const char *row)
{
    return row[0] == '|' || strncmp(row, "│", strlen("│")) == 0;
}

/* The rows of the Device panel: which devices there are, or why there are none, depends on the machine. */
static void mask_devices(char *text)
{
    char title[32], *row;

    snprintf(title, sizeof title, "%d Device", PANEL_DEVICE + 1);
    row = strstr(text, title);
    for (row = row ? strchr(row, '\n') : NULL; row && is_inside(row + 1);)
        row = hide(row + 1, row + 1 + strcspn(row + 1, "\n"));
}

void screen_matches(struct screen *s, const char *name)
{
    const char *source = getenv("CUVETTE_SOURCE");
    char path[PATH_SIZE], line[1024], *text;
    FILE *masks;

    screen_wait_frame(s);
    text = screen_text(s);
    snprintf(path, sizeof path, "%s/tests/screens/masks.txt", source != NULL ? source : ".");
    masks = fopen(path, "r");
    assert_non_null(masks);
    while (fgets(line, sizeof line, masks) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '\0')
            add_mask(line, text);
    }
    fclose(masks);
    mask_devices(text);
    golden_check(name, text);
    free(text);
}
