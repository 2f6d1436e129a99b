#include "tui/panels/numbers.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "tui/app.h"
#include "tui/draw/gauge.h"

/* How a row is written, by its columns. Figures have fixed places: what does not move need not be sent again. */
struct form {
    int columns; /* from so many on */
    const char *loss, *accuracy, *recent, *best, *rate;
    int at_loss, at_accuracy, at_note, at_speed, at_rate;
    bool rate_below; /* the rate is in the row of training: there is no room beside the speed */
};

static const struct form forms[] = {
    { 64, "loss ", "accuracy ", "mean of the last %d steps", "best loss %s at epoch %d", "learning rate",
      7, 19, 37, 19, 37, false },
    { 47, "loss ", "", "mean of %d steps", "best %s at %d", "lr", 7, 18, 27, 19, 37, false },
    { 0, "", "", "%d steps", "best %s at %d", "lr", 7, 13, 21, 20, 30, true }, /* as much of it as fits */
};

enum { LABEL = 1 };

static void draw_label(struct canvas *c, const char *label)
{
    canvas_text(c, 0, LABEL, ROLE_DIM, label);
}

/* What a narrow screen can do without: there whole, or not at all. */
static void draw_if_it_fits(struct canvas *c, int column, enum role role, const char *text)
{
    if (column + canvas_text_width(text) <= c->clip.columns)
        canvas_text(c, 0, column, role, text);
}

static void draw_scores(struct canvas *c, const struct form *f, enum role role, double loss, double accuracy)
{
    char figure[FIGURE_SIZE];

    figure_loss(figure, loss);
    canvas_format(c, 0, f->at_loss, role, "%s%s", f->loss, figure);
    canvas_format(c, 0, f->at_accuracy, role, "%s%5.1f %%", f->accuracy, 100 * accuracy);
}

static void draw_rate(struct canvas *c, const struct form *f, const struct trainer_status *s)
{
    char text[FIGURE_SIZE];

    snprintf(text, sizeof text, "%s %.2g", f->rate, s->learning_rate);
    draw_if_it_fits(c, f->at_rate, ROLE_NORMAL, text);
}

static void draw_progress(struct canvas *c, const struct form *f, const struct app *app)
{
    const struct trainer_status *s = &app->live.status;
    char batches[FIGURE_SIZE], speed[FIGURE_SIZE], now[2 * FIGURE_SIZE];

    if (s->state == TRAINER_PREPARING) {
        gauge_draw(c, 0, "", reading_of(s->progress), s->activity);
        return;
    }
    draw_label(c, "step");
    snprintf(batches, sizeof batches, "%u", s->batches);
    canvas_format(c, 0, f->at_loss, ROLE_NORMAL, "%*u/%s", (int)strlen(batches), s->batch, batches);
    figure_speed(speed, s->speed_now);
    snprintf(now, sizeof now, "%7s img/s now", speed);
    if (f->at_speed + canvas_text_width(now) <= c->clip.columns)
        canvas_text(c, 0, f->at_speed, ROLE_NORMAL, now);
    else
        canvas_format(c, 0, f->at_accuracy, ROLE_NORMAL, "%7s img/s", speed);
    if (!f->rate_below)
        draw_rate(c, f, s);
}

static void draw_training(struct canvas *c, const struct form *f, const struct app *app)
{
    const struct trainer_status *s = &app->live.status;
    char note[2 * FIGURE_SIZE];

    draw_label(c, "train");
    if (s->recent_loss < 0) {
        canvas_text(c, 0, f->at_loss, ROLE_DIM, "after the first step");
        return;
    }
    draw_scores(c, f, ROLE_TRAIN, s->recent_loss, s->recent_accuracy);
    snprintf(note, sizeof note, f->recent, s->recent_steps);
    draw_if_it_fits(c, f->at_note, ROLE_DIM, note);
    if (f->rate_below)
        draw_rate(c, f, s);
}

/* Validation is on the test images, unless some are held out: then nothing else may be read into it. */
static bool holds_out(const struct app *app)
{
    return app->live.running.recipe.data.validation > 0;
}

