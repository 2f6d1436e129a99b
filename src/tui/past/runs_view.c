#include "tui/past/runs_view.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "tui/app.h"
#include "tui/compare/compare_view.h"
#include "tui/comparisons.h"
#include "tui/dialogs/dialog.h"
#include "tui/dialogs/edit.h"
#include "tui/draw/shapes.h"
#include "tui/past/run_page.h"
#include "tui/past/run_words.h"
#include "tui/past/runs_change.h"
#include "tui/past/runs_rows.h"
#include "tui/runs.h"
#include "tui/watching.h"

static const struct key_help keys_of_choice[] = {
    { "Enter", "take the selected one", "Choose" },
    { "/", "only those with these words", "Filter" },
    { "s", "sort: newest, best, name, length", "Sort" },
    { "Esc q", "close the view", "Cancel" },
    { NULL, NULL, NULL },
};

struct runs_dialog {
    struct dialog dialog;
    struct runs_rows rows;
    void (*chosen)(struct app *app, const char *folder); /* NULL: it is no choice */
    bool typing; /* a filter */
    struct edit filter;
};

enum { ABOVE = 2, BELOW = 3, LOW = 12 /* rows: below it there is a line less for words */ };

static const double at_once_seconds = 0.1;

static int below(int rows)
{
    return rows < LOW ? BELOW - 1 : BELOW;
}

static int list_rows(const struct app *app)
{
    int rows = dialog_room(app).rows;

    return int_max(rows - ABOVE - below(rows), 1);
}

static void make(struct runs_dialog *d, const struct app *app)
{
    runs_rows_make(&d->rows, &app->past_runs, dialog_room(app).columns);
}

/* "12 of 2000 runs, the newest first; 2 marked" */
static void write_title(const struct runs_dialog *d, const struct app *app, char *out, size_t size)
{
    const struct past_runs *runs = &app->past_runs;

    snprintf(out, size, "%s", "");
    if (d->rows.count != runs->count)
        text_append(out, size, "%d of ", d->rows.count);
    text_append(out, size, "%d run%s%s, %s", runs->count, runs->count == 1 ? "" : "s", runs->known ? "" : " so far",
                run_order_words[d->rows.order]);
    if (d->rows.n_marked > 0)
        text_append(out, size, "; %d marked", d->rows.n_marked);
    if (d->rows.filter[0] && !d->typing)
        text_append(out, size, "; with \"%s\"", d->rows.filter);
}

static void draw_title(const struct runs_dialog *d, struct canvas *c, const struct app *app)
{
    char title[sizeof d->rows.filter + 128];

    write_title(d, app, title, sizeof title);
    if (d->typing) {
        canvas_text(c, 0, 0, ROLE_KEY, "/");
        edit_draw(&d->filter, c, 0, 1);
        canvas_format(c, 0, int_max(c->clip.columns / 2, 20), ROLE_DIM, "%s", title);
    } else {
        canvas_text(c, 0, 0, ROLE_STRONG, title);
    }
}

static void draw_below(const struct runs_dialog *d, struct canvas *c, const struct app *app)
{
    const struct run_entry *entry = runs_rows_entry(&d->rows);
    char words[RUN_WORDS_SIZE];

    if (app->past_runs.error.kind != ERROR_NONE) {
        canvas_paragraph(c, 0, ROLE_BAD, app->past_runs.error.text);
    } else if (entry) {
        bool noted = entry->note[0] && c->clip.rows > 1;
        struct canvas rest = canvas_part(c, (struct rectangle){ noted, 0, c->clip.rows - noted, c->clip.columns });

        if (noted)
            canvas_format(c, 0, 0, ROLE_NORMAL, "note: %s", entry->note);
        run_words(entry, words);
        canvas_paragraph(&rest, 0, entry->problem[0] ? ROLE_WARN : ROLE_DIM, words);
    } else if (app->past_runs.count > 0) {
        canvas_text(c, 0, 0, ROLE_DIM, "no run has all of these words");
    } else {
        canvas_text(c, 0, 0, ROLE_DIM, app->past_runs.known ? "there is no run yet: press F5 to train" : "looking …");
    }
}

