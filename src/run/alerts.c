#include "run/alerts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/disk_space.h"
#include "base/path.h"
#include "base/text.h"
#include "run/health_words.h"
#include "run/job_time.h"

const char *const alert_names[ALERT_COUNT] = {
#define NAME(kind, name, told) [ALERT_##kind] = #name,
    ALERTS(NAME)
#undef NAME
};

const bool alert_told[ALERT_COUNT] = {
#define TOLD(kind, name, told) [ALERT_##kind] = told,
    ALERTS(TOLD)
#undef TOLD
};

static bool look_diverged(struct alerts *a, const struct alert_facts *f, char *text, size_t size)
{
    (void)a;
    return f->status->diverged && text_copy(text, size, f->status->error.text);
}

/* The mean loss of the first steps, as many as the status's recent ones; infinite until there are so many. */
static double first_loss(const struct alert_facts *f)
{
    double sum = 0;

    if (series_length(f->steps) < LAST_STEPS)
        return INFINITY;
    for (size_t i = 0; i < LAST_STEPS; i++)
        sum += (double)series_at(f->steps, i).loss;
    return sum / LAST_STEPS;
}

static bool look_exploding(struct alerts *a, const struct alert_facts *f, char *text, size_t size)
{
    const double times = 3;
    double first = first_loss(f), now = f->status->recent_loss;
    (void)a;

    if (f->status->recent_steps < LAST_STEPS || now < times * first)
        return false;
    snprintf(text, size,
             "the loss explodes: %.4g over the last %d steps, %.4g over the first; a lower learning rate may help (it "
             "is %.3g)",
             now, LAST_STEPS, first, f->status->learning_rate);
    return true;
}

/* No epoch's mean is better than that of the first, which has the first steps in it. A network that knows nearly
 * everything has nothing left to learn. */
static bool look_stuck(struct alerts *a, const struct alert_facts *f, char *text, size_t size)
{
    enum { EPOCHS_LEAST = 4, STEPS_LEAST = 200 };
    const double better = 0.99, nearly_all = 0.9;
    size_t epochs = series_length(f->means);
    (void)a;

    if (epochs < EPOCHS_LEAST || f->status->steps < STEPS_LEAST)
        return false;

    struct point first = series_at(f->means, 0), last = series_at(f->means, epochs - 1);

    for (size_t i = 1; i < epochs; i++)
        if ((double)series_at(f->means, i).loss < better * (double)first.loss)
            return false;
    if ((double)last.accuracy > nearly_all)
        return false;
    snprintf(text, size, "nothing is learned: the loss was %.4g in epoch 1 and is %.4g in epoch %.0f, with %.1f %% "
                         "right; another learning rate or network may help", (double)first.loss, (double)last.loss,
             last.position, 100 * (double)last.accuracy);
    return true;
}

/* At two looks in a row: one step can be an accident. */
static bool look_unhealthy(struct alerts *a, const struct alert_facts *f, char *text, size_t size)
{
    if (f->health->step == 0 || !health_words_grave(f->health)) {
        a->grave = 0;
        return false;
    }
    if (a->grave == 0)
        a->grave = f->health->step;
    if (a->grave == f->health->step)
        return false;
    health_words_network(f->health, f->recipe, text, size);
    return true;
}

static bool look_time(struct alerts *a, const struct alert_facts *f, char *text, size_t size)
{
    (void)a;
    return !job_time_fits(f->status, f->job_seconds, text, size);
}

static uint64_t checkpoint_bytes(const char *folder)
{
    char path[PATH_SIZE];
    struct stat status;
    struct error ignored;
    bool there = path_join(path, folder, "checkpoint.safetensors", &ignored) && stat(path, &status) == 0;

    return there ? (uint64_t)status.st_size : 0;
}

