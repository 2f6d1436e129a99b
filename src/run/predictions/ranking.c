#include "run/predictions/ranking.h"

#include <stdlib.h>

const char *const ranking_names[RANKING_COUNT] = {
#define RANKING(KIND, name, label) #name,
    RANKINGS(RANKING)
#undef RANKING
};

const char *const ranking_labels[RANKING_COUNT] = {
#define RANKING(KIND, name, label) label,
    RANKINGS(RANKING)
#undef RANKING
};

static int compare(float first, float second, uint32_t a, uint32_t b)
{
    if (first != second)
        return first < second ? -1 : 1;
    return a < b ? -1 : a > b;
}

static int by_label(const void *one, const void *other, void *predictions)
{
    const struct predictions *p = predictions;
    const uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;

    return compare(p->of_label[a], p->of_label[b], a, b);
}

static int by_confidence(const void *one, const void *other, void *predictions)
{
    const struct predictions *p = predictions;
    const uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;

    return compare(predictions_confidence(p, a), predictions_confidence(p, b), a, b);
}

uint32_t ranking_make(const struct predictions *p, enum ranking ranking, int label, int answer, uint32_t *out)
{
    static int (*const orders[RANKING_COUNT])(const void *, const void *, void *) = {
        [RANKING_WORST] = by_label, [RANKING_UNSURE] = by_confidence, [RANKING_ORDER] = NULL
    };
    uint32_t n = 0;

    for (uint32_t i = 0; i < p->n; i++)
        if ((label == RANKING_ANY || p->label[i] == label) &&
            (answer == RANKING_ANY || predictions_class(p, i) == answer) &&
            (ranking != RANKING_WORST || p->place[i] > 0))
            out[n++] = i;
    if (orders[ranking])
        qsort_r(out, n, sizeof *out, orders[ranking], (void *)p);
    return n;
}