static void draw(const struct dialog *dialog, struct canvas *c, const struct app *app)
{
    const struct runs_dialog *d = (const struct runs_dialog *)dialog;
    int rows = c->clip.rows - ABOVE - below(c->clip.rows), words = below(c->clip.rows) - 1;
    int first = layout_first(runs_rows_selected(&d->rows), d->rows.count, rows);
    struct canvas under = canvas_part(c, (struct rectangle){ ABOVE + rows + 1, 0, words, c->clip.columns });
    struct runs_rows fitted = d->rows;

    if (fitted.columns != c->clip.columns) /* the screen has just got another size */
        runs_rows_resize(&fitted, c->clip.columns);
    draw_title(d, c, app);
    runs_rows_draw_headings(&fitted, c, 1);
    for (int i = 0; i < rows && first + i < d->rows.count; i++)
        runs_rows_draw(&fitted, c, ABOVE + i, first + i);
    shape_more(c, ABOVE, rows, first > 0, first + rows < d->rows.count);
    draw_below(d, &under, app);
}

/* A run that another process trains is watched. */
static void open_run(struct app *app, const struct run_entry *entry)
{
    if (entry->state == RUN_TRAINS && !live_own_going(&app->live))
        watching_begin(app, entry->folder);
    else
        run_page_open(app, entry);
}

static void mark(struct runs_dialog *d, struct app *app, const struct run_entry *entry)
{
    if (runs_rows_mark(&d->rows, entry->folder))
        runs_rows_select(&d->rows, runs_rows_selected(&d->rows) + 1);
    else
        display_say(&app->display, ROLE_WARN, "%d runs are marked: no more can be compared at once",
                    RUNS_MARKED_MOST);
}

static void compare(const struct runs_dialog *d, struct app *app)
{
    const char *folders[RUNS_MARKED_MOST + 1];
    const struct run_entry *entry = runs_rows_entry(&d->rows);
    int count = 0;

    while (count < d->rows.n_marked) {
        folders[count] = d->rows.marked[count];
        count++;
    }
    if (count == 1 && entry && !runs_rows_is_marked(&d->rows, entry->folder))
        folders[count++] = entry->folder;
    if (count < 2)
        display_say(&app->display, ROLE_STRONG, "mark the runs to compare with Space, two or more");
    else
        compare_view_runs(app, folders, count);
}

static void next_order(struct runs_dialog *d, struct app *app)
{
    d->rows.order = (enum run_order)((d->rows.order + 1) % RUN_ORDER_COUNT);
    make(d, app);
    runs_rows_select(&d->rows, 0); /* the best, or the longest */
}

static void begin_typing(struct runs_dialog *d)
{
    d->typing = true;
    d->dialog.keys = runs_filter_keys;
    edit_begin(&d->filter, d->rows.filter);
}

static void end_typing(struct runs_dialog *d)
{
    d->typing = false;
    d->dialog.keys = d->chosen ? keys_of_choice : runs_view_keys;
}

static void set_filter(struct runs_dialog *d, const struct app *app, const char *text)
{
    text_copy(d->rows.filter, sizeof d->rows.filter, text);
    make(d, app);
}

static int key_of_filter(struct runs_dialog *d, struct app *app, int key)
{
    int to = key == KEYCODE_HOME || key == KEYCODE_END
                 ? -1 : keys_move(runs_rows_selected(&d->rows), d->rows.count, list_rows(app), key);

    if (key == KEYCODE_ENTER) {
        end_typing(d);
    } else if (key == KEYCODE_ESCAPE) {
        end_typing(d);
        set_filter(d, app, "");
    } else if (to >= 0) {
        runs_rows_select(&d->rows, to);
    } else if (edit_key(&d->filter, key)) {
        set_filter(d, app, d->filter.text);
    } else {
        return REACTION_NONE;
    }
    return REACTION_HANDLED;
}

/* What a key does to the selected run; false: it is none of these keys. */
static bool act(struct runs_dialog *d, struct app *app, int key, const struct run_entry *entry)
{
    switch (key) {
    case KEYCODE_ENTER: open_run(app, entry); return true;
    case ' ': mark(d, app, entry); return true;
    case 'p': runs_take_recipe(app, entry->folder); return true;
    case 'g': runs_go_on(app, entry->folder); return true;
    case 'n': runs_change_note(app, entry); return true;
    case 'r': runs_change_name(app, entry); return true;
    case 'd':
    case KEYCODE_DELETE: runs_change_delete(app, entry); return true;
    default: return false;
    }
}

static int choose(const struct runs_dialog *d, struct app *app, int key, const struct run_entry *entry)
{
    if (key != KEYCODE_ENTER && key != ' ')
        return REACTION_NONE;
    d->chosen(app, entry->folder);
    return REACTION_CLOSE;
}

