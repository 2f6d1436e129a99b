#include "data/subset.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"

enum split subset_split(enum subset subset, double validation)
{
    return subset == SUBSET_TRAIN || (subset == SUBSET_VALIDATION && validation > 0) ? SPLIT_TRAIN : SPLIT_TEST;
}

/* The part of the training split that is held out, or the other one, in the order of the source; *n: how many. */
static bool choose(uint32_t *member, uint32_t *n, uint32_t count, double validation, bool want_held_out, uint64_t seed,
                   struct error *e)
{
    uint32_t held_out = (uint32_t)((double)count * validation + 0.5);
    uint32_t *shuffled = memory_new(count, sizeof *shuffled, e);
    bool *is_held_out = memory_new(count, sizeof *is_held_out, e);
    bool chosen = shuffled && is_held_out;

    if (chosen) {
        random_permutation(shuffled, count, seed, RANDOM_SPLIT, 0);
        for (uint32_t i = 0; i < held_out; i++)
            is_held_out[shuffled[i]] = true;
        for (uint32_t i = 0; i < count; i++)
            if (is_held_out[i] == want_held_out)
                member[(*n)++] = i;
    }
    free(shuffled);
    free(is_held_out);
    return chosen;
}

static bool no_images(const struct dataset_info *info, enum subset subset, double validation, struct error *e)
{
    return error_set(e, ERROR_INPUT,
                     "%s has no images to %s with: %u in its training set, %g of them for validation, "
                     "%u in its test set",
                     info->name, subset == SUBSET_TRAIN ? "train" : "measure", info->count[SPLIT_TRAIN], validation,
                     info->count[SPLIT_TEST]);
}

uint32_t *subset_members(const struct dataset_info *info, enum subset subset, double validation, uint64_t seed,
                         uint32_t *count, struct error *e)
{
    bool whole = subset == SUBSET_TEST || validation <= 0;
    uint32_t all = info->count[subset_split(subset, validation)];
    uint32_t *member = memory_new(all, sizeof *member, e);

    *count = 0;
    if (!member)
        return NULL;
    for (; whole && *count < all; ++*count)
        member[*count] = *count;
    if ((whole || choose(member, count, all, validation, subset == SUBSET_VALIDATION, seed, e)) &&
        (*count > 0 || no_images(info, subset, validation, e)))
        return member;
    free(member);
    return NULL;
}
