#include "tui/panels/view.h"

#include "tui/dialogs/dialog.h"
#include "tui/keys.h"

/* While a run goes on some keys mean the opposite. */
static const char *label_now(const struct key_binding *b, const struct app *app)
{
    if (b->action == ACTION_TRAIN && live_going(&app->live))
        return "Stop";
    if (b->action == ACTION_PAUSE && live_going(&app->live) && app->live.status.state == TRAINER_PAUSED)
        return "Go on";
    return b->label;
}

static void draw_keys(struct canvas *c, const struct app *app)
{
    int column = 1;

    for (const struct key_binding *b = key_bindings; b->action != ACTION_NONE; b++) {
        const char *label = label_now(b, app);
        char shown[16];
        int i = 0;

        if (label[0] == '\0')
            continue;
        for (; b->shown[i] != '\0' && b->shown[i] != ' '; i++)
            shown[i] = b->shown[i];
        shown[i] = '\0';
        if (column + i + 1 + canvas_text_width(label) > c->clip.columns)
            return;
        column += canvas_text(c, 0, column, ROLE_KEY, shown) + 1;
        column += canvas_text(c, 0, column, ROLE_NORMAL, label) + 2;
    }
}

static void draw_keys_of(struct canvas *c, const struct key_help *keys)
{
    int column = 1;

    for (const struct key_help *k = keys; k->keys; k++) {
        column += canvas_text(c, 0, column, ROLE_KEY, k->keys) + 1;
        column += canvas_text(c, 0, column, ROLE_NORMAL, k->help) + 2;
    }
}

void view_keys(struct canvas *c, const struct app *app)
{
    if (app->message[0] != '\0')
        canvas_text(c, 0, 1, app->message_role, app->message);
    else if (app->dialog && app->dialog->class->keys)
        draw_keys_of(c, app->dialog->class->keys);
    else if (app->focus == PLACE_LAYERS && app->model_error.kind != ERROR_NONE)
        canvas_text(c, 0, 1, ROLE_BAD, app->model_error.text);
    else
        draw_keys(c, app);
}
