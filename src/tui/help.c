#include "tui/help.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "tui/app.h"
#include "tui/compare/compare_view.h"
#include "tui/datasets/browser.h"
#include "tui/datasets/preview_view.h"
#include "tui/devices/devices_view.h"
#include "tui/devices/job_view.h"
#include "tui/dialogs/dialog.h"
#include "tui/dialogs/dialog_ask.h"
#include "tui/dialogs/dialog_form.h"
#include "tui/dialogs/dialog_list.h"
#include "tui/dialogs/dialog_text.h"
#include "tui/dialogs/edit.h"
#include "tui/draw/shapes.h"
#include "tui/inspect/health_view.h"
#include "tui/inspect/inspect_view.h"
#include "tui/palette.h"
#include "tui/panels/panel.h"
#include "tui/past/run_page.h"
#include "tui/past/runs_view.h"
#include "tui/script_view.h"
#include "tui/start_page.h"

static const struct key_help help_keys[] = {
    { "/", "search in all keys", "Search" },
    { "Up/Down PgUp/PgDn", "scroll", "Scroll" },
    { "Esc q ?", "close the page", "Close" },
    { NULL, NULL, NULL },
};

static const struct key_help search_keys[] = {
    { "Esc", "all keys again", "All keys" },
    { "Ctrl-U", "clear", "Clear" },
    { NULL, NULL, NULL },
};

static const struct help_section others[] = {
    { "Preview of a data set", preview_view_keys },
    { "Runs", runs_view_keys },
    { "Filter of runs", runs_filter_keys },
    { "Past run", run_page_keys },
    { "Comparison", compare_view_keys },
    { "Folders", browser_keys },
    { "View of mistakes", inspect_view_keys },
    { "Health view", health_view_keys },
    { "Device view", devices_view_keys },
    { "Job view", job_view_keys },
    { "Job script", script_view_keys },
    { "Help page", help_keys },
    { "Commands", palette_keys },
    { "Starting page", start_page_keys },
    { "Lists", dialog_list_keys },
    { "Forms", dialog_form_keys },
    { "Lines of text", dialog_text_keys },
    { "Questions", dialog_ask_keys },
    { NULL, NULL },
};

struct help_section help_section(int position)
{
    for (int i = 0; i < PLACE_COUNT; i++)
        if (panel_classes[i]->keys && position-- == 0)
            return (struct help_section){ panel_classes[i]->title, panel_classes[i]->keys };
    return others[position];
}

struct help_dialog {
    struct dialog dialog;
    int first; /* line of the page that is shown at the top */
    bool searching;
    struct edit sought;
};

enum { LINES_MOST = 300, TWO_COLUMNS = 76, BETWEEN = 2, KEYS_COLUMNS = 11, TEXT_SIZE = 80 };

/* One row of a column: a heading, an entry, or what an entry needs further rows for. */
struct line {
    bool heading, more;
    char keys[TEXT_SIZE], help[TEXT_SIZE];
};

struct page {
    const char *sought; /* only entries that hold it; "": all */
    int columns;        /* of one of its columns */
    struct line lines[LINES_MOST];
    int count;
};

static struct line *next_line(struct page *p)
{
    struct line *line = &p->lines[int_min(p->count, LINES_MOST - 1)];

    *line = (struct line){ .heading = false };
    p->count = int_min(p->count + 1, LINES_MOST);
    return line;
}

/* Takes words from the front of *text that fit; one that is wider is taken whole. */
static void take_words(char out[TEXT_SIZE], const char **text, int columns)
{
    size_t taken = 0;

    while ((*text)[taken] != '\0') {
        size_t next = taken + strspn(*text + taken, " "), end = next + strcspn(*text + next, " ");

        if (taken > 0 && (int)end > columns)
            break;
        taken = end;
    }
    snprintf(out, TEXT_SIZE, "%.*s", (int)taken, *text);
    *text += taken;
    *text += strspn(*text, " ");
}

static bool is_sought(const struct page *p, const char *title, const char *keys, const char *help)
{
    return p->sought[0] == '\0' || strcasestr(title, p->sought) || strcasestr(keys, p->sought) ||
           strcasestr(help, p->sought);
}

/* With its heading, when it is the first of its section. */
static void add_entry(struct page *p, const char *title, bool *titled, const char *keys, const char *help)
{
    if (!is_sought(p, title, keys, help))
        return;
    if (!*titled) {
        struct line *heading = next_line(p);

        heading->heading = true;
        snprintf(heading->help, TEXT_SIZE, "%s", title);
    }
    *titled = true;
    for (bool more = false; *keys != '\0' || *help != '\0'; more = true) {
        struct line *line = next_line(p);

        line->more = more;
        take_words(line->keys, &keys, KEYS_COLUMNS);
        take_words(line->help, &help, p->columns - KEYS_COLUMNS - 3);
    }
}

static void add_section(struct page *p, const char *title, const struct key_help *keys)
{
    bool titled = false;

    for (; keys && keys->keys; keys++)
        add_entry(p, title, &titled, keys->keys, keys->help);
}

static void add_everywhere(struct page *p)
{
    bool titled = false;

    for (const struct key_binding *b = key_bindings; b->action != ACTION_NONE; b++)
        add_entry(p, "Everywhere", &titled, b->shown, b->help);
}

