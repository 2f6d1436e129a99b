#include "tui/view.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/figures.h"
#include "tui/paragraph.h"

enum { LABEL_COLUMNS = 6, BAR_COLUMNS = 10, VALUE_COLUMN = LABEL_COLUMNS + BAR_COLUMNS + 2 };

static void bar_row(struct canvas *c, int row, const char *label, double fraction, bool known, const char *text)
{
    canvas_text(c, row, 1, ROLE_DIM, label);
    if (known)
        canvas_bar(c, row, LABEL_COLUMNS, BAR_COLUMNS, fraction);
    canvas_text(c, row, known ? VALUE_COLUMN : LABEL_COLUMNS, ROLE_NORMAL, text);
}

static void processor_row(struct canvas *c, int row, const struct app *app)
{
    struct reading load = app->readings.cpu_load;
    char text[64] = "n/a";

    if (load.known)
        snprintf(text, sizeof text, "%3.0f %% of %d core%s", 100 * load.value, app->cores.usable,
                 app->cores.usable == 1 ? "" : "s");
    bar_row(c, row, "cpu", load.value, load.known, text);
}

static void memory_row(struct canvas *c, int row, const struct app *app)
{
    struct reading used = app->readings.memory_used, limit = app->readings.memory_limit;
    char text[128], of_used[FIGURE_SIZE] = "n/a", of_limit[FIGURE_SIZE] = "n/a", own[FIGURE_SIZE] = "n/a";

    if (used.known)
        text_bytes(of_used, sizeof of_used, (uint64_t)used.value);
    if (limit.known)
        text_bytes(of_limit, sizeof of_limit, (uint64_t)limit.value);
    if (app->readings.resident.known)
        text_bytes(own, sizeof own, (uint64_t)app->readings.resident.value);
    snprintf(text, sizeof text, "%s of %s, rss %s", of_used, of_limit, own);
    bar_row(c, row, "mem", used.value / limit.value, used.known && limit.known, text);
}

/* What does not fit is a dialog's at F5. */
static void draw_problem(struct canvas *c, const char *text)
{
    paragraph_draw(c, 0, ROLE_BAD, text);
    if (paragraph_rows(text, c->clip.columns) > c->clip.rows)
        canvas_text_right(c, c->clip.rows - 1, c->clip.columns, ROLE_DIM, "… F5 tells all");
}

/* What F5 would do, for someone who sees the screen for the first time; or why it cannot. */
static void hint_row(struct canvas *c, int row, const struct app *app)
{
    struct canvas rest = canvas_part(c, (struct rectangle){ row, 1, c->clip.rows - row, c->clip.columns - 2 });
    char count[FIGURE_SIZE];

    if (app->dataset_error.kind != ERROR_NONE) {
        draw_problem(&rest, app->dataset_error.text);
        return;
    }
    if (app->model_error.kind != ERROR_NONE) {
        draw_problem(&rest, app->model_error.text);
        return;
    }
    figure_count(count, app->dataset.count[SPLIT_TRAIN]);
    canvas_format(c, row, 1, ROLE_DIM, "F5 trains %d epochs on %s images", app->recipe.training.epochs, count);
}

/* Figures of fixed width: what does not move need not be sent. */
static void progress_row(struct canvas *c, int row, const struct app *app)
{
    const struct trainer_status *s = &app->live.status;
    char text[128], batches[FIGURE_SIZE], speed[FIGURE_SIZE], left[FIGURE_SIZE];

    if (s->state == TRAINER_PREPARING) {
        bar_row(c, row, "", s->progress, true, s->activity);
        return;
    }
    figure_speed(speed, s->images_per_second);
    figure_left(left, s->seconds_left);
    snprintf(batches, sizeof batches, "%u", s->batches);
    snprintf(text, sizeof text, "%*u/%s %7s img/s  %s left", (int)strlen(batches), s->batch, batches, speed, left);
    canvas_text(c, row, 1, ROLE_DIM, "batch");
    canvas_text(c, row, 1 + LABEL_COLUMNS, ROLE_NORMAL, text);
}

static void validation_row(struct canvas *c, int row, const struct app *app)
{
    const struct trainer_status *s = &app->live.status;

    canvas_text(c, row, 1, ROLE_DIM, "valid");
    if (s->valid_accuracy < 0) {
        canvas_text(c, row, 1 + LABEL_COLUMNS, ROLE_DIM, "after the first epoch");
        return;
    }
    canvas_format(c, row, 1 + LABEL_COLUMNS, ROLE_NORMAL, "accuracy %.1f %%, loss %.3f, best at %d",
                  100 * s->valid_accuracy, s->valid_loss, s->best_epoch);
}

static void rate_row(struct canvas *c, int row, const struct app *app)
{
    canvas_text(c, row, 1, ROLE_DIM, "rate");
    canvas_format(c, row, 1 + LABEL_COLUMNS, ROLE_NORMAL, "%.2g", app->live.status.learning_rate);
}

static void folder_row(struct canvas *c, int row, const struct app *app)
{
    char path[PATH_SIZE];

    if (app->live.over && !run_kept(app->live.run))
        return;
    figure_path(path, sizeof path, run_folder(app->live.run), c->clip.columns - LABEL_COLUMNS - 2);
    canvas_text(c, row, 1, ROLE_DIM, "in");
    canvas_text(c, row, 1 + LABEL_COLUMNS, ROLE_NORMAL, path);
}

static void score_row(struct canvas *c, int row, const struct app *app)
{
    const struct trainer_status *s = &app->live.status;

    canvas_text(c, row, 1, ROLE_DIM, "test");
    if (s->test_accuracy < 0)
        canvas_text(c, row, 1 + LABEL_COLUMNS, ROLE_NORMAL, "n/a");
    else
        canvas_format(c, row, 1 + LABEL_COLUMNS, ROLE_GOOD, "accuracy %.1f %%, loss %.3f", 100 * s->test_accuracy,
                      s->test_loss);
}

static void time_row(struct canvas *c, int row, const struct app *app)
{
    const struct trainer_status *s = &app->live.status;
    char duration[FIGURE_SIZE], speed[FIGURE_SIZE];

    int epochs = (int)series_length(trainer_means(run_trainer(app->live.run))); /* those that came to their end */

    text_duration(duration, sizeof duration, s->seconds);
    figure_speed(speed, s->images_per_second);
    canvas_text(c, row, 1, ROLE_DIM, "took");
    canvas_format(c, row, 1 + LABEL_COLUMNS, ROLE_NORMAL, "%s for %d epoch%s, %s img/s", duration, epochs,
                  epochs == 1 ? "" : "s", speed);
}

/* Rows in the order of what matters: a small screen shows the first ones. */
typedef void (*reading_row)(struct canvas *c, int row, const struct app *app);
static const reading_row before[] = { processor_row, memory_row, hint_row, NULL };
static const reading_row going[] = { processor_row, memory_row, progress_row, validation_row,
                                     rate_row,      folder_row, NULL };
static const reading_row after[] = { processor_row, memory_row, time_row, score_row, folder_row, NULL };

void view_readings(struct canvas *c, const struct app *app)
{
    const reading_row *rows = !app->live.run ? before : live_going(&app->live) ? going : after;

    for (int row = 0; row < c->clip.rows && rows[row]; row++)
        rows[row](c, row, app);
}
