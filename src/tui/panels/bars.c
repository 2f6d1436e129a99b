#include "tui/panels/bars.h"

#include <stdio.h>

#include "base/text.h"
#include "tui/app.h"
#include "tui/draw/figures.h"

static const struct {
    const char *mark, *word;
    bool epoch; /* with the epoch after the word */
    enum role role;
} states[] = {
    [TRAINER_PREPARING] = { "●", "preparing", false, ROLE_STRONG },
    [TRAINER_RUNNING] = { "●", "", true, ROLE_GOOD },
    [TRAINER_PAUSED] = { "=", "paused, ", true, ROLE_STRONG },
    [TRAINER_FINISHED] = { "●", "done", false, ROLE_GOOD },
    [TRAINER_STOPPED] = { "■", "stopped", false, ROLE_STRONG },
    [TRAINER_FAILED] = { "!", "failed", false, ROLE_BAD },
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
    if (app->node.host.memory.limit.known)
        text_append(out, size, " · %.0f GB", app->node.host.memory.limit.value / gigabyte);
    if (app->machine.job.inside && left >= 0)
        text_append(out, size, " · %.0f min left", left / 60);
    if (gpus(app) > 0)
        text_append(out, size, " · %d GPU%s", gpus(app), gpus(app) == 1 ? "" : "s");
}

/* Another process trains. */
static void watched(const struct app *app, char *out, size_t size)
{
    const struct sighting *seen = &app->live.watched.seen;

    snprintf(out, size, "watching %.60s", path_name(live_folder(&app->live)));
    if (seen->who[0] && live_going(&app->live))
        text_append(out, size, " · %s", seen->who);
}

/* Several that train together, in front of what else there is to say. */
static void put_ranks_first(const struct app *app, char *out, size_t size)
{
    char ranks[64], rest[256];

    rank_report_words(&app->live.status.together, live_on_gpus(&app->live), ranks, sizeof ranks);
    if (!live_there(&app->live) || !ranks[0])
        return;
    text_copy(rest, sizeof rest, out);
    text_copy(out, size, ranks);
    text_append(out, size, " · %s", rest);
}

static void traffic(const struct app *app, char *out, size_t size)
{
    char trip[32] = "n/a";

    if (app->display.traffic.round_trip >= 0)
        snprintf(trip, sizeof trip, "%.0f ms", 1000 * app->display.traffic.round_trip);
    snprintf(out, size, "%.0f B/s · round trip %s · %.1f frames/s", app->display.traffic.bytes_per_second, trip,
             app->display.traffic.frames_per_second);
}

static int draw_state(struct canvas *c, const struct app *app)
{
    const struct trainer_status *s = &app->live.status;
    enum trainer_state state = s->state;
    char word[64], left[FIGURE_SIZE], why[160];
    bool in_time = live_in_time(&app->live, why, sizeof why);

    if (contest_going(&app->contest) && !live_going(&app->live))
        return canvas_text_right(c, 0, c->clip.columns - 1, ROLE_GOOD, "● comparing");
    if (!live_there(&app->live))
        return canvas_text_right(c, 0, c->clip.columns - 1, ROLE_DIM, "ready");
    if (live_watches(&app->live) && watched_word(&app->live.watched)[0])
        return canvas_text_right(c, 0, c->clip.columns - 1, ROLE_BAD, watched_word(&app->live.watched));
    /* A run is over when everything it writes is written. */
    snprintf(word, sizeof word, "%s %s", states[state].mark,
             trainer_over(state) && !app->live.over ? "saving" : states[state].word);
    if (states[state].epoch)
        text_append(word, sizeof word, "epoch %d/%d", s->epoch, s->epochs);
    if (states[state].epoch && s->seconds_left >= 0) {
        figure_left(left, s->seconds_left);
        text_append(word, sizeof word, ", %s left", left);
    }
    return canvas_text_right(c, 0, c->clip.columns - 1, in_time ? states[state].role : ROLE_WARN, word);
}

void bars_draw_status(struct canvas *c, const struct app *app)
{
    int end = draw_state(c, app);
    struct canvas left = canvas_part(c, (struct rectangle){ 0, 0, 1, end - 2 });
    char text[320], job[128];

    submission_words(&app->submission, job, sizeof job);
    canvas_text(&left, 0, 1, ROLE_TITLE, "cuvette");
    if (app->display.detail)
        traffic(app, text, sizeof text);
    else if (live_watches(&app->live))
        watched(app, text, sizeof text);
    else
        allotment(app, text, sizeof text);
    if (!app->display.detail)
        put_ranks_first(app, text, sizeof text);
    if (job[0] && !app->display.detail) {
        text_append(job, sizeof job, " · %s", text);
        text_copy(text, sizeof text, job);
    }
    canvas_parts(&left, 0, 11, ROLE_NORMAL, text, " · ");
}
