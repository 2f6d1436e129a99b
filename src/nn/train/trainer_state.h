/* What a trainer is made of, and how its thread publishes its state; for the other trainer files alone. */
#ifndef NN_TRAINER_STATE_H
#define NN_TRAINER_STATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "nn/plan/communicator.h"
#include "nn/train/executor.h"
#include "nn/train/health.h"
#include "nn/train/pretrained.h"
#include "nn/train/profiler.h"
#include "nn/train/rank_report.h"
#include "nn/train/throughput.h"
#include "nn/recipe/recipe.h"
#include "nn/train/series.h"
#include "nn/train/snapshot.h"
#include "nn/train/step_group.h"
#include "nn/train/trainer_status.h"

enum snapshot_place {
    SNAPSHOT_EMPTY,  /* the trainer's thread may fill it */
    SNAPSHOT_FILLED, /* waits to be taken */
    SNAPSHOT_TAKEN   /* whoever took it reads it */
};

struct trainer {
    /* Set before the thread starts, never changed. */
    struct recipe recipe;
    const struct backend_class *backend;
    struct device_choice device;
    struct communicator *communicator; /* NULL: this rank is the only one */
    struct trainer *leader;     /* rank 0 of those in this process, which started this one; NULL: none did */
    struct trainer **followers; /* that this one started; [n_followers] */
    int n_followers;
    bool owns_communicator;
    uint64_t memory;
    int last_epoch; /* 0: none before the recipe's */
    struct batch_share share; /* of each batch; the thread's, before its plan is made */
    bool other_images; /* it goes on though they are not those of its snapshot */
    struct trainer_events events;
    pthread_t thread;

    /* Written by the thread, read by anybody without a lock. */
    struct series *steps, *means, *epochs;

    /* Commands. */
    atomic_bool stop, paused;
    _Atomic double until; /* clock at which a stopped run shall be over; 0: whenever it is */
    _Atomic double rate_factor;
    pthread_cond_t resumed; /* with lock: paused or stop changed */
    atomic_bool snapshot_asked;

    /* By lock: its place; its contents are those of the thread that has it. */
    struct snapshot snapshot;
    bool resumes; /* at the start it is what the run goes on from */
    struct pretrained pretrained; /* until the weights are where they belong */
    enum snapshot_place snapshot_place;
    double snapshot_writing; /* seconds that the last took whoever took it; 0: unknown */
    double snapshot_taken;   /* the processor's time of whoever took it, when it did, */
    _Atomic double snapshot_work; /* and how much of that it needed for the last: steps read it without the lock */
    pthread_cond_t returned;

    /* The published state. */
    pthread_mutex_t lock;
    pthread_cond_t over;
    struct trainer_status status;
    struct step_profile profile;
    struct health health;
    struct rank_rows rank_rows; /* of rank 0: as the ranks stand */
    bool ended; /* the thread does nothing more */

    /* The thread's own until the state is over. */
    struct source *source;
    bool owns_source;
    struct dataset_info info;
    struct fingerprint data; /* of the source */
    struct plan *plan;
    float *parameters, *statistics; /* host arrays of the whole arenas: first to last weights */
    bool has_weights;
    struct trainer_weights weights;
};

/* Steps that were looked at (trainer_health.h). */
struct trainer_looks {
    struct health newest;
    float *metrics;     /* a copy of the arena */
    double spent, last; /* seconds of all looks, and of the last */
    double looked;      /* clock */
};

/* What this rank told of itself last (trainer_report.h). */
struct trainer_report {
    double told;        /* clock */
    double clock, core; /* as the communicator counted them, then */
    struct profiler_exchange counted; /* all so far, at the last step's end */
};

/* What the thread works with. */
struct training {
    struct trainer *t;
    struct trainer_status now; /* the thread's copy; published from time to time */
    struct executor executor;
    struct exchange exchange;
    bool together; /* with other ranks, from the first step on: commands are those of `exchange.orders` */
    struct loader *train, *valid, *test; /* test is NULL when validation is on the test images */

    double started;    /* clock at the first step, moved along by pauses */
    double notified;   /* clock at the last event */
    struct throughput throughput;
    struct last_steps last_steps;
    struct step_group group; /* steps that are no point yet */
    struct profiler profiler;
    struct trainer_looks looks;
    struct trainer_report report;
    double valid_seconds; /* that the last validation took */
    double apart;         /* of the seconds so far those that were no training */

    uint32_t begun_batches;           /* of this epoch; now.batch are done */
    uint64_t begun_steps;             /* of the whole run; now.steps are done */
    double epoch_loss, epoch_correct; /* sums over the epoch's images so far */
    uint64_t epoch_images;
    double epoch_began; /* training seconds at its beginning */
    bool mid_epoch;     /* the run goes on from a step within this epoch: the sums are as they were */
    bool validated;     /* this epoch is over, its validation included */

    double snapshot_taken, snapshot_due; /* clock */
    double snapshot_copying;             /* seconds that taking the last one took; 0: unknown */

    char shares[sizeof((struct recipe_training *)0)->shares]; /* of the batch, of all ranks (shares.h) */
    double *weights;        /* [ranks] of the ranks in a mean: their parts of `share.all`; or NULL */
    float *statistics_mean; /* room for them, of all ranks that train together; or NULL */

    /* The weights after the best epoch so far: for checkpoints, for patience, and in case a device is lost. */
    float *kept_parameters, *kept_statistics; /* or NULL */
    int kept_epoch;                           /* 0: of none yet */
};

/* Shows r->now to readers. A change that must be seen (of state, of epoch) waits for the lock. Others are published at
 * most every 100 ms and only when no reader holds it, so that a reader never makes a step wait. */
void trainer_publish(struct training *r, bool must);
void trainer_set_state(struct training *r, enum trainer_state state); /* and shows it */

bool trainer_leads(const struct training *r);       /* rank 0, or the only one: what is published is its work */
bool trainer_stopped(const struct training *r);     /* by command */
bool trainer_goes_on(void *training);               /* the contrary, for those who ask while they work */
double trainer_seconds(const struct training *r);   /* trained so far */

/* A loss that is no number is worse than useless, whatever is done: weights that are none stay so. */
bool trainer_check_finite(struct training *r, double loss, const char *which, struct error *e);

/* Weights in these arrays, for those who save them. */
struct trainer_weights trainer_describe_weights(const struct trainer *t, const float *parameters,
                                                const float *statistics);

/* The steps of the group become a point of the curve, if there are any. False with an error. */
bool trainer_end_group(struct training *r, struct error *e);

/* What the source could not read so far becomes part of the status. */
void trainer_note_unreadable(struct training *r);

#endif
