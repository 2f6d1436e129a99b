#include "tui/panels/bars.h"

#include <stdio.h>

#include "base/text.h"
#include "tui/app.h"
#include "tui/dialogs/dialog.h"

static const struct {
    const char *mark, *word; /* NULL: the epoch */
    enum role role;
} states[] = {
    [TRAINER_PREPARING] = { "●", "preparing", ROLE_STRONG },
    [TRAINER_RUNNING] = { "●", NULL, ROLE_GOOD },
    [TRAINER_PAUSED] = { "=", "paused", ROLE_STRONG },
    [TRAINER_FINISHED] = { "●", "done", ROLE_GOOD },
    [TRAINER_STOPPED] = { "■", "stopped", ROLE_STRONG },
    [TRAINER_FAILED] = { "!", "failed", ROLE_BAD },
};

static const double gigabyte = 1 << 30; /* as Slurm counts */

static int gpus(const struct app *app)
{
    int count = 0;

    for (int i = 0; i < app->machine.n_devices; i++)
        count += app->machine.devices[i].info.threads == 0;
    return count;
}

/* The most important first: a narrow screen shows only the beginning. */
static void allotment(const struct app *app, char *out, size_t size)
{
    double left = job_seconds_left(&app->machine.job);

    out[0] = '\0';
    if (app->machine.job.inside)
        text_append(out, size, "job %s · ", app->machine.job.id);
    text_append(out, size, "%d of %d cores", app->machine.cores.usable, app->machine.cores.all);
    if (app->node.host.memory_limit.known)
        text_append(out, size, " · %.0f GB", app->node.host.memory_limit.value / gigabyte);
    if (app->machine.job.inside && left >= 0)
        text_append(out, size, " · %.0f min left", left / 60);
    if (gpus(app) > 0)
        text_append(out, size, " · %d GPU%s", gpus(app), gpus(app) == 1 ? "" : "s");
}

static void traffic(const struct app *app, char *out, size_t size)
{
    char trip[32] = "n/a";

    if (app->display.traffic.round_trip >= 0)
        snprintf(trip, sizeof trip, "%.0f ms", 1000 * app->display.traffic.round_trip);
    snprintf(out, size, "%.0f B/s · round trip %s", app->display.traffic.bytes_per_second, trip);
}

static int draw_state(struct canvas *c, const struct app *app)
{
    const struct trainer_status *s = &app->live.status;
    enum trainer_state state = s->state;
    char word[48];

    if (!app->live.run)
        return canvas_text_right(c, 0, c->clip.columns - 1, ROLE_DIM, "ready");
    /* A run is over when everything it writes is written. */
    if (trainer_over(state) && !app->live.over)
        snprintf(word, sizeof word, "%s saving", states[state].mark);
    else if (states[state].word)
        snprintf(word, sizeof word, "%s %s", states[state].mark, states[state].word);
    else
        snprintf(word, sizeof word, "%s epoch %d/%d", states[state].mark, s->epoch, s->epochs);
    return canvas_text_right(c, 0, c->clip.columns - 1, states[state].role, word);
}

void bars_draw_status(struct canvas *c, const struct app *app)
{
    int end = draw_state(c, app);
    struct canvas left = canvas_part(c, (struct rectangle){ 0, 0, 1, end - 2 });
    char text[128];

    canvas_text(&left, 0, 1, ROLE_TITLE, "cuvette");
    if (app->display.detail)
        traffic(app, text, sizeof text);
    else
        allotment(app, text, sizeof text);
    canvas_text(&left, 0, 11, ROLE_NORMAL, text);
}

/* While a run goes on, some keys do the opposite. */
static const char *label_now(const struct key_binding *b, const struct app *app)
{
    if (b->action == ACTION_TRAIN && live_going(&app->live))
        return "Stop";
    if (b->action == ACTION_PAUSE && live_going(&app->live) && app->live.status.state == TRAINER_PAUSED)
        return "Resume";
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

void bars_draw_keys(struct canvas *c, const struct app *app)
{
    if (app->display.message[0] != '\0')
        canvas_text(c, 0, 1, app->display.message_role, app->display.message);
    else if (app->display.dialog && app->display.dialog->class->keys)
        draw_keys_of(c, app->display.dialog->class->keys);
    else if (app->display.focus == PANEL_LAYERS && app->draft.model_error.kind != ERROR_NONE)
        canvas_text(c, 0, 1, ROLE_BAD, app->draft.model_error.text);
    else
        draw_keys(c, app);
}
