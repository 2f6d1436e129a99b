#include "tui/dialogs/dialog_text.h"

#include "base/path.h"
#include "base/text.h"
#include "tui/app.h"
#include "tui/dialogs/dialog.h"
#include "tui/dialogs/edit.h"

struct text_dialog {
    struct dialog dialog;
    struct text_setup setup;
    char subject[PATH_SIZE];
    struct edit line;
    struct error error; /* of the last Enter */
    char names[EDIT_NAMES_SIZE]; /* what the last Tab found; "": nothing was asked */
};

enum { PROMPT_ROW, LINE_ROW, NOTE_ROW = 3, TEXT_ROWS = 7, TEXT_COLUMNS = 64 };

static void draw(const struct dialog *d, struct canvas *c, const struct app *app)
{
    const struct text_dialog *t = (const struct text_dialog *)d;
    struct canvas note = canvas_part(c, (struct rectangle){ NOTE_ROW, 0, TEXT_ROWS - NOTE_ROW, c->clip.columns });
    (void)app;

    canvas_text(c, PROMPT_ROW, 0, ROLE_NORMAL, t->setup.prompt);
    edit_draw(&t->line, c, LINE_ROW, 0);
    if (t->error.kind != ERROR_NONE)
        canvas_paragraph(&note, 0, ROLE_BAD, t->error.text);
    else
        canvas_paragraph(&note, 0, ROLE_DIM, t->names);
}

static bool accept(struct text_dialog *t, struct app *app)
{
    return t->setup.accept_about ? t->setup.accept_about(app, t->subject, t->line.text, &t->error)
                                 : t->setup.accept(app, t->line.text, &t->error);
}

static int key(struct dialog *d, struct app *app, int key)
{
    struct text_dialog *t = (struct text_dialog *)d;
    char typed[sizeof t->line.text];

    if (edit_key(&t->line, key) || (key == KEYCODE_TAB && t->setup.path)) {
        t->error.kind = ERROR_NONE;
        t->names[0] = '\0';
        if (key == KEYCODE_TAB)
            edit_complete(&t->line, t->names);
        return REACTION_HANDLED;
    }
    if (key != KEYCODE_ENTER)
        return REACTION_NONE;
    t->names[0] = '\0';
    text_copy(typed, sizeof typed, t->line.text);
    edit_begin(&t->line, text_trim(typed));
    t->error.kind = ERROR_NONE;
    if (t->line.text[0] == '\0' && !t->setup.empty)
        return REACTION_HANDLED;
    return accept(t, app) ? REACTION_CLOSE : REACTION_HANDLED;
}

const struct key_help dialog_text_keys[] = {
    { "Enter", "take the text", "Done" },
    { "Tab", "complete a path", "Complete" },
    { "Ctrl-U", "clear the line", "Clear" },
    { "Esc", "leave all as it was", "Cancel" },
    { NULL, NULL, NULL },
};

static const struct key_help keys_without_path[] = {
    { "Enter", "take the text", "Done" },
    { "Ctrl-U", "clear the line", "Clear" },
    { "Esc", "leave all as it was", "Cancel" },
    { NULL, NULL, NULL },
};

static const struct dialog_class text_class = {
    .size = sizeof(struct text_dialog),
    .keys = dialog_text_keys,
    .takes_text = true,
    .draw = draw,
    .key = key,
};

void dialog_text(struct app *app, const struct text_setup *setup)
{
    struct text_dialog *t = (struct text_dialog *)dialog_open(app, &text_class, setup->title, TEXT_ROWS, TEXT_COLUMNS);

    if (!t)
        return;
    t->setup = *setup;
    text_copy(t->subject, sizeof t->subject, setup->subject ? setup->subject : "");
    t->dialog.keys = setup->path ? dialog_text_keys : keys_without_path;
    edit_begin(&t->line, setup->text ? setup->text : "");
}
