#include "run/batch_probe.h"

#include <math.h>

#include "base/limits.h"
#include "base/text.h"
#include "nn/recipe/compile.h"
#include "run/memory_room.h"
#include "run/probe.h"

static const double longest_step = 2;

struct measurement {
    const struct recipe *recipe;
    const struct dataset_info *info;
    const struct batch_probe_listener *listener;
    bool over[BATCH_DEVICES_MAX];
};

/* False with why not. */
static bool fits(const struct recipe *r, const struct device *device, const struct dataset_info *info, struct error *e)
{
    struct plan *plan =
        compile_recipe(r, shape_image(info->height, info->width, info->channels), info->classes, true, e);

    if (!plan)
        return false;

    const struct memory_room room = memory_room_read(device);
    const struct memory_need need = memory_need(r, plan, info, device, &room);

    plan_free(plan);
    return memory_room_check(&room, &need, e);
}

static bool measure_rate(const struct measurement *m, const struct device *device, int batch, struct batch_rate *out,
                         struct error *e)
{
    struct recipe r = *m->recipe;
    double seconds[BATCH_ROUNDS];

    r.training.batch = batch;
    r.data.validation = 0; /* whose images would leave fewer for whole batches */
    if (!fits(&r, device, m->info, e) ||
        !probe_rounds(&r, device, m->info, m->listener ? m->listener->go_on : NULL,
                      m->listener ? m->listener->context : NULL, BATCH_ROUNDS, seconds, e))
        return false;
    *out = (struct batch_rate){ .batch = batch,
                                .median = batch / seconds[BATCH_ROUNDS / 2],
                                .least = batch / seconds[BATCH_ROUNDS - 1],
                                .most = batch / seconds[0] };
    return true;
}

/* Whether a device goes on with the next batch is in m->over. False with an error that ends all. */
static bool take_rate(struct measurement *m, const struct device *device, int position, int batch,
                      struct batch_curve *curve, struct error *e)
{
    struct batch_rate rate;

    if (!measure_rate(m, device, batch, &rate, e)) {
        m->over[position] = true;
        text_sanitise(curve->why_end, sizeof curve->why_end, e->text);
        return e->kind == ERROR_MEMORY;
    }
    curve->rates[curve->count++] = rate;
    if (batch / rate.most > longest_step) { /* the quickest: others may be slow for the node's sake */
        m->over[position] = true;
        text_append(curve->why_end, sizeof curve->why_end, "a step of %d images takes %.1f s", batch,
                    batch / rate.most);
    }
    return !m->listener || !m->listener->rate || m->listener->rate(m->listener->context, curve, &rate) ||
           error_set(e, ERROR_STOPPED, "the measurement was stopped");
}

static int largest_batch(const struct recipe *r, const struct dataset_info *info)
{
    const double images = info->count[SPLIT_TRAIN] * (1 - r->data.validation);

    return int_clamp((int)fmin(images, 1 << (BATCH_SIZES_MAX - 1)), 1, 1 << (BATCH_SIZES_MAX - 1));
}

bool batch_probe_measure(const struct recipe *r, const struct device *devices, int count,
                         const struct dataset_info *info, const struct batch_probe_listener *listener,
                         struct batch_probe *out, struct error *e)
{
    struct measurement m = { .recipe = r, .info = info, .listener = listener };
    const int largest = largest_batch(r, info);

    *out = (struct batch_probe){ .count = int_min(count, BATCH_DEVICES_MAX) };
    for (int i = 0; i < out->count; i++)
        text_copy(out->curves[i].device, sizeof out->curves[i].device, devices[i].info.id);
    for (int batch = 1; batch <= largest; batch *= 2)
        for (int i = 0; i < out->count; i++)
            if (!m.over[i] && !take_rate(&m, &devices[i], i, batch, &out->curves[i], e))
                return false;
    for (int i = 0; i < out->count; i++)
        if (!m.over[i])
            text_append(out->curves[i].why_end, sizeof out->curves[i].why_end, "there are %d images to train on",
                        largest);
    return true;
}

/* How many times as fast, at the batch of a position that both have. */
static double ratio_at(const struct batch_curve *slow, const struct batch_curve *fast, int position)
{
    return fast->rates[position].median / slow->rates[position].median;
}

double batch_probe_crossover(const struct batch_curve *slow, const struct batch_curve *fast)
{
    const int common = int_min(slow->count, fast->count);
    int first = common;

    while (first > 0 && ratio_at(slow, fast, first - 1) > 1)
        first--;
    if (first == common)
        return 0;
    if (first == 0)
        return fast->rates[0].batch;

    const double below = log(ratio_at(slow, fast, first - 1)), above = log(ratio_at(slow, fast, first));

    return fast->rates[first - 1].batch *
           pow((double)fast->rates[first].batch / fast->rates[first - 1].batch, -below / (above - below));
}

static void tell_pair(const struct batch_curve *base, const struct batch_curve *other, char *to, size_t size)
{
    const int common = int_min(base->count, other->count);
    const struct batch_curve *slow = base, *fast = other;

    if (common == 0) {
        text_append(to, size, "%s and %s have no batch in common", base->device, other->device);
        return;
    }
    if (ratio_at(base, other, common - 1) <= 1) {
        slow = other;
        fast = base;
    }

    const double crossover = batch_probe_crossover(slow, fast), times = ratio_at(slow, fast, common - 1);
    const int last = fast->rates[common - 1].batch;

    if (fast->rates[common - 1].least <= slow->rates[common - 1].most)
        text_append(to, size, "%s and %s differ by no more than the spread at a batch of %d", base->device,
                    other->device, last);
    else if (crossover <= 1)
        text_append(to, size, "%s is faster than %s at every batch, %.2g times as fast at %d", fast->device,
                    slow->device, times, last);
    else
        text_append(to, size, "%s is faster than %s from a batch of %.0f on, %.2g times as fast at %d", fast->device,
                    slow->device, ceil(crossover), times, last);
}

void batch_probe_verdict(const struct batch_probe *p, char *to, size_t size)
{
    to[0] = '\0';
    for (int i = 1; i < p->count; i++) {
        text_append(to, size, "%s", i > 1 ? "; " : "");
        tell_pair(&p->curves[0], &p->curves[i], to, size);
    }
}
