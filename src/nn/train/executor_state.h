/* What an executor knows. For its own files; callers take it from executor.h. */
#ifndef NN_EXECUTOR_STATE_H
#define NN_EXECUTOR_STATE_H

#include "data/loader.h"
#include "nn/plan/backend.h"
#include "nn/train/exchange.h"

enum { EXECUTOR_AHEAD_MAX = 8 };

/* Staged memory; images are staged by the first batch that brings some. */
struct executor_slot {
    struct step step;
    uint64_t mark; /* behind its download */
    bool trains;   /* it changes the weights */
    bool stopped;  /* in the middle, and the rest of it was not begun */
    uint8_t *images;
    int32_t *labels;
    uint32_t *index;
    float *metrics; /* loss, correct answers */
    float *features;      /* [step][…]; NULL until there are some */
    float *probabilities; /* [batch][classes]; NULL: nobody wants them */
};

/* A split whose images are on the device, or are not needed any more. */
struct executor_held {
    struct buffer images; /* [count][H][W][C]; handle 0: not held */
    float *features;      /* [count][…] on the host (executor_features.h); NULL: none are kept */
    int32_t *labels;      /* [count], with either */
};

struct executor {
    struct backend *backend;
    const struct plan *plan;
    struct exchange *exchange; /* with other ranks: steps are parts of theirs, and results those of all; NULL: it
                                 is alone. Set between steps. */
    float *zeros; /* zeros, for steps in which this rank has no images; NULL until there is one */
    struct buffer arenas[ARENA_COUNT];
    struct executor_held held[SPLIT_COUNT];
    uint64_t taken;        /* bytes of the device's memory that opening it took, workspaces included; 0: unknown */
    int ahead;             /* most steps under way */
    uint64_t begun, ended; /* steps; the oldest under way is in slot ended % ahead */
    bool untold;           /* the others never told the results of a step that has changed the weights */
    /* Of a training step in the middle of which it can be stopped; NULL: none is. */
    bool (*go_on)(void *context);
    void *go_on_context;
    float *statistics; /* a copy from before that step, where a device may leave out parts of it */
    double copy_seconds, work_seconds; /* of the step begun last, on this thread: its batch, and its operations */
    double look_seconds;               /* the same, of what looks at a step */
    struct op_work *work_of_part; /* [operations of a step], where it is measured in parts; else NULL */
    struct executor_slot slots[EXECUTOR_AHEAD_MAX];
};

#endif
