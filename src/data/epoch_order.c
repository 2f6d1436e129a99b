#include "data/epoch_order.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/random.h"

/* Images first[k]..first[k + 1] of `images` are those of the k-th class that has any. */
struct epoch_classes {
    uint32_t count;
    int classes;
    uint32_t *first;  /* [classes + 1] */
    uint32_t *images; /* [count] */
    uint32_t *drawn;  /* [count] for the epoch that is made, before it is shuffled */
    uint32_t *turns;  /* [count] a permutation */
};

void epoch_order_shuffled(const uint32_t *member, uint32_t count, uint64_t seed, uint32_t epoch, uint32_t *order)
{
    random_permutation(order, count, seed, RANDOM_SHUFFLE, epoch);
    for (uint32_t i = 0; i < count; i++)
        order[i] = member[order[i]];
}

/* Counts by label, [labels + 1], become the places of their classes; labels without images fall out. */
static void place_classes(struct epoch_classes *c, const uint32_t *of_label, uint32_t *place, int32_t labels)
{
    uint32_t at = 0;

    for (int32_t label = 0; label < labels; label++) {
        place[label] = at;
        if (of_label[label] > 0)
            c->first[c->classes++] = at;
        at += of_label[label];
    }
    c->first[c->classes] = at;
}

static bool group(struct epoch_classes *c, const uint32_t *member, const int32_t *labels, struct error *e)
{
    int32_t all = 0;

    for (uint32_t i = 0; i < c->count; i++)
        all = (int32_t)int64_max(all, labels[member[i]] + 1);

    uint32_t *of_label = memory_new((size_t)all, sizeof *of_label, e);
    uint32_t *place = of_label ? memory_new((size_t)all, sizeof *place, e) : NULL;

    c->first = place ? memory_new((size_t)all + 1, sizeof *c->first, e) : NULL;
    if (c->first) {
        for (uint32_t i = 0; i < c->count; i++)
            of_label[labels[member[i]]]++;
        place_classes(c, of_label, place, all);
        for (uint32_t i = 0; i < c->count; i++)
            c->images[place[labels[member[i]]]++] = member[i];
    }
    free(of_label);
    free(place);
    return c->first != NULL;
}

struct epoch_classes *epoch_order_classes(const uint32_t *member, uint32_t count, const int32_t *labels,
                                          struct error *e)
{
    struct epoch_classes *c = memory_new(1, sizeof *c, e);

    if (!c)
        return NULL;
    c->count = count;
    if ((c->images = memory_new(count, sizeof *c->images, e)) && (c->drawn = memory_new(count, sizeof *c->drawn, e)) &&
        (c->turns = memory_new(count, sizeof *c->turns, e)) && group(c, member, labels, e))
        return c;
    epoch_order_free(c);
    return NULL;
}

void epoch_order_free(struct epoch_classes *c)
{
    if (!c)
        return;
    free(c->first);
    free(c->images);
    free(c->drawn);
    free(c->turns);
    free(c);
}

/* So many images of a class: all of them as often as that goes, then some, which ones by a permutation. */
static void draw_class(struct epoch_classes *c, int class, uint64_t seed, uint32_t epoch, uint32_t *to, uint32_t wanted)
{
    const uint32_t *images = c->images + c->first[class];
    uint32_t size = c->first[class + 1] - c->first[class];

    for (; wanted >= size; wanted -= size, to += size)
        memcpy(to, images, size * sizeof *to);
    /* A key of its own for each class, since the permutation depends on the key, the epoch and the size alone. */
    random_permutation(c->turns, size, seed + ((uint64_t)class << 32), RANDOM_BALANCE, epoch);
    for (uint32_t i = 0; i < wanted; i++)
        to[i] = images[c->turns[i]];
}

void epoch_order_balanced(struct epoch_classes *c, uint64_t seed, uint32_t epoch, uint32_t *order)
{
    for (int k = 0; k < c->classes; k++) {
        uint32_t begin = (uint32_t)((uint64_t)c->count * (uint64_t)k / (uint64_t)c->classes);
        uint32_t end = (uint32_t)((uint64_t)c->count * (uint64_t)(k + 1) / (uint64_t)c->classes);

        draw_class(c, k, seed, epoch, c->drawn + begin, end - begin);
    }
    epoch_order_shuffled(c->drawn, c->count, seed, epoch, order);
}