/* What had the focus when the page was opened. */
static struct help_section section_of_focus(const struct help_dialog *h, const struct app *app)
{
    const struct dialog *below = h->dialog.below;
    const struct panel_class *panel = panel_classes[app->display.focus];

    return below ? (struct help_section){ below->title, below->keys }
                 : (struct help_section){ panel->title, panel->keys };
}

static void make_page(struct page *p, const struct help_dialog *h, const struct app *app, int columns)
{
    struct help_section first = section_of_focus(h, app), section;

    p->sought = h->searching ? h->sought.text : "";
    p->columns = columns >= TWO_COLUMNS ? (columns - BETWEEN) / 2 : columns;
    p->count = 0;
    add_section(p, first.title, first.keys);
    add_everywhere(p);
    for (int i = 0; (section = help_section(i)).title; i++)
        if (section.keys != first.keys)
            add_section(p, section.title, section.keys);
}

static void draw_line(struct canvas *c, int row, const struct line *line)
{
    if (line->heading) {
        canvas_text(c, row, 0, ROLE_TITLE, line->help);
        return;
    }
    canvas_text(c, row, 1, ROLE_KEY, line->keys);
    canvas_text(c, row, int_max(KEYS_COLUMNS + 3, canvas_text_width(line->keys) + 2), ROLE_NORMAL, line->help);
}

/* The line after a column of so many rows that begins at `first`: an entry, or a heading and its first entry, stays
 * together. */
static int end_of_column(const struct page *p, int first, int rows)
{
    int end = int_min(first + rows, p->count);

    while (end < p->count && end > first + 1 && (p->lines[end].more || p->lines[end - 1].heading))
        end--;
    return end;
}

/* Both columns of the page that begins there; returns the line after them. */
static int end_of_page(const struct page *p, const struct canvas *c, int first, int rows)
{
    int end = end_of_column(p, first, rows);

    return p->columns < c->clip.columns ? end_of_column(p, end, rows) : end;
}

static int rows_of_lines(const struct help_dialog *h, int rows)
{
    return h->searching ? rows - 1 : rows;
}

static void draw(const struct dialog *d, struct canvas *c, const struct app *app)
{
    const struct help_dialog *h = (const struct help_dialog *)d;
    int rows = rows_of_lines(h, c->clip.rows), line;
    struct page p;

    make_page(&p, h, app, c->clip.columns);
    line = int_min(h->first, p.count);
    for (int column = 0; column < c->clip.columns; column += p.columns + BETWEEN) {
        struct canvas part = canvas_part(c, (struct rectangle){ 0, column, rows, p.columns });
        int end = end_of_column(&p, line, rows);

        for (int row = 0; line < end; row++)
            draw_line(&part, row, &p.lines[line++]);
    }
    shape_more(c, 0, rows, h->first > 0, line < p.count);
    if (h->searching) {
        canvas_text(c, rows, 0, ROLE_KEY, "/");
        edit_draw(&h->sought, c, rows, 1);
    }
    if (h->searching && p.count == 0)
        canvas_text(c, 0, 0, ROLE_DIM, "no key does that");
}

static int shown_lines(const struct page *p, const struct app *app, const struct help_dialog *h, int first)
{
    struct rectangle room = dialog_room(app);
    struct canvas c = { .clip = room };

    return end_of_page(p, &c, first, rows_of_lines(h, room.rows)) - first;
}

/* The last page is a full one. */
static int last_first(const struct page *p, const struct app *app, const struct help_dialog *h)
{
    int first = 0;

    while (first < p->count && first + shown_lines(p, app, h, first) < p->count)
        first++;
    return first;
}

static bool scroll(struct help_dialog *h, const struct app *app, int key)
{
    struct page p;
    int page, to;

    make_page(&p, h, app, dialog_room(app).columns);
    page = int_max(shown_lines(&p, app, h, h->first) - 1, 1);
    to = keys_move(h->first, last_first(&p, app, h) + 1, page, key);
    if (to >= 0)
        h->first = to;
    return to >= 0;
}

static void search(struct help_dialog *h, bool on)
{
    h->searching = on;
    h->first = 0;
    h->dialog.keys = on ? search_keys : help_keys;
    edit_begin(&h->sought, "");
}

static int key_while_searching(struct help_dialog *h, int key)
{
    if (key == KEYCODE_ESCAPE)
        search(h, false);
    else if (edit_key(&h->sought, key))
        h->first = 0;
    return REACTION_HANDLED;
}

static int key(struct dialog *d, struct app *app, int key)
{
    struct help_dialog *h = (struct help_dialog *)d;
    enum action action = keys_action(key);

    if (!(h->searching && (key == KEYCODE_HOME || key == KEYCODE_END)) && scroll(h, app, key))
        return REACTION_HANDLED;
    if (h->searching)
        return key_while_searching(h, key);
    if (action == ACTION_HELP || action == ACTION_QUIT || key == KEYCODE_ENTER)
        return REACTION_CLOSE;
    if (key != '/')
        return REACTION_NONE;
    search(h, true);
    return REACTION_HANDLED;
}

static const struct dialog_class help_class = {
    .size = sizeof(struct help_dialog),
    .whole = true,
    .keys = help_keys,
    .draw = draw,
    .key = key,
};

void help_open(struct app *app)
{
    dialog_open(app, &help_class, "Help", 0, 0);
}
