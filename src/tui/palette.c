#include "tui/palette.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "tui/app.h"
#include "tui/dialogs/dialog.h"
#include "tui/dialogs/edit.h"
#include "tui/fuzzy.h"

enum { ENTRIES_MOST = 512, LIST_ROWS = 10, HELP_ROWS = 2, AROUND_LIST = 2 + HELP_ROWS, PALETTE_COLUMNS = 62 };

struct match {
    int position, score;
};

struct palette_dialog {
    struct dialog dialog;
    const struct command_hands *hands;
    struct edit line;
    struct match matches[ENTRIES_MOST]; /* the best first */
    int count, selected;
    struct error error; /* of the last Enter */
};

const struct key_help palette_keys[] = {
    { "Enter", "do it", "Do it" },
    { "Tab", "complete the name", "Complete" },
    { "Up/Down", "another one", NULL },
    { "Ctrl-U", "clear the line", NULL },
    { "Esc", "close", "Cancel" },
    { NULL, NULL, NULL },
};

/* What is typed behind the name of a setting; NULL: this is not its name and a blank. */
static const char *value_of(const char *typed, const struct command_entry *entry)
{
    size_t length = strlen(entry->name);

    return entry->takes_value && strncmp(typed, entry->name, length) == 0 && typed[length] == ' ' ? typed + length + 1
                                                                                                   : NULL;
}

static int by_score(const void *a, const void *b)
{
    const struct match *one = a, *other = b;

    return one->score != other->score ? other->score - one->score : one->position - other->position;
}

static void find(struct palette_dialog *p, const struct app *app)
{
    int all = int_min(commands_count(app), ENTRIES_MOST);

    p->count = p->selected = 0;
    p->error.kind = ERROR_NONE;
    for (int i = 0; i < all; i++) {
        struct command_entry entry = commands_at(app, i);
        int score = value_of(p->line.text, &entry) ? INT_MAX : fuzzy_score(p->line.text, entry.name);

        /* What nobody has typed anything of keeps its order. */
        if (score > 0)
            p->matches[p->count++] = (struct match){ i, p->line.text[0] == '\0' ? 0 : score };
    }
    qsort(p->matches, (size_t)p->count, sizeof *p->matches, by_score);
}

/* The name goes first: where there is no room for all its keys, the first of them is on the right, or none. */
static void draw_entry(struct canvas *c, int row, struct command_entry *entry)
{
    int end = c->clip.columns - 1, room = end - 1 - canvas_text_width(entry->name) - 1;

    canvas_text(c, row, 1, ROLE_NORMAL, entry->name);
    if (canvas_text_width(entry->right) > room)
        entry->right[strcspn(entry->right, " ")] = '\0';
    if (canvas_text_width(entry->right) <= room)
        canvas_text_right(c, row, end, entry->takes_value ? ROLE_STRONG : ROLE_KEY, entry->right);
}

static void draw(const struct dialog *d, struct canvas *c, const struct app *app)
{
    const struct palette_dialog *p = (const struct palette_dialog *)d;
    int rows = c->clip.rows - AROUND_LIST, first = layout_first(p->selected, p->count, rows);
    struct rectangle below = { c->clip.rows - HELP_ROWS, 1, HELP_ROWS, c->clip.columns - 1 };
    struct canvas help = canvas_part(c, below);

    canvas_text(c, 0, 0, ROLE_KEY, ":");
    edit_draw(&p->line, c, 0, 1);
    for (int row = 0; row < rows && first + row < p->count; row++) {
        struct command_entry entry = commands_at(app, p->matches[first + row].position);

        draw_entry(c, 1 + row, &entry);
        if (first + row == p->selected)
            canvas_row_role(c, 1 + row, ROLE_SELECTED);
    }
    if (p->count == 0)
        canvas_text(c, 1, 1, ROLE_DIM, "nothing has such a name");
    else if (p->error.kind != ERROR_NONE)
        canvas_paragraph(&help, 0, ROLE_BAD, p->error.text);
    else
        canvas_paragraph(&help, 0, ROLE_DIM, commands_at(app, p->matches[p->selected].position).help);
}

/* The name of the selected one; of a setting, with a blank, behind which its value is typed. */
static void complete(struct palette_dialog *p, const struct app *app)
{
    struct command_entry entry = commands_at(app, p->matches[p->selected].position);
    char text[sizeof p->line.text];

    snprintf(text, sizeof text, "%s%s", entry.name, entry.takes_value ? " " : "");
    edit_begin(&p->line, text);
    find(p, app);
}

static int set(struct palette_dialog *p, struct app *app, const struct command_entry *entry)
{
    const char *text = value_of(p->line.text, entry);
    char typed[sizeof p->line.text];

    if (!text || text[0] == '\0') {
        complete(p, app);
        return REACTION_HANDLED;
    }
    text_copy(typed, sizeof typed, text);
    return commands_set(app, p->matches[p->selected].position, text_trim(typed), &p->error) ? REACTION_CLOSE
                                                                                            : REACTION_HANDLED;
}

/* The palette goes first: what is done may open a dialog of its own. */
static int do_selected(struct palette_dialog *p, struct app *app)
{
    const struct command_hands *hands = p->hands;
    int position = p->matches[p->selected].position;
    struct command_entry entry = commands_at(app, position);

    if (entry.takes_value)
        return set(p, app, &entry);
    dialog_close(app, &p->dialog);
    commands_run(app, hands, position);
    return REACTION_HANDLED;
}

static int key(struct dialog *d, struct app *app, int key)
{
    struct palette_dialog *p = (struct palette_dialog *)d;
    bool in_line = key == KEYCODE_HOME || key == KEYCODE_END;
    int to = in_line ? -1 : keys_move(p->selected, p->count, LIST_ROWS, key);

    if (to >= 0) {
        p->selected = to;
        return REACTION_HANDLED;
    }
    if (edit_key(&p->line, key)) {
        find(p, app);
        return REACTION_HANDLED;
    }
    if (p->count == 0 || (key != KEYCODE_ENTER && key != KEYCODE_TAB))
        return REACTION_NONE;
    if (key == KEYCODE_ENTER)
        return do_selected(p, app);
    complete(p, app);
    return REACTION_HANDLED;
}

static int point(struct dialog *d, struct rectangle inside, int row, int column, bool again)
{
    struct palette_dialog *p = (struct palette_dialog *)d;
    int at = layout_line_at(p->selected, p->count, inside.rows - AROUND_LIST, row - 1);
    (void)column;

    if (at < 0)
        return KEYCODE_NONE;
    if (again || at == p->selected)
        return KEYCODE_ENTER;
    p->selected = at;
    return KEYCODE_NONE;
}

static const struct dialog_class palette_class = {
    .size = sizeof(struct palette_dialog),
    .takes_text = true,
    .keys = palette_keys,
    .draw = draw,
    .key = key,
    .point = point,
};

void palette_open(struct app *app, const struct command_hands *hands)
{
    struct palette_dialog *p =
        (struct palette_dialog *)dialog_open(app, &palette_class, "Commands", LIST_ROWS + AROUND_LIST, PALETTE_COLUMNS);

    if (!p)
        return;
    p->hands = hands;
    find(p, app);
}
