/* How much memory a run will take, counted before it starts: from the plan's own sizes, the data set and the batches
 * read ahead. What the program itself, the kernels' workspaces on a CPU and a GPU's driver need is not counted. */
#ifndef RUN_MEMORY_NEED_H
#define RUN_MEMORY_NEED_H

#include "data/sources/source.h"
#include "nn/plan/plan.h"
#include "nn/recipe/recipe.h"
#include "run/devices.h"

/* Bytes; 0: unknown. */
struct memory_room {
    uint64_t limit; /* of the node's memory that this process may use: decides whether images are read into it */
    uint64_t host;  /* free of it */
    uint64_t device; /* free of the device's own, where it has its own */
    int ranks;  /* processes that share the batch, on all nodes, of which this is one; 0 or 1: it is alone */
    int beside; /* of these on this node, which share its memory: the figures above are one's part; 0 or 1: one */
};

/* Bytes of each. */
struct memory_need {
    uint64_t plan;    /* weights, gradients and values between the layers: on the device */
    uint64_t images;  /* the data set, where it is held in the node's memory; 0: it is read from its files */
    uint64_t held;    /* the same, in a device's own memory */
    uint64_t features; /* what frozen layers make of the images, in the node's memory; 0: it is not kept */
    uint64_t batches; /* read ahead */
    uint64_t weights; /* copies on the host: for the model file, checkpoints, the best or the last ones */
    uint64_t products; /* a GPU's library for them has this much room to work, from when the device is opened */
    uint64_t host, device; /* in all; device 0: it works in the node's memory */
    int fitting_batch; /* the largest with which it would fit; 0: none, or the room is not known */
    int fitting_accumulate; /* the least training.accumulate with which it would fit as it is; 0: the same */
    bool measured; /* the plan's part, with its workspaces */
};

/* `plan`: of the whole batch. Where the device is several replicas, it is counted for all of them; of several ranks for
 * one. */
struct memory_need memory_need(const struct recipe *r, const struct plan *plan, const struct dataset_info *info,
                               const struct device *device, const struct memory_room *room);

/* The same once it is known what a plan really takes on the device, with its workspaces; 0: it is not. */
void memory_need_measured(struct memory_need *need, uint64_t plan_taken);

/* "a batch of 96 would fit, or this one with accumulate = 4": what there is room for where it does not fit; "" where
 * nothing is known to. */
void memory_need_advice(const struct memory_need *need, char *to, size_t size);

/* Is there room, as far as it is known? */
bool memory_need_fits(const struct memory_need *need, const struct memory_room *room);

#endif
