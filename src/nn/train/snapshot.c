#include "nn/train/snapshot.h"

#include <stdlib.h>

#include "base/hash.h"

static const enum arena arena_of[SNAPSHOT_ARRAY_COUNT] = {
#define ARRAY(KIND, name, arena) [SNAPSHOT_##KIND] = arena,
    SNAPSHOT_ARRAYS(ARRAY)
#undef ARRAY
};

uint64_t snapshot_layout(const struct plan *plan)
{
    uint64_t hash = 0;

    for (const struct plan_value *v = plan->values; v < plan->values + plan->n_values; v++) {
        const uint64_t place[] = { (uint64_t)v->arena, v->offset, v->bytes, (uint64_t)v->element };

        if (v->arena != ARENA_PARAMETERS && v->arena != ARENA_OPTIMISER && v->arena != ARENA_STATISTICS)
            continue;
        hash = hash_bytes(place, sizeof place, hash);
        hash = hash_bytes(v->dims, (size_t)v->rank * sizeof *v->dims, hash);
    }
    return hash;
}

static size_t bytes_of(const struct plan *plan, int array)
{
    return plan->arena_bytes[arena_of[array]];
}

size_t snapshot_bytes(const struct plan *plan)
{
    size_t bytes = 0;

    for (int i = 0; i < SNAPSHOT_ARRAY_COUNT; i++)
        bytes += bytes_of(plan, i);
    return bytes;
}

bool snapshot_new(struct snapshot *out, const struct plan *plan, struct error *e)
{
    *out = (struct snapshot){ .layout = snapshot_layout(plan) };
    for (int i = 0; i < SNAPSHOT_ARRAY_COUNT; i++) {
        out->bytes[i] = bytes_of(plan, i);
        out->array[i] = out->bytes[i] ? memory_new_aligned(1, out->bytes[i], e) : NULL;
        if (out->bytes[i] && !out->array[i]) {
            snapshot_free(out);
            return false;
        }
    }
    return true;
}

void snapshot_free(struct snapshot *s)
{
    for (int i = 0; i < SNAPSHOT_ARRAY_COUNT; i++)
        free(s->array[i]);
    *s = (struct snapshot){ 0 };
}

bool snapshot_fits(const struct snapshot *s, const struct plan *plan, struct error *e)
{
    bool fits = s->layout == snapshot_layout(plan);

    for (int i = 0; i < SNAPSHOT_ARRAY_COUNT; i++)
        fits = fits && s->bytes[i] == bytes_of(plan, i);
    return fits || error_set(e, ERROR_INPUT, "the checkpoint is of another network, optimiser or version of cuvette: "
                                             "it cannot go on with this recipe");
}
