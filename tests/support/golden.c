#include "golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/path.h"

static const char *file_of(const char *name)
{
    static char path[PATH_SIZE];
    const char *source = getenv("CUVETTE_SOURCE");

    snprintf(path, sizeof path, "%s/tests/screens/%s.txt", source ? source : ".", name);
    return path;
}

static void write_screen(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fputs(text, file) >= 0, 1);
    assert_int_equal(fclose(file), 0);
}

static char *read_screen(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 1 << 16);

    assert_non_null(text);
    if (!file)
        fail_msg("no screen %s: CUVETTE_UPDATE_SCREENS=1 writes it", path);
    text[fread(text, 1, (1 << 16) - 1, file)] = '\0';
    fclose(file);
    return text;
}

/* Says the first line that differs last: of a long log the end alone is read. */
static void fail_at_difference(const char *name, const char *expected, const char *text)
{
    int line = 1;

    print_message("expected (%s):\n%s\nbut the screen is:\n%s\n", name, expected, text);
    for (size_t a, b; (a = strcspn(expected, "\n")) == (b = strcspn(text, "\n")) && expected[a] == text[b] &&
                      memcmp(expected, text, a) == 0;
         line++) {
        expected += a + 1;
        text += b + 1;
    }
    fail_msg("%s, line %d: expected\n%.*s\nbut it is\n%.*s", name, line, (int)strcspn(expected, "\n"), expected,
             (int)strcspn(text, "\n"), text);
}

void golden_check(const char *name, const char *text)
{
    const char *path = file_of(name);
    char *expected;

    if (getenv("CUVETTE_UPDATE_SCREENS")) {
        write_screen(path, text);
        return;
    }
    expected = read_screen(path);
    if (strcmp(expected, text) != 0)
        fail_at_difference(name, expected, text);
    free(expected);
}

void golden_check_canvas(const char *name, const struct canvas *c)
{
    char *text = canvas_to_text(c);

    assert_non_null(text);
    golden_check(name, text);
    free(text);
}
