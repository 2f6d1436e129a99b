#include "tui/state/live.h"

#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "nn/recipe/device_name.h"
#include "run/job_time.h"
#include "tui/draw/figures.h"

/* Another run than the one before. */
static void begin(struct live *l)
{
    l->rate_factor = 1;
    l->told = (struct error){ .kind = ERROR_NONE };
    l->told_short = l->told_silent = l->told_moved = l->told_features = l->told_shares = false;
    l->profile = (struct step_profile){ 0 };
    l->ranks = (struct rank_rows){ .count = 0 };
    l->number++;
    measured_free(l->measured);
    l->measured = measured_new();
    l->loads = 0;
    l->looked = 0;
}

bool live_start(struct live *l, const struct recipe *recipe, const struct device *device, const char *resumed,
                struct error *e)
{
    const struct run_setup setup = {
        .recipe = recipe,
        .device = device,
        .folder = resumed,
        .resume = resumed != NULL,
        .gpus = l->gpus,
        .insists = true,
        .other_images = l->other_images,
        .events = l->events,
        .commands = l->commands,
    };
    struct run *run = run_start(&setup, e);
    char on[128];

    if (!run)
        return false;
    live_close(l);
    l->run = run;
    devices_words(run_device(run), recipe, on, sizeof on);
    running_begin(&l->running, recipe, run_folder(run), run_parameters(run), on);
    begin(l);
    l->alerts_told = 0;
    trainer_status(run_trainer(l->run), &l->status);
    return true;
}

bool live_watch(struct live *l, const struct recipe *recipe, const char *folder, struct error *e)
{
    if (live_own_going(l))
        return error_set(e, ERROR_USAGE, "a run goes on: stop it first");
    if (!watched_open(&l->watched, folder, recipe, l->events, e))
        return false;
    run_close(l->run);
    l->run = NULL;
    l->over = false;
    running_begin(&l->running, recipe, folder, 0, "");
    begin(l);
    l->status = l->watched.seen.status.trainer;
    return true;
}

void live_close(struct live *l)
{
    run_close(l->run);
    watched_close(&l->watched);
    measured_free(l->measured);
    l->measured = NULL;
    l->run = NULL;
    l->over = false;
    l->ranks.count = 0;
}

bool live_there(const struct live *l)
{
    return l->run || l->watched.watch;
}

bool live_watches(const struct live *l)
{
    return l->watched.watch != NULL;
}

bool live_on_gpus(const struct live *l)
{
    return device_name_is_gpu(l->running.recipe.training.device);
}

bool live_own_going(const struct live *l)
{
    return l->run && !l->over;
}

const char *live_folder(const struct live *l)
{
    return l->run ? run_folder(l->run) : watch_folder(l->watched.watch);
}

struct run_curves live_curves(const struct live *l)
{
    const struct trainer *t = l->run ? run_trainer(l->run) : NULL;

    return t ? (struct run_curves){ trainer_steps(t), trainer_means(t), trainer_epochs(t), l->measured, 0 }
             : watch_curves(l->watched.watch);
}

void live_health(const struct live *l, struct health *out)
{
    if (l->run)
        trainer_health(run_trainer(l->run), out);
    else
        watch_health(l->watched.watch, out);
}

bool live_going(const struct live *l)
{
    return live_there(l) && !l->over;
}

bool live_kept(const struct live *l)
{
    return l->run ? run_kept(l->run) : live_watches(l);
}

bool live_turned(const struct live *l)
{
    struct trainer_status now;

    if (!live_own_going(l))
        return false;
    trainer_status(run_trainer(l->run), &now);
    return trainer_over(now.state) ? run_over(l->run) : now.state != l->status.state;
}

bool live_refused_images(const struct live *l)
{
    return l->run && l->over && l->status.state == TRAINER_FAILED && l->status.other_images[0] &&
           !run_advanced(l->run);
}

bool live_failed(const struct live *l, struct error *e)
{
    struct trainer_status status;

    if (live_watches(l))
        return l->status.state == TRAINER_FAILED &&
               !error_set(e, ERROR_RUN, "the run failed: %s", l->watched.seen.error);
    trainer_status(run_trainer(l->run), &status);
    if (status.state != TRAINER_FAILED) {
        run_recorder_error(l->run, e);
        return e->kind != ERROR_NONE;
    }
    *e = status.error;
    if (live_kept(l))
        text_append(e->text, sizeof e->text, "; run folder %s", run_folder(l->run));
    return true;
}

bool live_trouble(struct live *l, struct error *e)
{
    if (!live_going(l))
        return false;
    if (live_watches(l)) {
        const char *trouble = l->watched.seen.status.trouble;

        *e = (struct error){ .kind = trouble[0] ? ERROR_IO : ERROR_NONE };
        text_copy(e->text, sizeof e->text, trouble);
    } else {
        run_trouble(l->run, e);
    }

    bool news = e->kind != ERROR_NONE && strcmp(e->text, l->told.text) != 0;

    l->told = *e;
    return news;
}

bool live_in_time(const struct live *l, char *words, size_t size)
{
    words[0] = '\0';
    return !live_own_going(l) || job_time_fits(&l->status, run_job_seconds(l->run), words, size);
}

