#include "tui/dialogs/dialog_list.h"

#include <ctype.h>
#include <string.h>

#include "tui/app.h"
#include "tui/dialogs/dialog.h"
#include "tui/draw/shapes.h"

struct list_dialog {
    struct dialog dialog;
    struct list_setup setup;
    int selected;
};

enum { LIST_COLUMNS = 56, LIST_ROWS_MAX = 30, NARROW = 50 };

/* Below the list: a blank row and the help of what is selected. */
static int help_rows(int columns)
{
    return columns < NARROW ? 3 : 2;
}

static int below_list(int columns)
{
    return 1 + help_rows(columns);
}

static void draw(const struct dialog *d, struct canvas *c, const struct app *app)
{
    const struct list_dialog *l = (const struct list_dialog *)d;
    int rows = c->clip.rows - below_list(c->clip.columns), first = layout_first(l->selected, l->setup.count, rows);
    struct canvas help = canvas_part(c, (struct rectangle){ rows + 1, 0, help_rows(c->clip.columns), c->clip.columns });
    const char *above = "";
    (void)app;

    for (int row = 0; row < rows && first + row < l->setup.count; row++) {
        struct list_item item = l->setup.item(l->setup.items, first + row);
        int end = c->clip.columns;

        if (strcmp(item.note, above) != 0)
            end = canvas_text_right(c, row, c->clip.columns - 1, ROLE_DIM, item.note) - 1;
        above = item.note;

        struct canvas name = canvas_part(c, (struct rectangle){ row, 1, 1, end - 1 });

        canvas_text(&name, 0, 0, ROLE_NORMAL, item.name);
        if (first + row == l->selected)
            canvas_row_role(c, row, ROLE_SELECTED);
    }
    shape_more(c, 0, rows, first > 0, first + rows < l->setup.count);
    canvas_paragraph(&help, 0, ROLE_DIM, l->setup.item(l->setup.items, l->selected).help);
}

/* A letter selects the next line that begins with it. */
static bool jump(struct list_dialog *l, int key)
{
    if (key <= ' ' || key >= 0x7F)
        return false;
    for (int i = 1; i <= l->setup.count; i++) {
        int position = (l->selected + i) % l->setup.count;

        if (tolower((unsigned char)l->setup.item(l->setup.items, position).name[0]) == tolower(key)) {
            l->selected = position;
            return true;
        }
    }
    return false;
}

static int key(struct dialog *d, struct app *app, int key)
{
    struct list_dialog *l = (struct list_dialog *)d;
    int to = keys_move(l->selected, l->setup.count, d->rows - below_list(LIST_COLUMNS), key);

    if (to >= 0)
        l->selected = to;
    else if (key == KEYCODE_ENTER || key == ' ')
        l->setup.chosen(app, l->setup.items, l->selected);
    else if (!jump(l, key))
        return REACTION_NONE;
    return key == KEYCODE_ENTER || key == ' ' ? REACTION_CLOSE : REACTION_HANDLED;
}

static int point(struct dialog *d, struct rectangle inside, int row, int column, bool again)
{
    struct list_dialog *l = (struct list_dialog *)d;
    int line = layout_line_at(l->selected, l->setup.count, inside.rows - below_list(inside.columns), row);
    (void)column;

    if (line < 0)
        return KEYCODE_NONE;
    if (again || line == l->selected)
        return KEYCODE_ENTER;
    l->selected = line;
    return KEYCODE_NONE;
}

const struct key_help dialog_list_keys[] = {
    { "Enter Space", "take the selected line", "Choose" },
    { "Esc", "close the list", "Cancel" },
    { "a-z", "next line with this letter", NULL },
    { NULL, NULL, NULL },
};

static void close_list(struct dialog *d, struct app *app)
{
    struct list_dialog *l = (struct list_dialog *)d;
    (void)app;

    if (l->setup.release)
        l->setup.release(l->setup.items);
}

static const struct dialog_class list_class = {
    .size = sizeof(struct list_dialog),
    .keys = dialog_list_keys,
    .draw = draw,
    .key = key,
    .point = point,
    .close = close_list,
};

void dialog_list(struct app *app, const struct list_setup *setup)
{
    int shown = setup->count < LIST_ROWS_MAX ? setup->count : LIST_ROWS_MAX;
    int rows = shown + below_list(app->display.columns);
    struct list_dialog *l = (struct list_dialog *)dialog_open(app, &list_class, setup->title, rows, LIST_COLUMNS);

    if (l)
        l->setup = *setup;
    else if (setup->release)
        setup->release(setup->items);
}
