#ifndef CUVETTE_TESTS_SUPPORT_TOY_TRAINING_H
#define CUVETTE_TESTS_SUPPORT_TOY_TRAINING_H

/* Trainings of small networks on toy_data(), by one or several together, and what they leave. What cannot be begun
 * fails the test. */

#include "nn/recipe/recipe.h"
#include "nn/train/trainer.h"

enum {
    TOY_BATCH = 32,
    TOY_TRAIN = 290, /* 9 batches and one of 2 images, fewer than ranks */
    TOY_TEST = 50,
    TOY_STEPS = 50, /* of five epochs */
};

/* Layers of a recipe. */
extern const char toy_dense[], toy_conv[], toy_norm[];

/* A run and what it left. */
struct outcome {
    struct trainer_status status;
    size_t n_steps, n_epochs, n_parameters /* bytes */;
    struct point steps[TOY_STEPS], epochs[16];
    float *parameters; /* NULL: there were none */
    struct snapshot last;
};

/* Five epochs with augmentation and clipping; `settings` are of [training]. */
void toy_recipe(struct recipe *r, const char *settings, const char *layers);

/* On CPUs, a thread each. */
struct trainer *toy_start(const struct recipe *r, struct source *source, int ranks, int last_epoch,
                          const struct trainer_resume *resume, struct trainer_events events);

/* The latest snapshot, if there is one; arrays of its own, for snapshot_free(). */
void outcome_last(struct trainer *t, struct snapshot *out);

/* Waits for its end and closes it. */
void outcome_take(struct trainer *t, struct outcome *out);
void outcome_free(struct outcome *o);

/* To its end, which has to be a good one. */
void toy_run(const struct recipe *r, struct source *source, int ranks, struct outcome *out);

/* Losses of steps and epochs; with `most` 0 the accuracies, too. */
void assert_near(const struct outcome *a, const struct outcome *b, double most);
void assert_same_weights(const struct outcome *a, const struct outcome *b);

#endif
