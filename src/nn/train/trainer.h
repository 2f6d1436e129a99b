/* One thread per run: loader -> plan -> curves. Takes commands, publishes its state; several can live in one process. */
#ifndef NN_TRAINER_H
#define NN_TRAINER_H

#include "data/sources/source.h"
#include "data/statistics.h"
#include "nn/plan/backend.h"
#include "nn/recipe/recipe.h"
#include "nn/train/series.h"
#include "nn/train/trainer_status.h"

enum trainer_command { TRAINER_PAUSE, TRAINER_RESUME, TRAINER_STOP, TRAINER_LEARNING_RATE };

struct trainer_setup {
    const struct recipe *recipe;          /* copied */
    const struct backend_class *backend;
    struct device_choice device;
    struct source *source;                /* NULL: opened from the recipe on the training thread; else the caller's, and outlives the trainer */
    uint64_t memory;                      /* bytes of the host that images may take; 0: unknown */
    struct trainer_events events;
};

struct trainer;

/* NULL without memory, or when the thread cannot be made; everything else that fails is told by the status. */
struct trainer *trainer_start(const struct trainer_setup *setup, struct error *e);
void trainer_command(struct trainer *t, enum trainer_command command, double amount); /* TRAINER_LEARNING_RATE: multiplies what commands made of the rate so far by amount; else unused */
void trainer_status(const struct trainer *t, struct trainer_status *out); /* never makes the trainer wait */
const struct series *trainer_steps(const struct trainer *t);  /* a point every training step */
const struct series *trainer_epochs(const struct trainer *t); /* a point every validation, at the end of each epoch */
const struct series *trainer_means(const struct trainer *t);  /* the training mean of each epoch; at least as long as trainer_epochs */
const struct recipe *trainer_recipe(const struct trainer *t);
void trainer_wait(struct trainer *t);        /* until it is over */

/* The weights, once it is over; NULL when it failed before there were any. */
const struct trainer_weights *trainer_weights(const struct trainer *t);

void trainer_close(struct trainer *t); /* stops it first when it runs */

#endif