static void draw_validation(struct canvas *c, const struct form *f, const struct app *app)
{
    const struct trainer_status *s = &app->live.status;
    char best[FIGURE_SIZE], note[2 * FIGURE_SIZE];

    draw_label(c, holds_out(app) ? "valid" : "test");
    if (s->best_epoch == 0) {
        canvas_text(c, 0, f->at_loss, ROLE_DIM, trainer_over(s->state) ? "n/a" : "at the end of epoch 1");
        return;
    }
    if (!holds_out(app) && s->test_accuracy >= 0) /* those of the weights that are kept */
        draw_scores(c, f, ROLE_GOOD, s->test_loss, s->test_accuracy);
    else
        draw_scores(c, f, ROLE_VALID, s->valid_loss, s->valid_accuracy);
    figure_loss(best, s->best_valid_loss);
    snprintf(note, sizeof note, f->best, best, s->best_epoch);
    draw_if_it_fits(c, f->at_note, ROLE_NORMAL, note);
}

static void draw_time(struct canvas *c, const struct form *f, const struct app *app)
{
    const struct trainer_status *s = &app->live.status;
    int epochs = (int)series_length(live_curves(&app->live).means); /* finished ones */
    char duration[FIGURE_SIZE], speed[FIGURE_SIZE], text[3 * FIGURE_SIZE];

    text_duration(duration, sizeof duration, s->seconds);
    figure_speed(speed, s->speed);
    draw_label(c, "took");
    snprintf(text, sizeof text, "%s, %s img/s, %d epoch%s", duration, speed, epochs, epochs == 1 ? "" : "s");
    canvas_parts(c, 0, f->at_loss, ROLE_NORMAL, text, ", ");
}

static void draw_test(struct canvas *c, const struct form *f, const struct app *app)
{
    const struct trainer_status *s = &app->live.status;
    char weights[FIGURE_SIZE];

    draw_label(c, "test");
    if (s->test_accuracy < 0)
        canvas_text(c, 0, f->at_loss, ROLE_NORMAL, "n/a");
    else
        draw_scores(c, f, ROLE_GOOD, s->test_loss, s->test_accuracy);
    snprintf(weights, sizeof weights, "epoch %d's weights", s->best_epoch);
    if (s->best_restored)
        draw_if_it_fits(c, f->at_note, ROLE_NORMAL, weights);
}

static void draw_last_epoch(struct canvas *c, const struct form *f, const struct app *app)
{
    const struct trainer_status *s = &app->live.status;
    char note[FIGURE_SIZE];

    draw_label(c, "train");
    if (s->train_accuracy < 0) { /* it failed before it had got at its checkpoint */
        canvas_text(c, 0, f->at_loss, ROLE_DIM, "n/a");
        return;
    }
    draw_scores(c, f, ROLE_TRAIN, s->train_loss, s->train_accuracy);
    snprintf(note, sizeof note, "mean of epoch %d", s->epoch);
    draw_if_it_fits(c, f->at_note, ROLE_DIM, note);
}

typedef void (*number_row)(struct canvas *c, const struct form *f, const struct app *app);
static const number_row going[LAYOUT_NUMBERS] = { draw_progress, draw_training, draw_validation };
static const number_row over[LAYOUT_NUMBERS] = { draw_time, draw_last_epoch, draw_validation };
static const number_row over_with_held_out[LAYOUT_NUMBERS] = { draw_time, draw_test, draw_validation };

void numbers_draw(struct canvas *c, const struct app *app)
{
    const number_row *rows = !app->live.over ? going : holds_out(app) ? over_with_held_out : over;
    int abreast = int_ceil_div(LAYOUT_NUMBERS, int_clamp(c->clip.rows, 1, LAYOUT_NUMBERS));
    int columns = c->clip.columns / abreast;
    const struct form *f = forms;

    while (columns < f->columns)
        f++;
    for (int i = 0; i < LAYOUT_NUMBERS; i++) {
        struct canvas row = canvas_part(c, (struct rectangle){ i / abreast, i % abreast * columns, 1, columns });

        rows[i](&row, f, app);
    }
}
