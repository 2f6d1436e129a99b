#include "tui/state/forecast.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_changes.h"
#include "tui/draw/figures.h"

/* The values that say nothing about a step's time. */
static struct recipe timed_part(const struct recipe *r)
{
    struct recipe part = *r;

    part.name[0] = part.data.dataset[0] = '\0';
    part.training.epochs = 1;
    part.training.seed = part.training.patience = 0;
    part.training.checkpoint = part.training.margin = 0;
    part.training.tensorboard = false;
    part.optimiser.learning_rate = 1;
    part.schedule = (struct schedule){ .kind = SCHEDULE_CONSTANT, .step_epochs = 1 };
    return part;
}

static bool same_time(const struct forecast *f, const struct forecast_subject *s)
{
    struct recipe before = timed_part(&f->recipe), now = timed_part(s->recipe);

    return strcmp(f->recipe.data.dataset, s->recipe->data.dataset) == 0 &&
           strcmp(f->device, s->device->info.id) == 0 && recipe_changes(&before, &now, NULL, 0) == 0;
}

static bool same_but_for_device(const struct recipe *one, const struct recipe *other)
{
    struct recipe before = timed_part(one), now = timed_part(other);

    before.training.device[0] = now.training.device[0] = '\0';
    return strcmp(one->data.dataset, other->data.dataset) == 0 && recipe_changes(&before, &now, NULL, 0) == 0;
}

/* Where `id` is among the devices; -1: nowhere. */
static int position_of(const struct forecast_subject *s, const char *id)
{
    for (int i = 0; i < s->n_devices; i++)
        if (strcmp(s->devices[i].info.id, id) == 0)
            return i;
    return -1;
}

/* Of the recipe's device; 0: nobody knows. */
static void note_speed(struct forecast *f, const struct forecast_subject *s, double speed)
{
    const int position = s->device ? position_of(s, s->device->info.id) : -1;

    if (position >= 0)
        f->speeds[position] = speed;
}

static struct plan *make_plan(const struct forecast_subject *s)
{
    const struct dataset_info *info = s->dataset;
    struct error ignored; /* the panels tell it */

    if (!info)
        return NULL;
    return compile_recipe(s->recipe, shape_image(info->height, info->width, info->channels), info->classes, true,
                          &ignored);
}

/* As the recipe wants it, where it is the recipe's. */
static const struct device *device_at(const struct forecast_subject *s, int position)
{
    const struct device *d = &s->devices[position];

    return s->device && devices_has(s->device, d) ? s->device : d;
}

static void count(struct forecast *f, const struct forecast_subject *s)
{
    struct plan *plan = make_plan(s);

    f->counted = plan != NULL;
    f->n_needs = s->n_devices;
    for (int i = 0; plan && i < s->n_devices; i++)
        f->needs[i] = memory_need(s->recipe, plan, s->dataset, device_at(s, i), &s->rooms[i]);
    plan_free(plan);
}

void forecast_stop(struct forecast *f)
{
    probe_free(f->probe, 0);
    f->probe = NULL;
    if (f->time != TIME_TAKEN)
        f->time = TIME_UNKNOWN;
}

void forecast_close(struct forecast *f)
{
    const double patience = 1;

    probe_free(f->probe, patience);
    f->probe = NULL;
}

void forecast_change(struct forecast *f, const struct forecast_subject *s)
{
    bool known = f->time >= TIME_TAKING;

    count(f, s);
    if (!same_but_for_device(&f->recipe, s->recipe))
        memset(f->speeds, 0, sizeof f->speeds);
    if (known && f->counted && s->device && same_time(f, s))
        return;
    forecast_stop(f);
    note_speed(f, s, 0);
    f->time = f->counted && s->device ? TIME_CHANGED : TIME_UNKNOWN;
}

/* It takes as much memory as training: only where that is there twice, since training may begin meanwhile. A single
 * device is timed. */
static bool may_begin(const struct forecast *f, const struct forecast_subject *s)
{
    for (int i = 0; i < s->n_devices && devices_replicas(s->device) == 1; i++) {
        struct memory_need twice = f->needs[i];

        if (strcmp(s->devices[i].info.id, s->device->info.id) != 0)
            continue;
        twice.host *= 2;
        twice.device *= 2;
        return probe_is_wanted() && memory_need_fits(&twice, &s->rooms[i]);
    }
    return false;
}

