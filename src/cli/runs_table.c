#include "cli/runs_table.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "run/run_differences.h"
#include "run/run_table.h"

static size_t bytes_of(const char *text, int characters)
{
    size_t at = 0;

    while (text[at] != '\0' && (((unsigned char)text[at] & 0xC0) == 0x80 || characters-- > 0))
        at++;
    return at;
}

static int characters_of(const char *text)
{
    int count = 0;

    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

/* In a cell of so many characters, cut where it is longer. `last`: no blanks behind it. */
static void print_cell(const char *text, int width, bool right, bool last)
{
    int characters = characters_of(text), blanks = int_max(width - characters, 0);

    if (right)
        printf("%*s", blanks, "");
    if (characters > width)
        printf("%.*s~", (int)bytes_of(text, width - 1), text);
    else
        fputs(text, stdout);
    if (!right && !last)
        printf("%*s", blanks, "");
}

static void print_row(const struct run_table *t, const struct run_entry *entry)
{
    int last = RUN_COLUMN_COUNT - 1, shown = 0;
    char cell[RUN_CELL_SIZE];

    while (t->widths[last] == 0)
        last--;
    for (int c = 0; c <= last; c++) {
        if (t->widths[c] == 0)
            continue;
        text_copy(cell, sizeof cell, run_table_heading((enum run_column)c));
        if (entry)
            run_table_cell(t, entry, (enum run_column)c, cell);
        printf("%*s", shown++ > 0 ? t->gap : 0, "");
        print_cell(cell, t->widths[c], run_table_is_right((enum run_column)c), c == last);
    }
    putchar('\n');
}

void runs_table_print(struct run_entry *const *entries, int count, int columns)
{
    struct run_table t = run_table_make(entries, count, columns, time(NULL));

    print_row(&t, NULL);
    for (int i = 0; i < count; i++)
        print_row(&t, entries[i]);
}

struct comparison {
    int count;
    const char *const *folders;
};

static void print_difference(void *context, const struct recipe_difference *d)
{
    const struct comparison *c = context;
    char name[sizeof d->values[0]];

    printf("%s\n", d->name);
    for (int i = 0; i < c->count; i++) {
        text_sanitise(name, sizeof name, path_name(c->folders[i]));
        printf("  %-30s  ", name);
        text_sanitise(name, sizeof name, d->values[i]);
        puts(name[0] ? name : "-");
    }
}

bool runs_table_print_differences(const char *const *folders, int count, struct error *e)
{
    struct comparison c = { .count = count, .folders = folders };
    int rows;

    if (!run_differences(folders, count, print_difference, &c, &rows, e))
        return false;
    if (rows == 0)
        puts("their recipes have the same values");
    return true;
}
