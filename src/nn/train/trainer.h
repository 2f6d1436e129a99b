/* One thread a run: loader -> plan -> curves. It takes commands and publishes its state; several can live in one
 * process. */
#ifndef NN_TRAINER_H
#define NN_TRAINER_H

#include "data/sources/source.h"
#include "nn/plan/backend.h"
#include "nn/plan/communicator.h"
#include "nn/recipe/recipe.h"
#include "nn/train/health.h"
#include "nn/train/pretrained.h"
#include "nn/train/rank_report.h"
#include "nn/train/series.h"
#include "nn/train/snapshot.h"
#include "nn/train/step_profile.h"
#include "nn/train/trainer_status.h"

enum trainer_command { TRAINER_PAUSE, TRAINER_RESUME, TRAINER_STOP, TRAINER_LEARNING_RATE, TRAINER_SNAPSHOT };

/* What a run had learned when it was left, and its curves up to there. */
struct trainer_resume {
    struct snapshot *snapshot; /* its arrays become the trainer's */
    const struct point *steps, *means, *epochs; /* copied */
    size_t n_steps, n_means, n_epochs;
};

struct trainer_setup {
    const struct recipe *recipe; /* copied */
    const struct backend_class *backend;
    struct device_choice device; /* with replicas, these are trainers that this one starts and closes */
    /* Of several that train together, each with a trainer and a device of its own and the same recipe and images; the
     * caller's, which must outlive the trainer. NULL: it is alone. */
    struct communicator *communicator;
    /* The caller's, which must outlive the trainer. NULL: opened from the recipe on the training thread. */
    struct source *source;
    uint64_t memory; /* bytes of the host's memory that the process may use, images half of it; 0: unknown */
    struct trainer_events events;
    const struct trainer_resume *resume; /* NULL: from the first step */
    struct pretrained *pretrained; /* of the recipe's weights; becomes the trainer's; NULL: they are drawn */
    int last_epoch; /* after which it stops, as by a command, though the recipe has more; 0: none */
    bool other_images; /* it goes on though the images are others than those of `resume`; else it fails then */
};

struct trainer;

/* NULL without memory, or when no thread can be started; every other failure is in the status. */
struct trainer *trainer_start(const struct trainer_setup *setup, struct error *e);

/* `amount` is used by TRAINER_LEARNING_RATE alone, which multiplies the schedule's rate by it, on top of what earlier
 * commands made of it. */
void trainer_command(struct trainer *t, enum trainer_command command, double amount);

/* Stops it as a batch system asks for it: six seconds later, or as CUVETTE_STOP_SECONDS in the environment says, it is
 * over, whatever the network's size. A snapshot of where it ends is taken only if that and its writing fit in. */
void trainer_stop_soon(struct trainer *t);
/* The same, over when clock_seconds() is `until`. */
void trainer_stop_by(struct trainer *t, double until);
double trainer_until(const struct trainer *t); /* 0: it was not told */

void trainer_status(const struct trainer *t, struct trainer_status *out); /* never makes the trainer wait */
void trainer_profile(const struct trainer *t, struct step_profile *out); /* neither does this */
void trainer_health(const struct trainer *t, struct health *out);         /* nor this; step 0: nothing was looked at */
/* Nor this: the ranks as they told of themselves last, within a second or two; none where it trains alone. */
void trainer_rank_rows(const struct trainer *t, struct rank_rows *out);
const struct recipe *trainer_recipe(const struct trainer *t);

/* Curves: a point a training step or group of them (step_group.h); a point a validation, at the end of each epoch; the
 * training mean of each epoch, at least as many of these as of validations. When the run is over, its last steps are a
 * point even if they are fewer than others. */
const struct series *trainer_steps(const struct trainer *t);
const struct series *trainer_epochs(const struct trainer *t);
const struct series *trainer_means(const struct trainer *t);

/* The newest snapshot, when there is one that was not taken before: NULL, or the caller's to read until it gives it
 * back. Any thread's, but one at a time. It says how many seconds it needed, or 0 if it gave up. */
const struct snapshot *trainer_take_snapshot(struct trainer *t);
void trainer_give_back_snapshot(struct trainer *t, double seconds);

/* Once it is over: the one that was given back last, which nothing replaces any more, to be given back again. NULL:
 * there was none. */
const struct snapshot *trainer_retake_snapshot(struct trainer *t);

/* The weights of the best epoch in a snapshot that was taken; false when there was no validation before it. They are
 * valid until it is given back. */
bool trainer_best_weights(const struct trainer *t, const struct snapshot *s, struct trainer_weights *out);

void trainer_wait(struct trainer *t); /* until it is over */

/* The weights, once it is over; NULL when it failed before there were any. */
const struct trainer_weights *trainer_weights(const struct trainer *t);

/* Stops it first when it runs; NULL is fine. One that was to be over by a time, and still waits for its files then, is
 * left behind with all that it uses. */
void trainer_close(struct trainer *t);

#endif
