#include "tui/compare/compare_view.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "tui/app.h"
#include "tui/compare/compare_curves.h"
#include "tui/compare/compare_differences.h"
#include "tui/compare/compare_layout.h"
#include "tui/compare/compare_table.h"
#include "tui/compare/compare_training.h"
#include "tui/dialogs/dialog.h"
#include "tui/draw/shapes.h"
#include "tui/exports.h"

struct compare_dialog {
    struct dialog dialog;
    struct comparing comparing;
    char folder[PATH_SIZE]; /* of the comparison; "": it is of runs */
    struct overlay overlays[COMPARE_CHARTS]; /* the second has the curve before that of the first */
    enum compare_part part;
    int first, first_row; /* what is shown at the top, and of the differences at the left */
};

enum { FRAME = 2, WORDS_SIZE = 2048 };

static const double at_once_seconds = 0.1;

/* The verdict, and what must be known to read the figures right: not beside curves that still grow. */
static void write_words(const struct compare_dialog *d, char out[WORDS_SIZE])
{
    const struct comparison_table *t = d->comparing.table;
    char scaling[256];
    const bool noted = d->part == COMPARE_TABLE || !d->comparing.going;

    text_copy(out, WORDS_SIZE, t->verdict);
    comparison_scaling_words(&t->scaling, t->rows, scaling, sizeof scaling);
    if (scaling[0])
        text_append(out, WORDS_SIZE, "%s%s", out[0] ? " · " : "", scaling);
    for (int i = 0; noted && i < t->n_notes; i++)
        text_append(out, WORDS_SIZE, "%s%s", out[0] ? " · " : "", t->notes[i]);
}

static struct compare_layout layout_of(const struct compare_dialog *d, int rows, int columns)
{
    const struct comparison_table *t = d->comparing.table;
    struct compare_needs needs = { 1, 1, 1 };
    char words[WORDS_SIZE];

    if (t) {
        write_words(d, words);
        needs = (struct compare_needs){ compare_differences_rows(t), 1 + t->count,
                                        words[0] ? canvas_paragraph_rows(words, columns - FRAME) : 0 };
    }
    return compare_layout_make(rows, columns, d->part, &needs);
}

static void fit(struct compare_dialog *d, const struct app *app, bool anew)
{
    const struct rectangle room = dialog_room(app);
    const struct compare_layout l = layout_of(d, room.rows, room.columns);

    for (int i = 0; i < COMPARE_CHARTS; i++)
        compare_curves_fit(&d->overlays[i], &d->comparing, l.charts[i].rows - FRAME, l.charts[i].columns - FRAME,
                           app->display.dots, anew);
}

/* "Comparison of 3 runs, going, 1 waiting" */
static void write_title(const struct compare_dialog *d, char *out, size_t size)
{
    const struct comparison_table *t = d->comparing.table;
    int waiting = 0;

    for (int i = 0; t && i < d->comparing.comparison->count; i++)
        waiting += !d->comparing.progress[i].there;
    text_copy(out, size, d->dialog.title);
    if (t)
        text_append(out, size, " of %d runs", d->comparing.comparison->count);
    if (d->comparing.going)
        text_append(out, size, ", going");
    if (waiting > 0)
        text_append(out, size, ", %d waiting", waiting);
}

static void draw_texts(const struct compare_dialog *d, struct canvas *c, const struct compare_layout *l)
{
    const struct comparison_table *t = d->comparing.table;
    struct canvas box = canvas_part(c, l->box), differences = canvas_part(c, l->differences),
                  table = canvas_part(c, l->table), words = canvas_part(c, l->words), rest = canvas_part(c, l->rest);
    char title[128], text[WORDS_SIZE];

    write_title(d, title, sizeof title);

    struct canvas inside = shape_box(&box, title, true);

    if (!t) {
        const bool wrong = d->comparing.error.kind != ERROR_NONE;

        canvas_paragraph(&inside, 0, wrong ? ROLE_BAD : ROLE_DIM, wrong ? d->comparing.error.text : "reading …");
        return;
    }
    if (l->differences.rows > 0)
        compare_differences_draw(&differences, t, d->part == COMPARE_TABLE ? 0 : d->first, d->first_row);
    if (l->table.rows > 0)
        compare_table_draw(&table, &d->comparing, d->part == COMPARE_TABLE ? d->first : 0);
    write_words(d, text);
    if (l->words.rows > 0)
        canvas_paragraph(&words, 0, ROLE_STRONG, text);
    if (d->part == COMPARE_TABLE && !compare_table_has_bars(&d->comparing, l->table.columns))
        compare_table_draw_bars(&rest, &d->comparing, d->first);
}

static void draw_chart(const struct compare_dialog *d, struct canvas *c, const struct app *app,
                       struct rectangle place, int i)
{
    char title[COMPARE_TITLE_SIZE];
    struct canvas whole = canvas_part(c, place), inside;

    if (place.rows <= FRAME)
        return;
    compare_curves_title(&d->overlays[i], &d->comparing, title);
    inside = shape_box(&whole, title, false);
    if (d->comparing.table)
        compare_curves_draw(&inside, &d->overlays[i], &d->comparing, app->display.dots);
}

static void draw(const struct dialog *dialog, struct canvas *c, const struct app *app)
{
    const struct compare_dialog *d = (const struct compare_dialog *)dialog;
    const struct compare_layout l = layout_of(d, c->clip.rows, c->clip.columns);

    if (l.box.rows > 0)
        draw_texts(d, c, &l);
    for (int i = 0; i < COMPARE_CHARTS; i++)
        draw_chart(d, c, app, l.charts[i], i);
}

