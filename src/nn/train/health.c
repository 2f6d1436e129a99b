#include "nn/train/health.h"

#include <math.h>

#include "nn/plan/plan.h"

const struct layer_health layer_health_unknown = { NAN, NAN, NAN, NAN };

/* Number `result` of those that an operation writes to METRICS. */
static float result_of(const struct plan *plan, const struct op *op, const float *metrics)
{
    return metrics[plan->values[op->out[0]].offset / sizeof *metrics];
}

/* Of a residual layer with several ReLUs, the share of all. */
static void read_silent(const struct plan *plan, const float *metrics, struct health *out)
{
    float channels[HEALTH_LAYERS_MAX] = { 0 }, silent[HEALTH_LAYERS_MAX] = { 0 };

    for (int i = plan->spans[SPAN_HEALTH_FORWARD].first; i < plan->spans[SPAN_HEALTH_FORWARD].end; i++) {
        const struct op *op = &plan->ops[i];

        channels[op->layer] += (float)op->norm.channels;
        silent[op->layer] += result_of(plan, op, metrics);
    }
    for (int layer = 0; layer < out->n_layers; layer++)
        if (channels[layer] > 0)
            out->layers[layer].dead = silent[layer] / channels[layer];
}

static void read_norms(const struct plan *plan, const float *metrics, struct health *out)
{
    for (int i = plan->spans[SPAN_HEALTH_BACKWARD].first; i < plan->spans[SPAN_HEALTH_BACKWARD].end; i++) {
        const struct op *op = &plan->ops[i];
        struct layer_health *l = &out->layers[op->layer];
        bool of_weights = plan->values[op->in[0]].arena == ARENA_PARAMETERS;

        *(of_weights ? &l->weight : &l->gradient) = result_of(plan, op, metrics);
    }
    for (int i = plan->spans[SPAN_HEALTH_UPDATE].first; i < plan->spans[SPAN_HEALTH_UPDATE].end; i++)
        out->layers[plan->ops[i].layer].update = result_of(plan, &plan->ops[i], metrics);
}

static int layers_looked_at(const struct plan *plan)
{
    int most = -1;

    for (int i = 0; i < plan->n_ops; i++)
        if (plan_behind(plan, i) != i && plan->ops[i].layer > most)
            most = plan->ops[i].layer;
    return most + 1;
}

void health_read(const struct plan *plan, const float *metrics, struct health *out)
{
    out->n_layers = layers_looked_at(plan);
    for (int layer = 0; layer < out->n_layers; layer++)
        out->layers[layer] = layer_health_unknown;
    read_silent(plan, metrics, out);
    read_norms(plan, metrics, out);
}

bool layer_health_any(const struct layer_health *l)
{
    return !isnan(l->gradient) || !isnan(l->weight) || !isnan(l->dead);
}

double layer_health_ratio(const struct layer_health *l)
{
    return l->weight > 0 ? (double)l->update / (double)l->weight : NAN;
}

int health_last(const struct health *h)
{
    int last = h->n_layers - 1;

    while (last >= 0 && isnan(h->layers[last].gradient))
        last--;
    return last;
}