static int key_of_list(struct runs_dialog *d, struct app *app, int key)
{
    const struct run_entry *entry = runs_rows_entry(&d->rows);
    int to = keys_move(runs_rows_selected(&d->rows), d->rows.count, list_rows(app), key);

    if (key == KEYCODE_ESCAPE && d->rows.filter[0]) {
        set_filter(d, app, "");
        return REACTION_HANDLED;
    }
    if (keys_action(key) == ACTION_QUIT || keys_action(key) == ACTION_RUNS)
        return REACTION_CLOSE;
    if (to >= 0)
        runs_rows_select(&d->rows, to);
    else if (key == '/')
        begin_typing(d);
    else if (key == 's')
        next_order(d, app);
    else if (d->chosen)
        return entry ? choose(d, app, key, entry) : REACTION_NONE;
    else if (key == 'c')
        compare(d, app);
    else if (key == 'C')
        comparisons_list(app);
    else if (!entry || !act(d, app, key, entry))
        return REACTION_NONE;
    return REACTION_HANDLED;
}

static int key(struct dialog *dialog, struct app *app, int key)
{
    struct runs_dialog *d = (struct runs_dialog *)dialog;

    return d->typing ? key_of_filter(d, app, key) : key_of_list(d, app, key);
}

static int point(struct dialog *dialog, struct rectangle inside, int row, int column, bool again)
{
    struct runs_dialog *d = (struct runs_dialog *)dialog;
    int selected = runs_rows_selected(&d->rows);
    int line = layout_line_at(selected, d->rows.count, inside.rows - ABOVE - below(inside.rows), row - ABOVE);
    (void)column;

    if (line < 0)
        return KEYCODE_NONE;
    if (again || line == selected)
        return KEYCODE_ENTER;
    runs_rows_select(&d->rows, line);
    return KEYCODE_NONE;
}

const struct key_help runs_view_keys[] = {
    { "Enter", "its curves and what came of it", "Open" },
    { "/", "only those with these words", "Filter" },
    { "s", "sort: newest, best, name, length", "Sort" },
    { "p", "its recipe into the panels", "Recipe" },
    { "g", "go on with it", "Go on" },
    { "Space", "mark it to be compared", "Mark" },
    { "c", "compare those marked", "Compare" },
    { "C", "comparisons so far", NULL },
    { "n", "write a note about it", "Note" },
    { "r", "give it another name", "Rename" },
    { "d Del", "delete it; asks first", "Delete" },
    { "Esc q F4", "close the view", "Close" },
    { NULL, NULL, NULL },
};

const struct key_help runs_filter_keys[] = {
    { "Enter", "keep the filter", "Keep" },
    { "Esc", "all runs again", "All runs" },
    { "Ctrl-U", "clear the line", "Clear" },
    { NULL, NULL, NULL },
};

static void close_view(struct dialog *dialog, struct app *app)
{
    (void)app;
    runs_rows_free(&((struct runs_dialog *)dialog)->rows);
}

static const struct dialog_class runs_class = {
    .size = sizeof(struct runs_dialog),
    .whole = true,
    .takes_text = true,
    .keys = runs_view_keys,
    .draw = draw,
    .key = key,
    .point = point,
    .close = close_view,
};

static void open_view(struct app *app, void (*chosen)(struct app *app, const char *folder))
{
    struct runs_dialog *d = (struct runs_dialog *)dialog_open(app, &runs_class, "Runs", 0, 0);

    if (!d)
        return;
    d->chosen = chosen;
    end_typing(d);
    past_runs_look(&app->past_runs, &app->live.events);
    past_runs_follow(&app->past_runs, at_once_seconds);
    make(d, app);
}

void runs_view_open(struct app *app)
{
    open_view(app, NULL);
}

void runs_view_choose(struct app *app, void (*chosen)(struct app *app, const char *folder))
{
    open_view(app, chosen);
}

bool runs_view_follow(struct app *app)
{
    struct past_runs *runs = &app->past_runs;
    struct runs_dialog *d = (struct runs_dialog *)dialog_find(app, &runs_class);
    bool different = past_runs_follow(runs, 0);

    if (!d)
        return false;
    if (d->rows.version != runs->version || d->rows.columns != dialog_room(app).columns)
        make(d, app);
    if (clock_seconds() >= runs->next)
        past_runs_look(runs, &app->live.events);
    return different;
}