static void next_part(struct compare_dialog *d)
{
    d->part = (enum compare_part)((d->part + 1) % COMPARE_PARTS);
    d->first = d->first_row = 0;
}

static void next_curve(struct compare_dialog *d)
{
    const int count = overlay_curves();

    d->overlays[0].curve = (d->overlays[0].curve + 1) % count;
    d->overlays[1].curve = (d->overlays[0].curve + count - 1) % count;
}

static void next_axis(struct compare_dialog *d)
{
    for (int i = 0; i < COMPARE_CHARTS; i++)
        overlay_next_axis(&d->overlays[i]);
}

static void next_smoothing(struct compare_dialog *d)
{
    for (int i = 0; i < COMPARE_CHARTS; i++)
        d->overlays[i].smoothing = smoothing_next(d->overlays[i].smoothing);
}

static void toggle_logarithmic(struct compare_dialog *d)
{
    for (int i = 0; i < COMPARE_CHARTS; i++)
        d->overlays[i].logarithmic = !d->overlays[i].logarithmic;
}

static const struct {
    int key;
    void (*act)(struct compare_dialog *d);
} bindings[] = {
    { KEYCODE_TAB, next_part }, { 'n', next_curve }, { 'x', next_axis }, { 's', next_smoothing },
    { 'l', toggle_logarithmic },
};

static bool take_binding(struct compare_dialog *d, int key)
{
    for (size_t i = 0; i < sizeof bindings / sizeof *bindings; i++)
        if (bindings[i].key == key) {
            bindings[i].act(d);
            return true;
        }
    return false;
}

static int key(struct dialog *dialog, struct app *app, int key)
{
    struct compare_dialog *d = (struct compare_dialog *)dialog;
    const struct comparison_table *t = d->comparing.table;
    const int lines = !t ? 0 : d->part == COMPARE_TABLE ? t->count : t->n_differences;
    const int to = keys_move(d->first, lines, dialog_room(app).rows / 2, key);

    if (keys_action(key) == ACTION_QUIT || key == 'c' || key == 'C')
        return REACTION_CLOSE;
    if (d->folder[0] && keys_action(key) == ACTION_TRAIN) {
        compare_training_toggle(app, d->folder, &d->comparing);
        return REACTION_HANDLED;
    }
    if (keys_action(key) == ACTION_EXPORT || keys_action(key) == ACTION_CHARTS) {
        (keys_action(key) == ACTION_EXPORT ? exports_now : exports_open)(app);
        return REACTION_HANDLED;
    }
    if (to >= 0)
        d->first = to;
    else if (t && (key == KEYCODE_LEFT || key == KEYCODE_RIGHT))
        d->first_row = int_clamp(d->first_row + (key == KEYCODE_RIGHT ? 1 : -1), 0, t->count - 1);
    else if (!take_binding(d, key))
        return REACTION_NONE;
    fit(d, app, to < 0);
    return REACTION_HANDLED;
}

const struct key_help compare_view_keys[] = {
    { "Esc q c C", "back", "Back" },
    { "Tab", "values, results or curves", "Part" },
    { "F5 t", "stop it, or go on with it", NULL },
    { "F8 e E", "charts as files; E asks how", NULL },
    { "n", "another curve", "Curve" },
    { "x", "epochs, steps or time", "Axis" },
    { "l", "logarithmic or not", "Log" },
    { "s", "smoothing: off or more", "Smooth" },
    { "Up/Down", "scroll", "Scroll" },
    { "Left/Right", "runs that found no room", NULL },
    { NULL, NULL, NULL },
};

static void close_view(struct dialog *dialog, struct app *app)
{
    app->comparing = NULL;
    comparing_close(&((struct compare_dialog *)dialog)->comparing);
}

static const struct dialog_class compare_class = {
    .size = sizeof(struct compare_dialog),
    .whole = true,
    .keys = compare_view_keys,
    .draw = draw,
    .key = key,
    .close = close_view,
};

/* The accuracy of validations in front; noisy curves would hide each other. */
static void begin(struct compare_dialog *d, struct app *app)
{
    app->comparing = &d->comparing;
    next_smoothing(d);
    while (overlay_curve(d->overlays[0].curve).kind != CHART_ACCURACY)
        next_curve(d);
    comparing_follow(&d->comparing, at_once_seconds);
    fit(d, app, true);
}

static struct compare_dialog *open_view(struct app *app)
{
    return (struct compare_dialog *)dialog_open(app, &compare_class, "Comparison", 0, 0);
}

static void begin_or_close(struct compare_dialog *d, struct app *app, bool good, const struct error *e)
{
    if (good) {
        begin(d, app);
        return;
    }
    dialog_close(app, &d->dialog);
    display_say_error(&app->display, e);
}

void compare_view_runs(struct app *app, const char *const *folders, int count)
{
    struct compare_dialog *d = open_view(app);
    struct error e;

    if (d)
        begin_or_close(d, app, comparing_runs(&d->comparing, folders, count, &app->live.events, &e), &e);
}

void compare_view_folder(struct app *app, const char *folder)
{
    struct compare_dialog *d = open_view(app);
    struct error e;

    if (!d)
        return;
    text_copy(d->folder, sizeof d->folder, folder);
    begin_or_close(d, app, comparing_folder(&d->comparing, folder, &app->live.events, &e), &e);
}

bool compare_view_follow(struct app *app)
{
    struct compare_dialog *d = (struct compare_dialog *)dialog_find(app, &compare_class);

    if (!d)
        return false;

    const bool first = !d->comparing.table, different = comparing_follow(&d->comparing, 0);

    fit(d, app, first && different);
    return different;
}
