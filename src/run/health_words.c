#include "run/health_words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "nn/recipe/recipe_rate.h"

const char *const health_words[HEALTH_FAULT_COUNT] = {
#define WORD(fault, word, measure, limit, below) [HEALTH_##fault] = word,
    HEALTH_FAULTS(WORD)
#undef WORD
    [HEALTH_FINE] = "well",
    [HEALTH_UNKNOWN] = "n/a",
};

double health_words_relative(const struct health *h, int layer)
{
    int last = health_last(h);
    double whole = last >= 0 ? (double)h->layers[last].gradient : 0;

    return whole > 0 ? (double)h->layers[layer].gradient / whole : NAN;
}

static double broken(const struct health *h, int layer)
{
    const struct layer_health *l = &h->layers[layer];

    return isinf(l->gradient) || isinf(l->weight) || isinf(l->update);
}

static double relative(const struct health *h, int layer)
{
    return health_words_relative(h, layer);
}

static double dead(const struct health *h, int layer)
{
    return (double)h->layers[layer].dead;
}

static double ratio(const struct health *h, int layer)
{
    return layer_health_ratio(&h->layers[layer]);
}

static const struct {
    double (*measure)(const struct health *h, int layer);
    double limit;
    bool below;
} faults[] = {
#define ROW(fault, word, measured, at, beneath) [HEALTH_##fault] = { measured, at, beneath },
    HEALTH_FAULTS(ROW)
#undef ROW
};

enum { FAULTS = sizeof faults / sizeof *faults };

/* Comparisons with what is not known are false. `times`: so far beyond the limit. */
static bool has_fault(const struct health *h, int layer, int fault, double times)
{
    double measured = faults[fault].measure(h, layer), limit = faults[fault].limit;

    return faults[fault].below ? measured < limit / times : measured > limit * times;
}

bool health_words_has(const struct health *h, int layer, enum health_fault fault)
{
    return (int)fault < FAULTS && has_fault(h, layer, fault, 1);
}

enum health_fault health_words_layer(const struct health *h, int layer)
{
    if (!layer_health_any(&h->layers[layer]))
        return HEALTH_UNKNOWN;
    for (int fault = 0; fault < FAULTS; fault++)
        if (has_fault(h, layer, fault, 1))
            return (enum health_fault)fault;
    return HEALTH_FINE;
}

/* The layer in which it is worst, of those that have it as their gravest fault; -1: none. *others: how many have it
 * besides. */
static int worst_layer(const struct health *h, enum health_fault fault, int *others)
{
    int worst = -1;

    *others = -1;
    for (int i = 0; i < h->n_layers; i++) {
        if (health_words_layer(h, i) != fault)
            continue;
        ++*others;

        double now = faults[fault].measure(h, i), before = worst < 0 ? NAN : faults[fault].measure(h, worst);

        if (worst < 0 || (faults[fault].below ? now < before : now > before))
            worst = i;
    }
    return worst;
}

static bool has_layer(const struct recipe *recipe, const char *class)
{
    for (int i = 0; i < recipe->n_layers; i++)
        if (strcmp(recipe->layers[i].class->name, class) == 0)
            return true;
    return false;
}

static const char *against_vanishing(const struct recipe *recipe)
{
    bool residual = has_layer(recipe, "residual") || has_layer(recipe, "bottleneck");
    bool norm = has_layer(recipe, "batch_norm");

    return residual ? "try fewer layers or relu" : norm ? "try residual layers" : "try residual or batch_norm layers";
}

static void write_fault(const struct health *h, enum health_fault fault, int layer, const struct recipe *recipe,
                        char *out, size_t size)
{
    double measured = faults[fault].measure(h, layer);

    switch (fault) {
    case HEALTH_VANISHES:
        text_append(out, size, "gradient %.0e of the last layer's: it vanishes; %s", measured,
                    against_vanishing(recipe));
        break;
    case HEALTH_EXPLODES:
        text_append(out, size, "gradient %.0e times the last layer's: it explodes; try batch_norm layers, clip or a "
                               "lower learning rate", measured);
        break;
    case HEALTH_DEAD:
        text_append(out, size, "%.0f %% of its ReLUs are 0 for all %d images: dead; try a lower learning rate or "
                               "leaky_relu", 100 * measured, h->images);
        break;
    case HEALTH_LARGE:
        text_append(out, size, "a step changes the weights by %.2g of their size, where 1e-3 is usual; try a lower "
                               "learning rate", measured);
        break;
    case HEALTH_SMALL:
        text_append(out, size, "a step changes the weights by %.0e of their size, where 1e-3 is usual; try a higher "
                               "learning rate", measured);
        break;
    default:
        text_append(out, size, "its gradient or its weights are not finite; try a lower learning rate");
    }
}

/* While the schedule keeps the rate low, at the beginning or at the end, small steps are what was asked for. */
static bool counts(const struct health *h, enum health_fault fault, const struct recipe *recipe)
{
    return fault != HEALTH_SMALL || h->learning_rate >= recipe_rate_peak(recipe) / 2;
}

static enum health_fault find_fault(const struct health *h, const struct recipe *recipe, int *layer, int *others)
{
    for (int fault = 0; fault < FAULTS; fault++)
        if (counts(h, (enum health_fault)fault, recipe) &&
            (*layer = worst_layer(h, (enum health_fault)fault, others)) >= 0)
            return (enum health_fault)fault;
    return HEALTH_FINE;
}

/* The least and the greatest of what is known; false where nothing is. */
static bool range_of(const struct health *h, double (*measure)(const struct health *h, int layer), double *least,
                     double *most)
{
    *least = INFINITY;
    *most = -INFINITY;
    for (int i = 0; i < h->n_layers; i++) {
        *least = fmin(*least, measure(h, i));
        *most = fmax(*most, measure(h, i));
    }
    return *least <= *most;
}

static void write_fine(const struct health *h, char *out, size_t size)
{
    double least, most;

    text_copy(out, size, "well");
    if (range_of(h, relative, &least, &most))
        text_append(out, size, ": gradients are %.2g to %.2g of the last layer's", least, most);
    if (range_of(h, ratio, &least, &most))
        text_append(out, size, ", a step changes weights by %.0e to %.0e of their size", least, most);
}

enum health_fault health_words_network(const struct health *h, const struct recipe *recipe, char *out, size_t size)
{
    int layer, others;
    enum health_fault fault;

    if (h->step == 0) {
        text_copy(out, size, "no step was looked at yet");
        return HEALTH_UNKNOWN;
    }
    fault = find_fault(h, recipe, &layer, &others);
    if (fault == HEALTH_FINE) {
        write_fine(h, out, size);
        return fault;
    }
    snprintf(out, size, "layer %d", layer + 1);
    if (layer < recipe->n_layers)
        text_append(out, size, " (%s)", recipe->layers[layer].class->name);
    if (others > 0)
        text_append(out, size, " and %d other%s", others, others == 1 ? "" : "s");
    text_append(out, size, ": ");
    write_fault(h, fault, layer, recipe, out, size);
    return fault;
}

bool health_words_grave(const struct health *h)
{
    const double far = 100, nearly_all = 0.95;

    for (int i = 0; i < h->n_layers; i++)
        if (has_fault(h, i, HEALTH_BROKEN, 1) || has_fault(h, i, HEALTH_VANISHES, far) ||
            has_fault(h, i, HEALTH_EXPLODES, far) || dead(h, i) > nearly_all)
            return true;
    return false;
}