/* The next checkpoint stands beside the last one while it is written. */
static bool look_disk(struct alerts *a, const struct alert_facts *f, char *text, size_t size)
{
    const uint64_t others = (uint64_t)16 << 20, each = checkpoint_bytes(f->folder);
    struct disk_space space;
    struct error ignored;
    char left[16], needed[16];
    (void)a;

    if (!disk_space_of(f->folder, &space, &ignored) || disk_space_left(&space) >= 2 * each + others)
        return false;
    text_bytes(left, sizeof left, disk_space_left(&space));
    text_bytes(needed, sizeof needed, each);
    snprintf(text, size, "%s: %s are left for %s, and a checkpoint takes %s",
             disk_space_by_quota(&space) ? "your quota is nearly used up" : "the disk is nearly full", left, f->folder,
             needed);
    return true;
}

static bool look_unwritten(struct alerts *a, const struct alert_facts *f, char *text, size_t size)
{
    (void)a;
    return f->trouble->kind != ERROR_NONE && text_copy(text, size, f->trouble->text);
}

/* The first of the run's GPUs that is too hot, or NULL. A power cap is how a GPU under load is. */
static const struct gpu_reading *too_hot(struct alerts *a, const struct run_gpus *gpus)
{
    const unsigned heat = GPU_THROTTLE_THERMAL | GPU_THROTTLE_HARDWARE_THERMAL | GPU_THROTTLE_HARDWARE_SLOWDOWN;
    const struct gpu_reading *found[GPUS_MAX];
    int count = 0;
    bool whole;

    if (gpus->sampler && gpus->count > 0) {
        gpu_sampler_read(gpus->sampler, &a->readings);
        count = run_gpus_find(gpus, &a->readings, found, &whole);
    }
    for (int i = 0; i < count; i++)
        if (found[i]->throttles_known && found[i]->throttles & heat)
            return found[i];
    return NULL;
}

/* Not for a moment: clocks go down for as long as it takes to cool. Of several GPUs any: the others wait for it. */
static bool look_throttled(struct alerts *a, const struct alert_facts *f, char *text, size_t size)
{
    const double seconds = 20;
    const struct gpu_reading *gpu = too_hot(a, f->gpus);
    char why[64];

    if (!gpu) {
        a->throttled_since = 0;
        return false;
    }
    if (a->throttled_since == 0)
        a->throttled_since = clock_seconds();
    if (clock_seconds() - a->throttled_since < seconds)
        return false;
    gpu_readings_throttles(why, sizeof why, gpu);
    snprintf(text, size, "GPU %d (%s) is slowed down: %s", gpu->index, gpu->name, why);
    return true;
}

/* The same one for a while: any of them may be late now and then. */
static bool look_behind(struct alerts *a, const struct alert_facts *f, char *text, size_t size)
{
    const double seconds = 20;
    const struct rank_summary *s = &f->status->together;

    if (!s->slowest[0] || strcmp(s->slowest, a->behind) != 0 || trainer_over(f->status->state)) {
        a->behind_since = s->slowest[0] ? clock_seconds() : 0;
        text_copy(a->behind, sizeof a->behind, s->slowest);
        return false;
    }
    if (clock_seconds() - a->behind_since < seconds)
        return false;
    rank_report_slowest(s, text, size);
    return true;
}

static bool (*const looks[ALERT_COUNT])(struct alerts *a, const struct alert_facts *f, char *text, size_t size) = {
#define LOOK(kind, name, told) [ALERT_##kind] = look_##name,
    ALERTS(LOOK)
#undef LOOK
};

bool alerts_look(struct alerts *a, const struct alert_facts *f, bool last)
{
    const double apart = 1;
    int before = a->count;

    if (!last && clock_seconds() < a->due)
        return false;
    a->due = clock_seconds() + apart;
    for (int i = 0; i < ALERT_COUNT; i++) {
        struct alert *next = &a->list[a->count];

        if (a->given[i] || !looks[i](a, f, next->text, sizeof next->text))
            continue;
        next->kind = (enum alert_kind)i;
        a->given[i] = true;
        a->count++;
    }
    return a->count > before;
}
