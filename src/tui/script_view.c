#include "tui/script_view.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "tui/app.h"
#include "tui/dialogs/dialog.h"
#include "tui/draw/shapes.h"

struct script_view {
    struct dialog dialog;
    struct script_view_setup setup;
    int first; /* row of the text at the top */
};

enum { ROW_SIZE = 1024, MARGIN = 2, DEEPER = 4 };

/* The bytes of a row that begins there: the line, or as much of it as there are columns for, to a blank where one is
 * in its second half. */
static size_t length_of_row(const char *at, int columns)
{
    size_t length = 0, blank = 0;
    int used = 0;

    for (; at[length] != '\0' && at[length] != '\n' && length < ROW_SIZE - 1; length++) {
        used += ((unsigned char)at[length] & 0xC0) != 0x80;
        if (used > columns)
            return blank > length / 2 ? blank : length;
        if (at[length] == ' ')
            blank = length + 1;
    }
    return length;
}

/* Draws the rows from `first` on (c NULL: none) and counts all. What is left of a wide line stands further right. */
static int walk(const char *text, int columns, int first, struct canvas *c)
{
    char row[ROW_SIZE];
    int count = 0;

    for (const char *at = text; *at; count++) {
        int column = at > text && at[-1] != '\n' ? DEEPER : 0;
        bool comment = column == 0 && at[0] == '#' && strncmp(at, "#SBATCH", strlen("#SBATCH")) != 0;
        size_t length = length_of_row(at, columns - column);

        snprintf(row, sizeof row, "%.*s", (int)length, at);
        if (c && count >= first && count - first < c->clip.rows)
            canvas_text(c, count - first, column, comment ? ROLE_DIM : ROLE_NORMAL, row);
        at += length;
        at += *at == '\n';
    }
    return count;
}

static int columns_of_text(int columns)
{
    return int_max(columns - MARGIN, 2 * DEEPER);
}

static void draw(const struct dialog *d, struct canvas *c, const struct app *app)
{
    const struct script_view *v = (const struct script_view *)d;
    struct canvas inside = shape_box(c, d->title, true);
    int columns = columns_of_text(inside.clip.columns);
    int count = walk(app->submission.script, columns, v->first, &inside);

    shape_more(&inside, 0, inside.clip.rows, v->first > 0, v->first + inside.clip.rows < count);
}

static bool scroll(struct script_view *v, const struct app *app, int key)
{
    enum { FRAME = 2 };
    struct rectangle room = dialog_room(app);
    int rows = room.rows - FRAME, count = walk(app->submission.script, columns_of_text(room.columns - FRAME), 0, NULL);
    int to = keys_move(v->first, int_max(count - rows, 0) + 1, rows - 1, key);

    if (to >= 0)
        v->first = to;
    return to >= 0;
}

static int key(struct dialog *d, struct app *app, int key)
{
    struct script_view *v = (struct script_view *)d;

    if (scroll(v, app, key))
        return REACTION_HANDLED;
    switch (key) {
    case 's':
        v->setup.submit(app);
        return REACTION_CLOSE;
    case 'w':
        v->setup.write(app);
        return REACTION_CLOSE;
    default:
        return key == KEYCODE_ESCAPE || keys_action(key) == ACTION_QUIT ? REACTION_CLOSE : REACTION_NONE;
    }
}

const struct key_help script_view_keys[] = {
    { "s", "hand it in: sbatch", "Hand in" },
    { "w", "write it to a file", "Write" },
    { "Up/Down PgUp/PgDn", "scroll", "Scroll" },
    { "Esc q", "close it", "Close" },
    { NULL, NULL, NULL },
};

static const struct dialog_class script_class = {
    .size = sizeof(struct script_view),
    .whole = true,
    .keys = script_view_keys,
    .draw = draw,
    .key = key,
};

void script_view_open(struct app *app, const struct script_view_setup *setup)
{
    struct script_view *v = (struct script_view *)dialog_open(app, &script_class, "job script", 0, 0);

    if (v)
        v->setup = *setup;
}
