#include "nn/train/step_profile.h"

#include "base/text.h"

const char *const step_part_names[STEP_PARTS_COUNT] = {
#define PART(KIND, name, help) #name,
    STEP_PARTS(PART)
#undef PART
};

const char *const step_part_help[STEP_PARTS_COUNT] = {
#define PART(KIND, name, help) help,
    STEP_PARTS(PART)
#undef PART
};

double step_profile_share(const struct step_profile *p, enum step_part part)
{
    return p->step > 0 ? p->part[part] / p->step : 0;
}

static double layer_seconds(const struct step_profile *p, int layer)
{
    const double *of = p->layer[layer];

    return of[STEP_FORWARD] + of[STEP_BACKWARD] + of[STEP_UPDATE];
}

double step_profile_layer_share(const struct step_profile *p, int layer)
{
    return p->step > 0 ? layer_seconds(p, layer) / p->step : 0;
}

int step_profile_slowest(const struct step_profile *p)
{
    int slowest = -1;

    for (int i = 0; p->sampled && i < p->n_layers; i++)
        if (slowest < 0 || layer_seconds(p, i) > layer_seconds(p, slowest))
            slowest = i;
    return slowest;
}

static const enum step_part waits[] = { STEP_READ, STEP_DECODE, STEP_WAIT };
enum { WAITS = sizeof waits / sizeof *waits };

/* What takes so much of a step is worth a word, whatever computing takes. Waits count together. */
static const double wait_share = 0.2;
static const struct {
    enum step_part part;
    double share;
} suspects[] = { { STEP_RANKS, 0.2 }, { STEP_OTHER, 0.3 }, { STEP_COPY, 0.2 } };

/* The largest of the waits stands for all of them. */
static bool say_wait(const struct step_profile *p, char *out, size_t size)
{
    enum step_part largest = waits[0];
    double share = 0;

    for (int i = 0; i < WAITS; i++) {
        share += step_profile_share(p, waits[i]);
        if (p->part[waits[i]] > p->part[largest])
            largest = waits[i];
    }
    if (share < wait_share)
        return false;
    text_append(out, size, "%.0f %% of a step %s", 100 * share, step_part_help[largest]);
    if (p->decoding_threads > 0)
        text_append(out, size, ": %.1f of %d core%s decode", p->decoding_cores, p->decoding_threads,
                    p->decoding_threads == 1 ? "" : "s");
    text_append(out, size, "%s",
                largest == STEP_DECODE            ? "; import them as raw, or ask for more cores"
                : !p->from_files                  ? ""
                : p->decoding_threads == 0        ? "; with more memory the set could be held"
                : largest == STEP_READ            ? "; import them into one file"
                                                  : "");
    return true;
}

void step_profile_verdict(const struct step_profile *p, const char *slowest, char *out, size_t size)
{
    int layer = step_profile_slowest(p);

    out[0] = '\0';
    if (say_wait(p, out, size))
        return;
    for (size_t i = 0; i < sizeof suspects / sizeof *suspects; i++)
        if (step_profile_share(p, suspects[i].part) >= suspects[i].share) {
            text_append(out, size, "%.0f %% of a step %s", 100 * step_profile_share(p, suspects[i].part),
                        step_part_help[suspects[i].part]);
            return;
        }
    if (layer >= 0)
        text_append(out, size, "layer %d (%s) takes %.0f %% of a step", layer + 1, slowest,
                    100 * step_profile_layer_share(p, layer));
}
