#include "run/run_order.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

const char *const run_order_names[] = {
#define RUN_ORDER(ORDER, name, how) #name,
    RUN_ORDERS(RUN_ORDER)
#undef RUN_ORDER
    NULL,
};

const char *const run_order_words[] = {
#define RUN_ORDER(ORDER, name, how) how,
    RUN_ORDERS(RUN_ORDER)
#undef RUN_ORDER
    NULL,
};

static const struct run_entry *entry_at(const void *element)
{
    return *(struct run_entry *const *)element;
}

static int by_name(const void *a, const void *b)
{
    return strverscmp(path_name(entry_at(a)->folder), path_name(entry_at(b)->folder));
}

static int larger_first(double a, double b, const void *one, const void *other)
{
    return a > b ? -1 : a < b ? 1 : by_name(other, one);
}

static int by_when(const void *a, const void *b)
{
    return larger_first((double)entry_at(a)->begun, (double)entry_at(b)->begun, a, b);
}

static int by_accuracy(const void *a, const void *b)
{
    return larger_first(entry_at(a)->progress.best_accuracy, entry_at(b)->progress.best_accuracy, a, b);
}

static int by_length(const void *a, const void *b)
{
    return larger_first(entry_at(a)->progress.seconds, entry_at(b)->progress.seconds, a, b);
}

void run_order_sort(enum run_order order, struct run_entry **entries, int count)
{
    static int (*const compare[RUN_ORDER_COUNT])(const void *a, const void *b) = {
        [RUN_ORDER_WHEN] = by_when,
        [RUN_ORDER_ACCURACY] = by_accuracy,
        [RUN_ORDER_NAME] = by_name,
        [RUN_ORDER_LENGTH] = by_length,
    };

    if (count > 1)
        qsort(entries, (size_t)count, sizeof *entries, compare[order]);
}

static bool holds(const struct run_entry *entry, const char *word)
{
    const struct summary *s = &entry->summary;
    const char *const texts[] = { path_name(entry->folder), s->dataset, s->name, s->device, s->device_name,
                                  run_state_word(entry->state), entry->note };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcasestr(texts[i], word))
            return true;
    return false;
}

bool run_order_fits(const struct run_entry *entry, const char *filter)
{
    char words[512], *rest;

    text_copy(words, sizeof words, filter);
    for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        if (!holds(entry, word))
            return false;
    return true;
}
