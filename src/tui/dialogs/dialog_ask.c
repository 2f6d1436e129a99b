#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/app.h"
#include "tui/dialogs/dialog.h"
#include "tui/keys.h"

struct message_dialog {
    struct dialog dialog;
    char text[1024], subject[512];
    struct answer answers[ANSWERS_MAX];
};

enum { MESSAGE_COLUMNS = 60 };

static void draw(const struct dialog *d, struct canvas *c, const struct app *app)
{
    const struct message_dialog *m = (const struct message_dialog *)d;
    struct canvas above = canvas_part(c, (struct rectangle){ 0, 0, c->clip.rows - 1, c->clip.columns });
    int row = c->clip.rows - 1, column = 0;
    (void)app;

    canvas_paragraph(&above, 0, ROLE_NORMAL, m->text);
    for (int i = 0; i < ANSWERS_MAX && m->answers[i].label; i++) {
        column += canvas_format(c, row, column, ROLE_KEY, " %c ", m->answers[i].key);
        column += canvas_format(c, row, column + 1, ROLE_NORMAL, "%s", m->answers[i].label) + 3;
    }
    column += canvas_text(c, row, column, ROLE_KEY, " Esc ");
    canvas_text(c, row, column + 1, ROLE_NORMAL, m->answers[0].label ? "go on" : "close");
}

static int key(struct dialog *d, struct app *app, int key)
{
    struct message_dialog *m = (struct message_dialog *)d;

    if (!m->answers[0].label)
        return REACTION_CLOSE;
    for (int i = 0; i < ANSWERS_MAX && m->answers[i].label; i++)
        if (key == m->answers[i].key || (i == 0 && key == KEYCODE_ENTER)) {
            if (m->answers[i].act)
                m->answers[i].act(app, m->subject);
            return REACTION_CLOSE;
        }
    return REACTION_NONE;
}

static const struct dialog_class message_class = {
    .size = sizeof(struct message_dialog),
    .draw = draw,
    .key = key,
};

static struct dialog *open_message(struct app *app, const char *title, const char *text,
                                   const struct answer answers[ANSWERS_MAX], const char *subject)
{
    int columns = app->columns - 4 < MESSAGE_COLUMNS ? app->columns - 4 : MESSAGE_COLUMNS;
    struct message_dialog *m;

    m = (struct message_dialog *)dialog_open(app, &message_class, title, canvas_paragraph_rows(text, columns) + 2, columns);
    if (!m)
        return NULL;
    text_copy(m->text, sizeof m->text, text);
    text_copy(m->subject, sizeof m->subject, subject);
    if (answers)
        memcpy(m->answers, answers, sizeof m->answers);
    return &m->dialog;
}

void dialog_ask(struct app *app, const char *title, const char *text, const struct answer answers[ANSWERS_MAX],
                const char *subject)
{
    open_message(app, title, text, answers, subject ? subject : "");
}

void dialog_ask_of_run(struct app *app, const char *title, const char *text, const struct answer answers[ANSWERS_MAX])
{
    struct dialog *d = open_message(app, title, text, answers, "");

    if (d)
        d->of_run = true;
}

void dialog_tell(struct app *app, const char *title, const char *text)
{
    open_message(app, title, text, NULL, "");
}
