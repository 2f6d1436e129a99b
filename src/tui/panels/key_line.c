#include "tui/panels/key_line.h"

#include <string.h>

#include "tui/app.h"
#include "tui/dialogs/dialog.h"
#include "tui/panels/panel.h"

enum { ENTRIES_MOST = 40, BETWEEN = 2, MARGIN = 1 };

struct entry {
    int key;
    int key_columns; /* of the first word of `keys` */
    const char *keys, *label;
    bool must, shown;
    int column;
};

struct key_line {
    struct entry entries[ENTRIES_MOST];
    int count;
};

static int columns_of(const struct entry *entry)
{
    return entry->key_columns + 1 + canvas_text_width(entry->label);
}

static void add(struct key_line *l, const char *keys, const char *label, bool must)
{
    if (!label || label[0] == '\0' || l->count == ENTRIES_MOST)
        return;
    l->entries[l->count++] = (struct entry){
        .key = keys_named(keys),
        .key_columns = (int)strcspn(keys, " "),
        .keys = keys,
        .label = label,
        .must = must,
    };
}

static void add_own(struct key_line *l, const struct key_help *keys)
{
    for (; keys && keys->keys; keys++)
        add(l, keys->keys, keys->label, false);
}

/* While a run goes on, some keys do the opposite; without one, some have nothing to do. */
static const char *label_now(const struct key_binding *b, const struct app *app)
{
    bool going = live_going(&app->live);

    if (b->action == ACTION_TRAIN && (going || contest_going(&app->contest)))
        return "Stop";
    if (b->action == ACTION_PAUSE)
        return !going ? "" : app->live.status.state == TRAINER_PAUSED ? "Resume" : b->label;
    if (b->action == ACTION_EXPORT && !live_kept(&app->live))
        return "";
    return b->label;
}

static void add_everywhere(struct key_line *l, const struct app *app, bool only_steering)
{
    for (const struct key_binding *b = key_bindings; b->action != ACTION_NONE; b++)
        if (!only_steering || keys_steer(b->action))
            add(l, b->shown, label_now(b, app), b->action == ACTION_TRAIN || b->action == ACTION_HELP);
}

/* First those that must be there, then as many others as fit, and all of them in the order of their tables. */
static void place(struct key_line *l, int columns)
{
    int room = columns - MARGIN, column = MARGIN;

    for (int must = 1; must >= 0; must--)
        for (int i = 0; i < l->count; i++) {
            struct entry *entry = &l->entries[i];

            if (entry->must == must && columns_of(entry) <= room) {
                entry->shown = true;
                room -= columns_of(entry) + BETWEEN;
            }
        }
    for (int i = 0; i < l->count; i++)
        if (l->entries[i].shown) {
            l->entries[i].column = column;
            column += columns_of(&l->entries[i]) + BETWEEN;
        }
}

static struct key_line make(const struct app *app, int columns)
{
    const struct dialog *d = app->display.dialog;
    struct key_line l = { .count = 0 };

    add_own(&l, d ? d->keys : panel_classes[app->display.focus]->keys);
    if (!d || d->class->whole)
        add_everywhere(&l, app, d != NULL);
    place(&l, columns);
    return l;
}

void key_line_draw(struct canvas *c, const struct app *app)
{
    struct key_line l = make(app, c->clip.columns);

    for (int i = 0; i < l.count; i++) {
        const struct entry *entry = &l.entries[i];

        if (!entry->shown)
            continue;
        canvas_format(c, 0, entry->column, ROLE_KEY, "%.*s", entry->key_columns, entry->keys);
        canvas_text(c, 0, entry->column + entry->key_columns + 1, ROLE_NORMAL, entry->label);
    }
}

int key_line_at(const struct app *app, int columns, int column)
{
    struct key_line l = make(app, columns);

    for (int i = 0; i < l.count; i++)
        if (l.entries[i].shown && column >= l.entries[i].column &&
            column < l.entries[i].column + columns_of(&l.entries[i]))
            return l.entries[i].key;
    return KEYCODE_NONE;
}
