#include "run/run_lines.h"

#include "nn/train/step_group.h"
#include "run/run_summary.h"

enum { LINES_AT_ONCE = 1000 };

static bool add_epoch(struct run_lines *l, size_t i, struct error *e)
{
    const struct series *valid = trainer_epochs(l->trainer);
    struct point train = series_at(trainer_means(l->trainer), i), validation;
    bool validated = i < series_length(valid);

    if (validated)
        validation = series_at(valid, i);
    return metrics_epoch(l->metrics, (int)train.position, train, validated ? &validation : NULL, e);
}

static bool introduce(const struct run_lines *l, struct error *e)
{
    struct summary run;

    run_summary_begin(l->trainer, l->device, &run);
    return metrics_run(l->metrics, &run, l->resumed, e);
}

/* An epoch's line is behind that of its last step. The steps of a run's end that are too few for a point are the last
 * line of all, which is cut off if the run goes on. */
static bool is_step_next(const struct run_lines *l, size_t step, size_t epoch)
{
    struct point p = series_at(trainer_steps(l->trainer), step);
    double end = series_at(trainer_means(l->trainer), epoch).position;

    return p.steps < step_group_size(step) ? p.position < end : p.position <= end;
}

/* Appends up to LINES_AT_ONCE new lines. What has been flushed counts as written. */
static bool append_some(struct run_lines *l, size_t steps_there, size_t epochs_there, struct error *e)
{
    size_t step = l->steps, epoch = l->epochs;
    bool introduced = l->introduced || introduce(l, e), added = introduced;

    for (int line = 0; added && line < LINES_AT_ONCE && (step < steps_there || epoch < epochs_there); line++) {
        bool before = step < steps_there && (epoch == epochs_there || is_step_next(l, step, epoch));

        added = before ? metrics_step(l->metrics, series_at(trainer_steps(l->trainer), step), e)
                       : add_epoch(l, epoch, e);
        step += added && before;
        epoch += added && !before;
    }

    struct error of_flush;

    if (!metrics_flush(l->metrics, &of_flush)) {
        *e = of_flush;
        return false;
    }
    l->introduced = introduced;
    l->steps = step;
    l->epochs = epoch;
    return added;
}

/* The trainer publishes the training mean of an epoch before its validation, if it has one. While it runs, an epoch is
 * complete when it has both, or when the next epoch has its mean. */
size_t run_lines_epochs(const struct trainer *trainer)
{
    struct trainer_status status;

    trainer_status(trainer, &status); /* first: what is over has all its points */

    size_t validated = series_length(trainer_epochs(trainer)), trained = series_length(trainer_means(trainer));

    return trainer_over(status.state) ? trained : trained > validated + 1 ? trained - 1 : validated;
}

/* Behind the points of all steps before it: it was asked for before these were counted. */
static bool append_health(struct run_lines *l, const struct health *h, struct error *e)
{
    if (h->step == 0 || h->step == l->looked)
        return true;
    if (!metrics_health(l->metrics, h, e) || !metrics_flush(l->metrics, e))
        return false;
    l->looked = h->step;
    return true;
}

bool run_lines_append(struct run_lines *l, struct error *e)
{
    size_t epochs_there, steps_there;
    struct health health;

    trainer_health(l->trainer, &health);

    do { /* steps behind an epoch that has ended meanwhile wait for its line */
        epochs_there = run_lines_epochs(l->trainer);
        steps_there = series_length(trainer_steps(l->trainer));
    } while (run_lines_epochs(l->trainer) != epochs_there);
    while (l->steps < steps_there || l->epochs < epochs_there)
        if (!append_some(l, steps_there, epochs_there, e))
            return false;
    return append_health(l, &health, e);
}
