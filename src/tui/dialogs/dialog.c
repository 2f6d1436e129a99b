#include "tui/dialogs/dialog.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "tui/app.h"
#include "tui/draw/shapes.h"
#include "tui/keys.h"

struct dialog *dialog_open(struct app *app, const struct dialog_class *class, const char *title, int rows, int columns)
{
    struct error e;
    struct dialog *d = memory_new(1, class->size, &e);

    if (!d) {
        display_say_error(&app->display, &e);
        return NULL;
    }
    d->class = class;
    d->keys = class->keys;
    text_copy(d->title, sizeof d->title, title);
    d->rows = rows;
    d->columns = columns;
    d->below = app->display.dialog;
    app->display.dialog = d;
    app->display.turned = true;
    return d;
}

struct dialog *dialog_find(const struct app *app, const struct dialog_class *class)
{
    struct dialog *d = app->display.dialog;

    while (d && d->class != class)
        d = d->below;
    return d;
}

/* It need not be the topmost: what a dialog does when it is done may have opened another on top of it. */
void dialog_close(struct app *app, struct dialog *d)
{
    struct dialog **link = &app->display.dialog;

    while (*link != d)
        link = &(*link)->below;
    *link = d->below;
    app->display.turned = true;
    if (d->class->close)
        d->class->close(d, app);
    free(d);
}

void dialog_close_all(struct app *app)
{
    while (app->display.dialog)
        dialog_close(app, app->display.dialog);
}

int dialog_key(struct app *app, int key)
{
    struct dialog *d = app->display.dialog;
    int reaction = d->class->key(d, app, key);

    if (reaction == REACTION_NONE && key == KEYCODE_ESCAPE)
        reaction = REACTION_CLOSE;
    if (reaction & REACTION_MODEL_CHANGED)
        app_recipe_changed(app);
    if (reaction & REACTION_CLOSE)
        dialog_close(app, d);
    return reaction;
}

struct rectangle dialog_room(const struct app *app)
{
    return (struct rectangle){ 1, 0, app->display.rows - 2, app->display.columns };
}

/* The box of one that is not whole, above the key line. Of a panel behind it no row alone is left to be seen: it would
 * look like a second edge. */
static struct rectangle box_of(const struct dialog *d, const struct app *app)
{
    int room = app->display.rows - 1;
    int rows = int_min(d->rows + 2, room), columns = int_min(d->columns + 4, app->display.columns);
    int row = (room - rows) / 2;

    if (columns == app->display.columns && row + rows == room - 1)
        rows++;
    return (struct rectangle){ row, (app->display.columns - columns) / 2, rows, columns };
}

struct rectangle dialog_inside(const struct app *app)
{
    struct rectangle box;

    if (app->display.dialog->class->whole)
        return dialog_room(app);
    box = box_of(app->display.dialog, app);
    return (struct rectangle){ box.row + 1, box.column + 2, box.rows - 2, box.columns - 4 };
}

static void draw_whole(const struct dialog *d, const struct app *app, struct canvas *screen)
{
    struct canvas room = canvas_part(screen, dialog_room(app));

    canvas_clear(&room);
    d->class->draw(d, &room, app);
}

static void draw_boxed(const struct dialog *d, const struct app *app, struct canvas *screen)
{
    struct canvas room = canvas_part(screen, dialog_room(app)), box, inside, padded;

    if (d->class->alone)
        canvas_clear(&room);
    box = canvas_part(screen, box_of(d, app));
    canvas_clear(&box);
    inside = shape_box(&box, d->title, true);
    padded = canvas_part(&inside, (struct rectangle){ 0, 1, inside.clip.rows, inside.clip.columns - 2 });
    d->class->draw(d, &padded, app);
}

static void draw_stacked(const struct dialog *d, const struct app *app, struct canvas *screen)
{
    if (d->below)
        draw_stacked(d->below, app, screen);
    (d->class->whole ? draw_whole : draw_boxed)(d, app, screen);
}

/* The last row stays free: it has the keys of the dialog. */
void dialog_draw(const struct app *app, struct canvas *screen)
{
    struct rectangle above = { 0, 0, screen->clip.rows - 1, screen->clip.columns };
    struct canvas room = canvas_part(screen, above);

    if (app->display.dialog)
        draw_stacked(app->display.dialog, app, &room);
}

void dialog_run_over(struct app *app)
{
    struct dialog *below;

    for (struct dialog *d = app->display.dialog; d; d = below) {
        below = d->below;
        if (d->of_run)
            dialog_close(app, d);
    }
}
