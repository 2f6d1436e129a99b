#include "tui/datasets/browser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "data/browse.h"
#include "tui/app.h"
#include "tui/dialogs/dialog.h"
#include "tui/draw/figures.h"
#include "tui/draw/shapes.h"

struct browser_dialog {
    struct dialog dialog;
    void (*chosen)(struct app *app, const char *path);
    char folder[PATH_SIZE];
    struct errand *errand; /* over or not; NULL: it could not be begun */
    struct error error;    /* why that, or it, failed */
    int selected;
    char sought[BROWSE_NAME_SIZE]; /* the entry that is selected when it has come; "": `selected` is */
};

enum { BROWSER_ROWS = 18, BROWSER_COLUMNS = 64, LIST_ROW = 1, BELOW = 2 };

static const double at_once_seconds = 0.1;

static int entry_count(const struct browser_dialog *b)
{
    struct browse *found = b->errand ? (struct browse *)browse_found(b->errand) : NULL;

    return found ? atomic_load_explicit(&found->count, memory_order_acquire) : 0;
}

static const struct browse_entry *entry_at(const struct browser_dialog *b, int position)
{
    return &browse_found(b->errand)->entries[position];
}

static bool is_known(const struct browser_dialog *b, int position)
{
    struct browse *found = (struct browse *)browse_found(b->errand);

    return position < atomic_load_explicit(&found->known, memory_order_acquire);
}

static int selected_entry(const struct browser_dialog *b)
{
    int count = entry_count(b);

    for (int i = 0; b->sought[0] && i < count; i++)
        if (strcmp(entry_at(b, i)->name, b->sought) == 0)
            return i;
    return int_max(int_min(b->selected, count - 1), 0);
}

static void enter(struct browser_dialog *b, const struct app *app, const char *folder, const char *sought)
{
    char to[PATH_SIZE];

    text_copy(to, sizeof to, folder);
    text_copy(b->sought, sizeof b->sought, sought);
    text_copy(b->folder, sizeof b->folder, to);
    errand_free(b->errand);
    b->selected = 0;
    b->error.kind = ERROR_NONE;
    b->errand = browse_start(b->folder, app->gallery.listener, &b->error);
    if (b->errand)
        errand_wait(b->errand, at_once_seconds, &b->error);
}

static void go_up(struct browser_dialog *b, const struct app *app)
{
    char parent[PATH_SIZE], from[BROWSE_NAME_SIZE];
    size_t length;

    text_copy(parent, sizeof parent, b->folder);
    text_copy(from, sizeof from, path_name(parent));
    length = strlen(parent) - strlen(path_name(parent));
    parent[length > 1 ? length - 1 : length] = '\0';
    if (from[0] != '\0')
        enter(b, app, parent, from);
}

/* What there is in a line, on its right. */
static void describe(const struct browser_dialog *b, int position, char out[FIGURE_SIZE])
{
    const struct browse_entry *entry = entry_at(b, position);

    if (!is_known(b, position))
        snprintf(out, FIGURE_SIZE, "…");
    else if (entry->format[0])
        snprintf(out, FIGURE_SIZE, "data set, %s", entry->format);
    else
        snprintf(out, FIGURE_SIZE, "%s", entry->folder ? "" : "not readable");
}

static void draw_entry(struct canvas *c, int row, const struct browser_dialog *b, int position)
{
    const struct browse_entry *entry = entry_at(b, position);
    char right[FIGURE_SIZE], name[BROWSE_NAME_SIZE + 2];

    describe(b, position, right);
    int end = canvas_text_right(c, row, c->clip.columns - 1, entry->format[0] ? ROLE_GOOD : ROLE_DIM, right);
    struct canvas left = canvas_part(c, (struct rectangle){ row, 1, 1, end - 2 });

    text_sanitise(name, sizeof name - 1, entry->name);
    if (entry->folder)
        strcat(name, "/");
    canvas_text(&left, 0, 0, ROLE_NORMAL, name);
}

