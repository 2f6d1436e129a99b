#include "run/memory_need.h"

#include "base/limits.h"
#include "base/text.h"
#include "data/loader.h"
#include "nn/recipe/augmentation.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/shares.h"
#include "nn/train/features.h"
#include "nn/train/snapshot.h"
#include "nn/train/recipe_images.h"

static uint64_t bytes_of_split(const struct dataset_info *info, enum split split)
{
    return (uint64_t)info->count[split] * dataset_image_bytes(info);
}

static uint64_t images_in_memory(const struct recipe *r, const struct dataset_info *info,
                                 const struct memory_room *room)
{
    const uint64_t images = (uint64_t)info->count[SPLIT_TRAIN] + info->count[SPLIT_TEST];
    const size_t image = info->original > 0 ? info->original : dataset_image_bytes(info);
    bool held = info->in_memory || catalogue_fits(info, recipe_images_memory(r, room->limit));

    return held ? images * (image + sizeof(int32_t)) : 0;
}

/* As executor_hold() decides: a quarter of what is left stays free. */
static uint64_t images_held(const struct dataset_info *info, uint64_t room, uint64_t taken)
{
    uint64_t held = 0;

    for (int split = 0; split < SPLIT_COUNT; split++) {
        uint64_t bytes = bytes_of_split(info, (enum split)split);
        uint64_t left = room > taken + held ? room - taken - held : 0;

        if (split != SPLIT_TRAIN || !info->anew)
            held += bytes <= left - left / 4 ? bytes : 0;
    }
    return held;
}

/* Of one of `parts` trainers that share the batch. */
static uint64_t batches_ahead(const struct recipe *r, const struct dataset_info *info, bool bare, uint64_t limit,
                              int parts)
{
    struct dataset_info seen = *info;
    uint64_t bytes = 0;
    static const int32_t labels[1];

    for (int subset = SUBSET_TRAIN; subset <= SUBSET_TEST; subset++) {
        const struct loader_options o = { .subset = (enum subset)subset,
                                          .validation = r->data.validation,
                                          .batch = subset == SUBSET_TRAIN ? r->training.batch : recipe_rows(r),
                                          .shuffle = subset == SUBSET_TRAIN,
                                          .share = shares_largest(r->training.shares, parts),
                                          .next = subset == SUBSET_TRAIN && augmentation_mixes(&r->data),
                                          .memory = recipe_images_window(r, limit),
                                          .labels = bare ? labels : NULL };

        if (subset != SUBSET_TEST || r->data.validation > 0)
            bytes += loader_bytes(&o, &seen);
    }
    return bytes;
}

/* cuBLASLt gets this much, see gpu/core/gpu_product.c. */
static uint64_t product_room(uint64_t device_memory)
{
    const uint64_t most = (uint64_t)32 << 20;

    return device_memory / 256 < most ? device_memory / 256 : most;
}

/* Of one of `parts` trainers that share the batch. Where no plan of one can be made, it counts as the whole. */
static uint64_t plan_bytes_of_part(const struct recipe *r, const struct plan *plan, int parts)
{
    const struct compile_options options = { .ranks = parts,
                                             .share = shares_largest(r->training.shares, parts) };
    struct error ignored;
    struct plan *one = parts > 1 ? compile_recipe_with(r, plan->input, plan->classes, &options, &ignored) : NULL;
    const uint64_t bytes = plan_bytes(one ? one : plan);

    plan_free(one);
    return bytes;
}

/* Batches read ahead grow with the batch, too, but little. */
static void find_fitting(const struct plan *plan, const struct memory_room *room, struct memory_need *n)
{
    uint64_t there = n->device > 0 ? room->device : room->host, all = n->device > 0 ? n->device : n->host;
    uint64_t whole = plan_bytes(plan); /* weights of further replicas are there anyway */
    uint64_t others = all - (n->plan < whole ? n->plan : whole);
    const int ranks = int_max(1, room->ranks);

    if (there <= others)
        return;
    n->fitting_batch = ranks * plan_fitting_batch(plan, there - others);
    n->fitting_accumulate = int_ceil_div(plan_fitting_parts(plan, there - others), ranks);
}

struct memory_need memory_need(const struct recipe *r, const struct plan *plan, const struct dataset_info *info,
                               const struct device *device, const struct memory_room *room)
{
    const int replicas = devices_replicas(device), parts = replicas * int_max(1, room->ranks);
    bool own = device->info.threads == 0; /* it is no CPU */
    uint64_t weights = plan->arena_bytes[ARENA_PARAMETERS] + plan->arena_bytes[ARENA_STATISTICS];
    struct dataset_info read = *info;
    struct memory_need n = { .plan = (uint64_t)(own ? 1 : replicas) * plan_bytes_of_part(r, plan, parts),
                             .images = images_in_memory(r, info, room) };

    read.in_memory = n.images > 0;
    n.features = features_kept(r, &read, room->limit) ? (uint64_t)replicas * features_bytes(r, &read) : 0;
    if (own) {
        n.products = product_room(device->info.memory);
        n.held = n.features > 0 ? 0 : images_held(info, room->device, n.plan + n.products);
        n.device = n.plan + n.held + n.products;
    }
    n.batches = (uint64_t)replicas *
                batches_ahead(r, &read, n.held > 0 || n.features > 0, room->limit / (uint64_t)replicas, parts);
    n.weights = weights * (r->training.patience > 0 || r->training.checkpoint > 0 || own ? 2 : 1);
    if (r->training.checkpoint > 0)
        n.weights += snapshot_bytes(plan);
    n.weights += weights * (uint64_t)(replicas - 1) * (r->training.patience > 0 ? 2 : 1);
    n.host = n.images + n.features + n.batches + n.weights + (own ? 0 : n.plan);
    find_fitting(plan, room, &n);
    return n;
}

void memory_need_measured(struct memory_need *n, uint64_t plan_taken)
{
    if (plan_taken < n->plan)
        return;
    if (n->device > 0)
        n->device = plan_taken + n->held + n->products;
    else
        n->host += plan_taken - n->plan;
    n->plan = plan_taken;
    n->measured = true;
}

void memory_need_advice(const struct memory_need *n, char *to, size_t size)
{
    to[0] = '\0';
    if (n->fitting_batch > 0)
        text_append(to, size, "a batch of %d would fit", n->fitting_batch);
    if (n->fitting_accumulate > 1)
        text_append(to, size, "%s with accumulate = %d",
                    n->fitting_batch > 0 ? ", or this one" : "this batch would fit", n->fitting_accumulate);
}

bool memory_need_fits(const struct memory_need *need, const struct memory_room *room)
{
    return (room->host == 0 || need->host <= room->host) && (room->device == 0 || need->device <= room->device);
}
