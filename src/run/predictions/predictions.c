#include "run/predictions/predictions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"

bool predictions_new(struct predictions *p, uint32_t n, int classes, struct error *e)
{
    const int top = int_min(classes, PREDICTIONS_TOP);

    *p = (struct predictions){ .classes = classes, .top = top, .n = n };
    if ((p->index = memory_new(n, sizeof *p->index, e)) && (p->label = memory_new(n, sizeof *p->label, e)) &&
        (p->place = memory_new(n, sizeof *p->place, e)) && (p->of_label = memory_new(n, sizeof *p->of_label, e)) &&
        (p->class = memory_new((size_t)n * (size_t)top, sizeof *p->class, e)) &&
        (p->probability = memory_new((size_t)n * (size_t)top, sizeof *p->probability, e)))
        return true;
    predictions_free(p);
    return false;
}

void predictions_free(struct predictions *p)
{
    free(p->index);
    free(p->label);
    free(p->place);
    free(p->of_label);
    free(p->class);
    free(p->probability);
    *p = (struct predictions){ .n = 0 };
}

/* Puts a class among the `filled` likeliest, of which there are at most `top`. */
static void insert(uint16_t *class, float *probability, int filled, int top, int candidate, float its)
{
    int at = int_min(filled, top - 1);

    if (filled == top && its <= probability[top - 1])
        return;
    for (; at > 0 && probability[at - 1] < its; at--) {
        class[at] = class[at - 1];
        probability[at] = probability[at - 1];
    }
    class[at] = (uint16_t)candidate;
    probability[at] = its;
}

bool predictions_note(struct predictions *p, uint32_t i, uint32_t index, int32_t label, const float *probability)
{
    const size_t first = (size_t)i * (size_t)p->top;
    int before = 0;

    for (int c = 0; c < p->classes; c++) {
        if (!isfinite(probability[c]))
            return false;
        insert(p->class + first, p->probability + first, int_min(c, p->top), p->top, c, probability[c]);
        before += probability[c] > probability[label] || (c < label && probability[c] == probability[label]);
    }
    p->index[i] = index;
    p->label[i] = label;
    p->place[i] = (uint16_t)before;
    p->of_label[i] = probability[label];
    return true;
}

static void move(struct predictions *p, uint32_t to, uint32_t from)
{
    const size_t top = (size_t)p->top;

    p->index[to] = p->index[from];
    p->label[to] = p->label[from];
    p->place[to] = p->place[from];
    p->of_label[to] = p->of_label[from];
    memmove(p->class + to * top, p->class + from * top, top * sizeof *p->class);
    memmove(p->probability + to * top, p->probability + from * top, top * sizeof *p->probability);
}

void predictions_filter(struct predictions *p, bool (*keep)(const void *context, uint32_t index), const void *context)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < p->n; i++)
        if (keep(context, p->index[i]))
            move(p, kept++, i);
    p->n = kept;
}

double predictions_accuracy(const struct predictions *p, int places)
{
    uint32_t right = 0;

    for (uint32_t i = 0; i < p->n; i++)
        right += p->place[i] < places;
    return p->n > 0 ? (double)right / p->n : NAN;
}
