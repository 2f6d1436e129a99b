#include "tui/dialogs/dialog_ask.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"
#include "tui/app.h"
#include "tui/dialogs/dialog.h"

struct ask_dialog {
    struct dialog dialog;
    char text[1024], subject[PATH_SIZE];
    struct answer answers[ANSWERS_MAX];
    const char *none;
};

enum { ASK_COLUMNS = 60 };

/* Below the text: a key and what it does, one beside the other as far as there is room, and Esc at the end. */
struct button {
    int key, row, column, columns;
    char shown[8];
    const char *label;
};

static int buttons_of(const struct answer answers[ANSWERS_MAX], const char *none, int room,
                      struct button out[ANSWERS_MAX + 1])
{
    int n = 0, row = 0, column = 0;

    for (; n < ANSWERS_MAX && answers[n].label; n++) {
        out[n] = (struct button){ .key = answers[n].key, .label = answers[n].label };
        snprintf(out[n].shown, sizeof out[n].shown, " %c ", answers[n].key);
    }
    out[n] = (struct button){ .key = KEYCODE_ESCAPE, .label = none ? none : n > 0 ? "cancel" : "close" };
    snprintf(out[n].shown, sizeof out[n].shown, " Esc ");
    for (int i = 0; i <= n; i++) {
        out[i].columns = canvas_text_width(out[i].shown) + 1 + canvas_text_width(out[i].label);
        if (column > 0 && column + out[i].columns > room) {
            column = 0;
            row++;
        }
        out[i].row = row;
        out[i].column = column;
        column += out[i].columns + 3;
    }
    return n + 1;
}

static void draw(const struct dialog *d, struct canvas *c, const struct app *app)
{
    const struct ask_dialog *a = (const struct ask_dialog *)d;
    struct button buttons[ANSWERS_MAX + 1];
    int n = buttons_of(a->answers, a->none, c->clip.columns, buttons), first = c->clip.rows - 1 - buttons[n - 1].row;
    struct canvas above = canvas_part(c, (struct rectangle){ 0, 0, first, c->clip.columns });
    (void)app;

    canvas_paragraph(&above, 0, ROLE_NORMAL, a->text);
    for (int i = 0; i < n; i++) {
        int row = first + buttons[i].row;
        int used = canvas_text(c, row, buttons[i].column, ROLE_KEY, buttons[i].shown);

        canvas_text(c, row, buttons[i].column + used + 1, ROLE_NORMAL, buttons[i].label);
    }
}

static int point(struct dialog *d, struct rectangle inside, int row, int column, bool again)
{
    const struct ask_dialog *a = (const struct ask_dialog *)d;
    struct button buttons[ANSWERS_MAX + 1];
    int n = buttons_of(a->answers, a->none, inside.columns, buttons), first = inside.rows - 1 - buttons[n - 1].row;
    (void)again;

    for (int i = 0; i < n; i++)
        if (row == first + buttons[i].row && column >= buttons[i].column &&
            column < buttons[i].column + buttons[i].columns)
            return buttons[i].key;
    return KEYCODE_NONE;
}

static int key(struct dialog *d, struct app *app, int key)
{
    struct ask_dialog *a = (struct ask_dialog *)d;

    if (!a->answers[0].label)
        return REACTION_CLOSE;
    for (int i = 0; i < ANSWERS_MAX && a->answers[i].label; i++)
        if (key == a->answers[i].key || (i == 0 && key == KEYCODE_ENTER)) {
            a->answers[i].act(app, a->subject);
            return REACTION_CLOSE;
        }
    return REACTION_NONE;
}

const struct key_help dialog_ask_keys[] = {
    { "Enter", "the first answer", NULL },
    { "Esc", "none of them", "Cancel" },
    { NULL, NULL, NULL },
};

static const struct dialog_class ask_class = {
    .size = sizeof(struct ask_dialog),
    .keys = dialog_ask_keys,
    .draw = draw,
    .key = key,
    .point = point,
};

void dialog_ask(struct app *app, const struct ask_setup *setup)
{
    int columns = int_min(app->display.columns - 4, ASK_COLUMNS);
    struct button buttons[ANSWERS_MAX + 1];
    int n = buttons_of(setup->answers, setup->none, columns, buttons);
    int rows = canvas_paragraph_rows(setup->text, columns) + 2 + buttons[n - 1].row;
    struct ask_dialog *a = (struct ask_dialog *)dialog_open(app, &ask_class, setup->title, rows, columns);

    if (!a)
        return;
    text_copy(a->text, sizeof a->text, setup->text);
    text_copy(a->subject, sizeof a->subject, setup->subject ? setup->subject : "");
    a->none = setup->none;
    memcpy(a->answers, setup->answers, sizeof a->answers);
    a->dialog.of_run = setup->of_run;
}