static void draw(const struct dialog *d, struct canvas *c, const struct app *app)
{
    const struct browser_dialog *b = (const struct browser_dialog *)d;
    const int rows = c->clip.rows - LIST_ROW - BELOW, count = entry_count(b), selected = selected_entry(b);
    const int first = layout_first(selected, count, rows);
    struct canvas below = canvas_part(c, (struct rectangle){ LIST_ROW + rows + 1, 0, 1, c->clip.columns });
    char folder[PATH_SIZE], shown[PATH_SIZE];
    (void)app;

    text_sanitise(folder, sizeof folder, b->folder);
    figure_path(shown, sizeof shown, folder, c->clip.columns);
    canvas_text(c, 0, 0, ROLE_STRONG, shown);
    for (int row = 0; row < rows && first + row < count; row++) {
        draw_entry(c, LIST_ROW + row, b, first + row);
        if (first + row == selected)
            canvas_row_role(c, LIST_ROW + row, ROLE_SELECTED);
    }
    shape_more(c, LIST_ROW, rows, first > 0, first + rows < count);
    if (b->error.kind != ERROR_NONE)
        canvas_paragraph(&below, 0, ROLE_BAD, b->error.text);
    else if (count == 0)
        canvas_text(&below, 0, 0, ROLE_DIM, "neither folders nor data sets here");
    else if (browse_found(b->errand)->more)
        canvas_format(&below, 0, 0, ROLE_DIM, "the first %d entries; type the path of others (/)", BROWSE_MOST);
}

static bool path_of(const struct browser_dialog *b, const struct browse_entry *entry, char out[PATH_SIZE])
{
    struct error ignored;

    return path_join(out, strcmp(b->folder, "/") == 0 ? "" : b->folder, entry->name, &ignored);
}

/* Enter takes a data set; into a folder that is one, too, leads Right. */
static int open_selected(struct browser_dialog *b, struct app *app, bool take)
{
    const struct browse_entry *entry = entry_count(b) > 0 ? entry_at(b, selected_entry(b)) : NULL;
    char path[PATH_SIZE];

    if (!entry || !path_of(b, entry, path))
        return REACTION_HANDLED;
    if (take && (entry->format[0] || !entry->folder)) {
        b->chosen(app, path);
        return REACTION_CLOSE;
    }
    if (entry->folder)
        enter(b, app, path, "");
    return REACTION_HANDLED;
}

static int key(struct dialog *d, struct app *app, int key)
{
    struct browser_dialog *b = (struct browser_dialog *)d;
    int to = keys_move(selected_entry(b), entry_count(b), BROWSER_ROWS - LIST_ROW - BELOW, key);

    if (to >= 0) {
        b->selected = to;
        b->sought[0] = '\0';
        return REACTION_HANDLED;
    }
    switch (key) {
    case KEYCODE_ENTER:
        return open_selected(b, app, true);
    case KEYCODE_RIGHT:
        return open_selected(b, app, false);
    case KEYCODE_LEFT:
    case KEYCODE_BACKSPACE:
        go_up(b, app);
        return REACTION_HANDLED;
    case '~':
        enter(b, app, getenv("HOME") ? getenv("HOME") : "/", "");
        return REACTION_HANDLED;
    default:
        return REACTION_NONE;
    }
}

static int point(struct dialog *d, struct rectangle inside, int row, int column, bool again)
{
    struct browser_dialog *b = (struct browser_dialog *)d;
    const int selected = selected_entry(b);
    const int line = layout_line_at(selected, entry_count(b), inside.rows - LIST_ROW - BELOW, row - LIST_ROW);
    (void)column;

    if (line < 0)
        return KEYCODE_NONE;
    if (again || line == selected)
        return KEYCODE_ENTER;
    b->selected = line;
    b->sought[0] = '\0';
    return KEYCODE_NONE;
}

static void close_browser(struct dialog *d, struct app *app)
{
    (void)app;
    errand_free(((struct browser_dialog *)d)->errand);
}

const struct key_help browser_keys[] = {
    { "Enter", "take the data set, or enter", "Take" },
    { "Right", "into the folder", NULL },
    { "Backspace Left", "the folder above", "Up" },
    { "~", "your home folder", "Home" },
    { "Esc", "leave all as it was", "Cancel" },
    { NULL, NULL, NULL },
};

static const struct dialog_class browser_class = {
    .size = sizeof(struct browser_dialog),
    .keys = browser_keys,
    .draw = draw,
    .key = key,
    .point = point,
    .close = close_browser,
};

void browser_open(struct app *app, void (*chosen)(struct app *app, const char *path))
{
    const char *dataset = app->draft.recipe.data.dataset;
    struct browser_dialog *b =
        (struct browser_dialog *)dialog_open(app, &browser_class, "Find a data set", BROWSER_ROWS, BROWSER_COLUMNS);

    if (!b)
        return;
    b->chosen = chosen;
    if (dataset[0] == '/') {
        text_copy(b->folder, sizeof b->folder, dataset);
        go_up(b, app);
    } else {
        enter(b, app, getcwd(b->folder, sizeof b->folder) ? b->folder : "/", "");
    }
}
