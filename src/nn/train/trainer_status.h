/* What a trainer publishes: its state, its figures, its weights. */
#ifndef NN_TRAINER_STATUS_H
#define NN_TRAINER_STATUS_H

#include "data/sources/source.h"
#include "nn/plan/plan.h"
#include "nn/train/last_steps.h"
#include "nn/train/rank_report.h"

/* X(STATE, name in files and messages) */
#define TRAINER_STATES(X) \
    X(PREPARING, preparing) /* loading data, opening the device */ \
    X(RUNNING, running) \
    X(PAUSED, paused) \
    X(FINISHED, finished)   /* all epochs, or ended early */ \
    X(STOPPED, stopped)     /* by command */ \
    X(FAILED, failed)       /* status.error says why */

enum trainer_state {
#define STATE(state, name) TRAINER_##state,
    TRAINER_STATES(STATE)
#undef STATE
    TRAINER_STATE_COUNT
};

extern const char *const trainer_state_names[TRAINER_STATE_COUNT];

bool trainer_state_find(const char *name, enum trainer_state *out); /* false where there is none of that name */

static inline bool trainer_over(enum trainer_state state)
{
    return state == TRAINER_FINISHED || state == TRAINER_STOPPED || state == TRAINER_FAILED;
}

/* Where a step's images come from. */
enum image_place {
    IMAGES_UNKNOWN, /* before they are looked for */
    IMAGES_IN_FILES,
    IMAGES_IN_MEMORY,
    IMAGES_ON_DEVICE /* in its own memory, from the first step to the last */
};

struct trainer_status {
    enum trainer_state state;
    char activity[48];         /* while preparing: "reading cifar10" */
    double progress;           /* of that activity, 0…1 */
    int epoch, epochs;         /* the one that runs, 1-based */
    uint32_t batch, batches;   /* of this epoch, done */
    uint64_t steps, images;    /* of the whole run, done */
    double learning_rate;      /* in force now, schedule and command included */
    double rate_factor;        /* what commands made of the schedule's rate; 1 at first */
    /* The speed of a run, in images a second, wherever one is told: the images that were trained on over the seconds
     * that this took, `images` / `training_seconds`. 0 while unknown. */
    double speed;
    double speed_now;          /* the same over the last seconds (see throughput.h), for those who watch it */
    double seconds;            /* since the first step began, pauses left out; with features_seconds */
    double training_seconds;   /* of these, from each epoch's beginning to its last step's end: with waiting for
                                  images, without validations */
    double seconds_left;       /* negative while unknown, as in the first seconds */
    double seconds_per_epoch;  /* mean over finished epochs: `seconds` / epochs; negative while unknown */
    double train_loss, train_accuracy; /* mean of this epoch so far; of the last epoch when finished */
    double recent_loss, recent_accuracy; /* of the last steps, see last_steps.h; negative before the first */
    int recent_steps;                    /* how many these are */
    double valid_loss, valid_accuracy; /* newest; negative before the first */
    double test_loss, test_accuracy;   /* when finished; negative before, and for a run that was stopped */
    int best_epoch;            /* 1-based, by validation loss; 0 before the first */
    double best_valid_loss;
    bool ended_early;
    bool diverged;             /* it failed since a loss was no finite number */
    bool best_restored;        /* the weights that are kept are the best epoch's, not the last one's */
    size_t parameters;
    uint64_t plan_bytes;
    uint64_t features_bytes;      /* that keep what frozen layers give (features.h); 0: nothing is kept */
    uint64_t features_lacking;    /* that would have kept it, had there been room; else 0 */
    uint64_t features_images;     /* of which it was computed, once */
    double features_seconds;      /* that this took before the first step; negative: it was not */
    double snapshot_seconds;      /* that steps stood still while snapshots were taken, by this process */
    double class_weight_least, class_weight_most; /* in the loss of training; negative where classes count alike */
    enum image_place images_from; /* training images */
    struct rank_summary together; /* of ranks that train together */
    char shares[512];       /* of the batch, found by their speed, as training.shares; "": nothing was measured */
    char shares_words[160]; /* the same for people */
    uint32_t unreadable;          /* images that could not be read so far, as in dataset_info */
    char first_unreadable[160];
    char other_images[160]; /* of a run that goes on: how its images differ from those that it was left with, see
                               fingerprint.h; "": they do not */
    struct error error;
};

/* Of a run of which nothing is known yet. */
extern const struct trainer_status trainer_status_unknown;

struct trainer_events {
    /* Called on the training thread when something changed, at most every 100 ms, and at every change of state. Must
     * not block. */
    void (*changed)(void *context);
    void *context;
};

/* What a run has learned. Owned by the trainer. */
struct trainer_weights {
    const struct plan *plan;
    const float *parameters, *statistics; /* whole arenas */
    struct shape input;
    int classes;
    char dataset[64];
    const char (*class_names)[CLASS_NAME_SIZE]; /* or NULL */
    int epoch; /* at whose end they were so; 0: it is not known */
};

#endif