bool live_alert(struct live *l, struct alert *out)
{
    struct alert list[ALERT_COUNT];
    int count = l->run ? run_alerts_list(run_alerts(l->run), list) : 0;

    while (l->alerts_told < count) {
        *out = list[l->alerts_told++];
        if (!alert_told[out->kind])
            return true;
    }
    return false;
}

void live_stop(struct live *l)
{
    if (live_going(l) && !trainer_over(l->status.state))
        live_command(l, CONTROL_STOP, 0);
}

void live_hand_over(struct live *l)
{
    if (live_own_going(l) && !trainer_over(l->status.state) && run_advanced(l->run))
        run_hand_over(l->run);
}

bool live_handed_over(const struct live *l)
{
    return l->run && run_handed_over(l->run);
}

void live_command(struct live *l, enum control_kind kind, double factor)
{
    static const enum trainer_command commands[CONTROL_COUNT] = {
        [CONTROL_PAUSE] = TRAINER_PAUSE,         [CONTROL_RESUME] = TRAINER_RESUME,     [CONTROL_STOP] = TRAINER_STOP,
        [CONTROL_CHECKPOINT] = TRAINER_SNAPSHOT, [CONTROL_RATE] = TRAINER_LEARNING_RATE,
    };

    if (live_watches(l))
        watch_command(l->watched.watch, &(struct control){ kind, factor });
    else
        trainer_command(run_trainer(l->run), commands[kind], factor);
}

void live_work(const struct live *l, char *out, size_t size)
{
    const struct recipe_training *t = &l->running.recipe.training;
    double work = l->profile.flops / t->batch * (l->over ? l->status.speed : l->status.speed_now);
    const int gpus = l->run ? int_max(devices_replicas(run_device(l->run)), l->status.together.ranks) : 1;
    double peak = l->run && !run_device(l->run)->mixed ? gpus * run_device(l->run)->info.peak[t->precision] : 0;

    text_flops(out, size, work);
    if (!l->over && work > 0)
        text_append(out, size, " now");
    if (peak > 0)
        text_append(out, size, ", %.*f %% of the %s peak", work < peak / 10, 100 * work / peak,
                    precision_names[t->precision]);
    if (peak > 0 && gpus > 1)
        text_append(out, size, " of %d GPUs", gpus);
}

static void take(struct live *l, const struct trainer_status *now)
{
    l->status = *now;
    l->refreshed = clock_seconds();
    if (l->run) {
        trainer_profile(run_trainer(l->run), &l->profile);
        trainer_rank_rows(run_trainer(l->run), &l->ranks);
    } else {
        l->profile = l->watched.seen.status.profile;
        l->ranks = l->watched.seen.status.ranks;
    }
}

/* All figures, of which the speed ignores small changes. */
static void refresh(struct live *l, const struct trainer_status *now)
{
    const double share = 0.03;
    double speed = l->status.speed_now;

    take(l, now);
    l->status.speed_now = figure_hold(speed, now->speed_now, share * speed);
}

/* What the run has measured since it was asked last. */
static void keep_measured(struct live *l)
{
    struct load_newest load;
    struct health look;

    if (!l->measured)
        return;
    run_load(l->run, &load);
    trainer_health(run_trainer(l->run), &look);
    if (load.count > l->loads && measured_add_load(l->measured, &load.point))
        l->loads = load.count;
    if (look.step > l->looked && measured_add_look(l->measured, &look))
        l->looked = look.step;
}

void live_tick(struct live *l)
{
    struct trainer_status now;

    if (!l->run)
        return;
    trainer_status(run_trainer(l->run), &now);
    refresh(l, &now);
}

/* How far it is: this can be followed by the eye, where a figure that has to be read must stand still for a while. */
static bool follow_progress(struct trainer_status *shown, const struct trainer_status *now)
{
    bool moved = now->steps != shown->steps || now->batch != shown->batch || now->progress != shown->progress;

    shown->progress = now->progress;
    shown->epoch = now->epoch;
    shown->batch = now->batch;
    shown->steps = now->steps;
    shown->images = now->images;
    return moved;
}

/* What the other process is and has is known once it was heard. */
static bool follow_watched(struct live *l)
{
    const struct run_status *s = &l->watched.seen.status;
    bool turned;

    if (!watched_follow(&l->watched, &turned))
        return false;
    if (turned)
        running_describe(&l->running, live_folder(l), s->trainer.parameters, s->device);
    l->rate_factor = s->trainer.rate_factor;
    l->over = watched_over(&l->watched);
    refresh(l, &s->trainer);
    return true;
}

bool live_follow(struct live *l)
{
    const double to_be_read = 0.5;
    bool due = clock_seconds() - l->refreshed >= to_be_read, new_epoch, changed, moved;
    struct trainer_status now;

    if (live_watches(l))
        return follow_watched(l);
    if (!l->run)
        return false;
    trainer_status(run_trainer(l->run), &now);
    changed = now.state != l->status.state;
    if (!l->over && trainer_over(now.state) && run_over(l->run))
        l->over = changed = true;
    keep_measured(l); /* also between two ticks, and what came at the end: only the newest of it can be asked for */
    new_epoch = now.epoch != l->status.epoch;
    moved = follow_progress(&l->status, &now) || new_epoch;
    if (changed)
        take(l, &now);
    else if (new_epoch && due)
        refresh(l, &now);
    return changed || moved;
}
