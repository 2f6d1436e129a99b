#include "run/predictions/confusion.h"

#include <math.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"

bool confusion_new(struct confusion *c, const struct predictions *p, struct error *e)
{
    const size_t classes = (size_t)p->classes;

    *c = (struct confusion){ .classes = p->classes, .count = memory_new(classes * classes, sizeof *c->count, e) };
    for (uint32_t i = 0; c->count && i < p->n; i++)
        c->count[(size_t)p->label[i] * classes + (size_t)predictions_class(p, i)]++;
    return c->count;
}

void confusion_free(struct confusion *c)
{
    free(c->count);
    *c = (struct confusion){ .count = NULL };
}

static double share(uint32_t part, uint32_t whole)
{
    return whole > 0 ? (double)part / whole : NAN;
}

static struct confusion_figures figures_of(const struct confusion *c, int class)
{
    const uint32_t right = confusion_count(c, class, class);
    uint32_t support = 0, answered = 0;

    for (int other = 0; other < c->classes; other++) {
        support += confusion_count(c, class, other);
        answered += confusion_count(c, other, class);
    }
    return (struct confusion_figures){ share(right, answered), share(right, support),
                                       share(2 * right, support + answered), support };
}

void confusion_of_classes(const struct confusion *c, struct confusion_figures *out)
{
    for (int class = 0; class < c->classes; class++)
        out[class] = figures_of(c, class);
}

static void add(struct confusion_figures *sum, const struct confusion_figures *f, double weight)
{
    sum->precision += weight * (isnan(f->precision) ? 0 : f->precision);
    sum->recall += weight * f->recall;
    sum->f1 += weight * f->f1;
    sum->support += f->support;
}

static void divide(struct confusion_figures *sum, double by)
{
    sum->precision /= by;
    sum->recall /= by;
    sum->f1 /= by;
}

void confusion_means(const struct confusion *c, struct confusion_figures *macro, struct confusion_figures *weighted)
{
    int present = 0;

    *macro = *weighted = (struct confusion_figures){ .support = 0 };
    for (int class = 0; class < c->classes; class++) {
        const struct confusion_figures f = figures_of(c, class);

        if (f.support == 0)
            continue;
        present++;
        add(macro, &f, 1);
        add(weighted, &f, f.support);
    }
    divide(macro, present);
    divide(weighted, weighted->support);
}

static bool is_before(const struct confusion_pair *one, const struct confusion_pair *other)
{
    return one->count > other->count; /* they are looked at in the order of label and answer */
}

int confusion_pairs(const struct confusion *c, int most, struct confusion_pair *out)
{
    int n = 0;

    for (int label = 0; label < c->classes; label++)
        for (int answer = 0; answer < c->classes; answer++) {
            const struct confusion_pair pair = { label, answer, confusion_count(c, label, answer) };
            int at = int_min(n, most - 1);

            if (label == answer || pair.count == 0 || (n == most && !is_before(&pair, &out[most - 1])))
                continue;
            for (; at > 0 && is_before(&pair, &out[at - 1]); at--)
                out[at] = out[at - 1];
            out[at] = pair;
            n = int_min(n + 1, most);
        }
    return n;
}
