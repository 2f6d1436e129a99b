#include "tui/start_page.h"

#include <string.h>

#include "tui/app.h"
#include "tui/dialogs/dialog.h"

/* What is offered: the key, which is pressed on the screen behind after the panel has the focus, and what it does. */
static const struct choice {
    const char *keys;
    enum place place;
    int presses;
    const char *name, *note;
} choices[] = {
    { "d", PANEL_DATASET, KEYCODE_F5, "train the digits", "built in" },
    { "/", PANEL_DATASET, '/', "open a folder, a file or a name", "your images" },
    { "p", PANEL_DATASET, KEYCODE_F2, "take a preset", "networks of lessons" },
    { "r", PANEL_DATASET, KEYCODE_F4, "take up an earlier run", "its recipe" },
};

enum { CHOICES = sizeof choices / sizeof *choices, FIRST_ROW = 2, BELOW = 2, PAGE_COLUMNS = 56 };

struct start_page {
    struct dialog dialog;
    void (*press)(struct app *app, int key);
    int selected;
};

const struct key_help start_page_keys[] = {
    { "Enter", "do what is selected", "Do it" },
    { "Esc", "the workbench", "Workbench" },
    { ":", "any command by its name", "Commands" },
    { "?", "all keys", "Help" },
    { "q", "quit", "Quit" },
    { NULL, NULL, NULL },
};

static void draw(const struct dialog *d, struct canvas *c, const struct app *app)
{
    const struct start_page *s = (const struct start_page *)d;
    (void)app;

    canvas_text(c, 0, 0, ROLE_NORMAL, "What do you want to do first?");
    for (int i = 0; i < CHOICES; i++) {
        const struct choice *choice = &choices[i];
        int row = FIRST_ROW + i, end = 4 + canvas_text_width(choice->name) + 2;

        canvas_text(c, row, 1, ROLE_KEY, choice->keys);
        canvas_text(c, row, 4, ROLE_NORMAL, choice->name);
        if (end + canvas_text_width(choice->note) < c->clip.columns)
            canvas_text_right(c, row, c->clip.columns - 1, ROLE_DIM, choice->note);
        if (i == s->selected)
            canvas_row_role(c, row, ROLE_SELECTED);
    }
    canvas_text(c, c->clip.rows - 1, 0, ROLE_DIM, "Any other key goes to the workbench.");
}

static int choose(struct start_page *s, struct app *app, const struct choice *choice)
{
    void (*press)(struct app *app, int key) = s->press;

    dialog_close(app, &s->dialog);
    app_focus(app, choice->place);
    press(app, choice->presses);
    return REACTION_HANDLED;
}

static int key(struct dialog *d, struct app *app, int key)
{
    struct start_page *s = (struct start_page *)d;
    void (*press)(struct app *app, int key) = s->press;
    int to = keys_move(s->selected, CHOICES, CHOICES, key);

    if (to >= 0) {
        s->selected = to;
        return REACTION_HANDLED;
    }
    for (int i = 0; i < CHOICES; i++)
        if (keys_named(choices[i].keys) == key || (i == s->selected && key == KEYCODE_ENTER))
            return choose(s, app, &choices[i]);
    if (key == 'j' || key == 'k' || key == KEYCODE_ESCAPE)
        return REACTION_NONE;
    dialog_close(app, d);
    press(app, key);
    return REACTION_HANDLED;
}

static int point(struct dialog *d, struct rectangle inside, int row, int column, bool again)
{
    (void)d, (void)inside, (void)column, (void)again;
    return row >= FIRST_ROW && row < FIRST_ROW + CHOICES ? keys_named(choices[row - FIRST_ROW].keys) : KEYCODE_NONE;
}

static const struct dialog_class start_page_class = {
    .size = sizeof(struct start_page),
    .alone = true,
    .keys = start_page_keys,
    .draw = draw,
    .key = key,
    .point = point,
};

void start_page_open(struct app *app, void (*press)(struct app *app, int key))
{
    struct start_page *s = (struct start_page *)dialog_open(app, &start_page_class, "cuvette",
                                                            FIRST_ROW + CHOICES + BELOW, PAGE_COLUMNS);

    if (s)
        s->press = press;
}
