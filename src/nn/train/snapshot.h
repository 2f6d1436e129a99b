/* A training between two of its steps: all that it needs to go on from there as if it had never stopped. Order, dropout
 * and augmentation are functions of seed, epoch and step, so there is no state of random numbers in it. */
#ifndef NN_SNAPSHOT_H
#define NN_SNAPSHOT_H

#include "data/fingerprint.h"
#include "nn/plan/plan.h"

/* Whole numbers: X(name). Those of an epoch are of the one that runs. */
#define SNAPSHOT_COUNTS(X) \
    X(epoch)          /* that runs, 1-based; one more than there are when all are done */ \
    X(batch)          /* steps of it that are done */ \
    X(steps)          /* of the whole run, done */ \
    X(images)         /* of the whole run */ \
    X(epoch_images) \
    X(validations)    /* points of the curve */ \
    X(best_epoch)     /* 0: none yet */ \
    X(kept_epoch)     /* of the kept weights, 0: none */ \
    X(group_steps)    /* that are no point of the curve yet, see step_group.h, and so are the group's others */

/* Others: X(name). */
#define SNAPSHOT_MEASURES(X) \
    X(epoch_loss)     /* sum over its images */ \
    X(epoch_correct) \
    X(epoch_began)    /* training seconds at its beginning */ \
    X(learning_rate)  /* of the last step */ \
    X(rate_factor)    /* what commands made of the schedule's rate */ \
    X(seconds)        /* as in trainer_status, and so are those that follow */ \
    X(training_seconds) \
    X(valid_seconds)  /* that the last validation took */ \
    X(seconds_per_epoch) \
    X(train_loss) \
    X(train_accuracy) \
    X(valid_loss) \
    X(valid_accuracy) \
    X(best_valid_loss) \
    X(group_loss) \
    X(group_loss_low) \
    X(group_loss_high) \
    X(group_accuracy) \
    X(group_accuracy_low) \
    X(group_accuracy_high)

/* Arenas of the plan as host arrays: X(KIND, name, arena). The kept ones are those of the best epoch so far. */
#define SNAPSHOT_ARRAYS(X) \
    X(PARAMETERS, parameters, ARENA_PARAMETERS) \
    X(OPTIMISER, optimiser, ARENA_OPTIMISER) \
    X(STATISTICS, statistics, ARENA_STATISTICS) \
    X(KEPT_PARAMETERS, kept_parameters, ARENA_PARAMETERS) \
    X(KEPT_STATISTICS, kept_statistics, ARENA_STATISTICS)

enum snapshot_array {
#define ARRAY(KIND, name, arena) SNAPSHOT_##KIND,
    SNAPSHOT_ARRAYS(ARRAY)
#undef ARRAY
    SNAPSHOT_ARRAY_COUNT
};

struct snapshot {
#define COUNT(name) uint64_t name;
    SNAPSHOT_COUNTS(COUNT)
#undef COUNT
#define MEASURE(name) double name;
    SNAPSHOT_MEASURES(MEASURE)
#undef MEASURE
    uint64_t layout; /* snapshot_layout() of the plan */
    struct fingerprint data; /* of the images that it was trained on; zeroed where that is not known */
    float *array[SNAPSHOT_ARRAY_COUNT];
    size_t bytes[SNAPSHOT_ARRAY_COUNT]; /* 0: there is none */
};

/* A number that tells plans apart whose arenas differ in what lies where. */
uint64_t snapshot_layout(const struct plan *plan);

/* Bytes of a plan's arrays. */
size_t snapshot_bytes(const struct plan *plan);

/* Makes room for a plan's arrays. False with an error and nothing to free; else snapshot_free() it. */
bool snapshot_new(struct snapshot *out, const struct plan *plan, struct error *e);
void snapshot_free(struct snapshot *s); /* harmless on a zeroed one */

/* Can a training of this plan go on from it? False with an error. */
bool snapshot_fits(const struct snapshot *s, const struct plan *plan, struct error *e);

#endif
