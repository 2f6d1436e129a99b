#include "tui/dialogs/dialog_ask.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "tui/app.h"
#include "tui/dialogs/dialog.h"

struct ask_dialog {
    struct dialog dialog;
    char text[1024], subject[512];
    struct answer answers[ANSWERS_MAX];
};

enum { ASK_COLUMNS = 60 };

static void draw(const struct dialog *d, struct canvas *c, const struct app *app)
{
    const struct ask_dialog *a = (const struct ask_dialog *)d;
    struct canvas above = canvas_part(c, (struct rectangle){ 0, 0, c->clip.rows - 1, c->clip.columns });
    int row = c->clip.rows - 1, column = 0;
    (void)app;

    canvas_paragraph(&above, 0, ROLE_NORMAL, a->text);
    for (int i = 0; i < ANSWERS_MAX && a->answers[i].label; i++) {
        column += canvas_format(c, row, column, ROLE_KEY, " %c ", a->answers[i].key);
        column += canvas_format(c, row, column + 1, ROLE_NORMAL, "%s", a->answers[i].label) + 3;
    }
    column += canvas_text(c, row, column, ROLE_KEY, " Esc ");
    canvas_text(c, row, column + 1, ROLE_NORMAL, a->answers[0].label ? "cancel" : "close");
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
};

void dialog_ask(struct app *app, const struct ask_setup *setup)
{
    int columns = int_min(app->display.columns - 4, ASK_COLUMNS);
    int rows = canvas_paragraph_rows(setup->text, columns) + 2;
    struct ask_dialog *a = (struct ask_dialog *)dialog_open(app, &ask_class, setup->title, rows, columns);

    if (!a)
        return;
    text_copy(a->text, sizeof a->text, setup->text);
    text_copy(a->subject, sizeof a->subject, setup->subject ? setup->subject : "");
    memcpy(a->answers, setup->answers, sizeof a->answers);
    a->dialog.of_run = setup->of_run;
}
