#include "run/tensorboard/event_scalars.h"

#include <math.h>
#include <stdio.h>

struct scalars {
    int n;
    struct event_scalar list[EVENT_SCALARS_MAX];
};

static void add(struct scalars *s, const char *tag, double number)
{
    struct event_scalar *next = &s->list[s->n++];

    snprintf(next->tag, sizeof next->tag, "%s", tag);
    next->value = (float)number;
}

static void add_known(struct scalars *s, const char *tag, double number)
{
    if (!isnan(number))
        add(s, tag, number);
}

static bool append(struct event_records *r, double began, double seconds, uint64_t step, const struct scalars *s,
                   struct error *e)
{
    return s->n == 0 || event_records_add(r, (struct event_time){ began + seconds, step }, s->list, s->n, e);
}

bool event_scalars_step(struct event_records *r, double began, const struct point *p, struct error *e)
{
    struct scalars s = { .n = 0 };

    add(&s, "train/loss", p->loss);
    add_known(&s, "train/accuracy", p->accuracy);
    add_known(&s, "train/learning_rate", p->learning_rate);
    if (p->images_per_second > 0)
        add(&s, "train/images_per_second", p->images_per_second);
    add_known(&s, "train/epoch", p->position);
    return append(r, began, p->seconds, p->step, &s, e);
}

bool event_scalars_epoch(struct event_records *r, double began, const struct point *train, const struct point *valid,
                         const struct point *any_step, struct error *e)
{
    const double steps_an_epoch = any_step->position > 0 ? (double)any_step->step / any_step->position : 0;
    struct scalars s = { .n = 0 };

    add(&s, "train/epoch_loss", train->loss);
    add_known(&s, "train/epoch_accuracy", train->accuracy);
    if (valid && !(isnan(valid->loss) && isnan(valid->accuracy))) {
        add(&s, "valid/loss", valid->loss);
        add_known(&s, "valid/accuracy", valid->accuracy);
    }
    return append(r, began, train->seconds, (uint64_t)llround(train->position * steps_an_epoch), &s, e);
}

bool event_scalars_health(struct event_records *r, double began, const struct health *h, const struct recipe *recipe,
                          struct error *e)
{
    for (int i = 0; i < h->n_layers && i < recipe->n_layers; i++) {
        const struct layer_health *l = &h->layers[i];
        const struct {
            const char *group;
            double number;
        } found[] = {
            { "gradient", l->gradient }, { "weights", l->weight }, { "update_ratio", layer_health_ratio(l) },
            { "dead", l->dead },
        };
        struct scalars s = { .n = 0 };

        for (size_t k = 0; k < sizeof found / sizeof found[0]; k++) {
            char tag[sizeof s.list->tag];

            snprintf(tag, sizeof tag, "%s/%d_%.60s", found[k].group, i + 1, recipe->layers[i].class->name);
            add_known(&s, tag, found[k].number);
        }
        if (!append(r, began, h->seconds, h->step, &s, e))
            return false;
    }
    return true;
}