static void begin(struct forecast *f, const struct forecast_subject *s)
{
    f->recipe = *s->recipe;
    text_copy(f->device, sizeof f->device, s->device->info.id);
    f->probe = probe_start(s->recipe, s->device, s->dataset, f->events.changed, f->events.context, &f->error);
    f->time = f->probe ? TIME_TAKING : TIME_FAILED;
}

static void take(struct forecast *f, const struct forecast_subject *s)
{
    if (!probe_take(f->probe, &f->result, &f->error))
        return;
    f->time = f->error.kind == ERROR_NONE ? TIME_TAKEN : TIME_FAILED;
    if (f->time == TIME_TAKEN && f->result.step_seconds > 0)
        note_speed(f, s, f->recipe.training.batch / f->result.step_seconds);
    forecast_close(f);
}

bool forecast_tick(struct forecast *f, const struct forecast_subject *s)
{
    enum forecast_time before = f->time;

    if (f->time == TIME_TAKING)
        take(f, s);
    else if (f->time == TIME_STILL && may_begin(f, s))
        begin(f, s);
    else if (f->time == TIME_STILL)
        f->time = TIME_UNKNOWN;
    else if (f->time == TIME_CHANGED)
        f->time = TIME_STILL;
    return f->time != before && f->time >= TIME_TAKING;
}

bool forecast_need(const struct forecast *f, int position, const struct device *device, struct memory_need *out)
{
    if (!f->counted || position >= f->n_needs)
        return false;
    *out = f->needs[position];
    if (f->time == TIME_TAKEN && strcmp(f->device, device->info.id) == 0)
        memory_need_measured(out, f->result.device_bytes);
    return true;
}

/* Where it works in its own memory, that is the one that runs out. */
bool forecast_memory_words(const struct memory_need *need, const struct memory_room *room, char *out, size_t size)
{
    bool host = need->device == 0 || (room->host > 0 && need->host > room->host);
    uint64_t needed = host ? need->host : need->device, there = host ? room->host : room->device;
    bool fits = memory_need_fits(need, room);
    const char *how = need->measured ? "measured" : "counted";
    char needs[FIGURE_SIZE], free[FIGURE_SIZE];

    text_bytes(needs, sizeof needs, needed);
    text_bytes(free, sizeof free, there);
    if (there == 0)
        snprintf(out, size, "memory %s, %s", needs, how);
    else if (fits)
        snprintf(out, size, "memory %s of %s free, %s", needs, free, how);
    else
        snprintf(out, size, "too large: needs %s of %s free, %s", needs, free, how);
    return fits;
}

/* "3 min"; below a minute with seconds, as figure_left() has it, but never 0. */
static void write_duration(char out[FIGURE_SIZE], double seconds)
{
    if (seconds < 1)
        snprintf(out, FIGURE_SIZE, "%.1f s", seconds < 0.1 ? 0.1 : seconds);
    else
        figure_left(out, seconds);
}

bool forecast_time_words(const struct forecast *f, int epochs, double job_seconds, char *out, size_t size)
{
    double seconds = epochs * probe_epoch_seconds(&f->result);
    char all[FIGURE_SIZE], left[FIGURE_SIZE];
    bool in_time = job_seconds < 0 || seconds <= job_seconds;

    out[0] = '\0';
    if (f->time == TIME_TAKING)
        snprintf(out, size, "timing a few steps");
    if (f->time == TIME_FAILED)
        snprintf(out, size, "no time: %s", f->error.text);
    if (f->time != TIME_TAKEN)
        return f->time != TIME_FAILED;
    write_duration(all, seconds);
    figure_left(left, job_seconds);
    if (in_time)
        snprintf(out, size, "%d epoch%s ≈ %s, by %d timed step%s", epochs, epochs == 1 ? "" : "s", all,
                 f->result.steps, f->result.steps == 1 ? "" : "s");
    else
        snprintf(out, size, "%d epoch%s ≈ %s, the job has %s", epochs, epochs == 1 ? "" : "s", all, left);
    return in_time;
}
