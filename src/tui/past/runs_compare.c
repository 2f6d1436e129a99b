#include "tui/past/runs_compare.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"
#include "run/run_differences.h"
#include "tui/app.h"
#include "tui/dialogs/dialog.h"
#include "tui/draw/shapes.h"

/* A value, and what each run has there. */
struct row {
    char name[96];
    char values[RECIPE_DIFFERENCES_MOST][FIELD_TEXT_SIZE];
};

struct compare_dialog {
    struct dialog dialog;
    int n_runs, n_rows;
    char runs[RECIPE_DIFFERENCES_MOST][PATH_SIZE]; /* their names */
    struct row *rows;
    bool full; /* memory was: more rows than these */
    int first; /* the row at the top, and the run at the left */
    int first_run;
};

enum { NAME_COLUMNS = 22, VALUE_COLUMNS = 16, VALUE_COLUMNS_MOST = 40, BETWEEN = 2 };

static void take(void *context, const struct recipe_difference *d)
{
    struct compare_dialog *c = context;
    struct row *rows = realloc(c->rows, (size_t)(c->n_rows + 1) * sizeof *rows);

    c->full |= !rows;
    if (!rows)
        return;
    c->rows = rows;
    text_copy(rows[c->n_rows].name, sizeof rows->name, d->name);
    for (int i = 0; i < c->n_runs; i++)
        text_copy(rows[c->n_rows].values[i], FIELD_TEXT_SIZE, d->values[i]);
    c->n_rows++;
}

/* As wide as all of them together allow. */
static int value_columns(const struct compare_dialog *d, int columns)
{
    return int_clamp((columns - NAME_COLUMNS) / d->n_runs - BETWEEN, VALUE_COLUMNS, VALUE_COLUMNS_MOST);
}

static void draw_row(const struct compare_dialog *d, struct canvas *c, int at, const struct row *row)
{
    int wide = value_columns(d, c->clip.columns);
    struct canvas name = canvas_part(c, (struct rectangle){ at, 0, 1, NAME_COLUMNS });

    if (row)
        canvas_text(&name, 0, 0, ROLE_NORMAL, row->name);
    for (int i = d->first_run; i < d->n_runs; i++) {
        int column = NAME_COLUMNS + BETWEEN + (i - d->first_run) * (wide + BETWEEN);
        int room = int_min(wide, c->clip.columns - column);
        struct canvas cell = canvas_part(c, (struct rectangle){ at, column, 1, room });
        const char *text = row ? row->values[i] : d->runs[i];

        if (room <= 0)
            return;
        canvas_text(&cell, 0, 0, row ? ROLE_STRONG : ROLE_TITLE, text[0] ? text : "-");
    }
}

static void draw(const struct dialog *dialog, struct canvas *c, const struct app *app)
{
    const struct compare_dialog *d = (const struct compare_dialog *)dialog;
    struct canvas inside = shape_box(c, dialog->title, true);
    int rows = inside.clip.rows - 1;
    (void)app;

    draw_row(d, &inside, 0, NULL);
    for (int i = 0; i < rows && d->first + i < d->n_rows; i++)
        draw_row(d, &inside, 1 + i, &d->rows[d->first + i]);
    shape_more(&inside, 1, rows, d->first > 0, d->first + rows < d->n_rows);
    if (d->n_rows == 0)
        canvas_text(&inside, 1, 0, ROLE_DIM, "their recipes have the same values");
}

static int key(struct dialog *dialog, struct app *app, int key)
{
    struct compare_dialog *d = (struct compare_dialog *)dialog;
    int to = keys_move(d->first, d->n_rows, dialog_room(app).rows / 2, key);

    if (keys_action(key) == ACTION_QUIT || key == 'c')
        return REACTION_CLOSE;
    if (to >= 0)
        d->first = to;
    else if (key == KEYCODE_LEFT || key == KEYCODE_RIGHT)
        d->first_run = int_clamp(d->first_run + (key == KEYCODE_RIGHT ? 1 : -1), 0, d->n_runs - 1);
    else
        return REACTION_NONE;
    return REACTION_HANDLED;
}

const struct key_help runs_compare_keys[] = {
    { "Esc q c", "back to the list", "Back" },
    { "Left/Right", "runs that found no room", "Runs" },
    { "Up/Down", "scroll", "Scroll" },
    { NULL, NULL, NULL },
};

static void close_view(struct dialog *dialog, struct app *app)
{
    (void)app;
    free(((struct compare_dialog *)dialog)->rows);
}

static const struct dialog_class compare_class = {
    .size = sizeof(struct compare_dialog),
    .whole = true,
    .keys = runs_compare_keys,
    .draw = draw,
    .key = key,
    .close = close_view,
};

void runs_compare_open(struct app *app, const char *const *folders, int count)
{
    struct compare_dialog *d = (struct compare_dialog *)dialog_open(app, &compare_class, "Values that differ", 0, 0);
    struct error e;
    int rows;

    if (!d)
        return;
    d->n_runs = int_clamp(count, 1, RECIPE_DIFFERENCES_MOST);
    for (int i = 0; i < d->n_runs; i++)
        text_copy(d->runs[i], PATH_SIZE, path_name(folders[i]));
    bool good = run_differences(folders, count, take, d, &rows, &e);
    if (good && d->full)
        good = error_set(&e, ERROR_MEMORY, "no memory for %d values that differ", rows);
    if (good)
        return;
    dialog_close(app, &d->dialog);
    display_say_error(&app->display, &e);
}
