/* What a user wants to be told of a run that goes on, once each: on the screen, in the log, by a command. */
#ifndef RUN_ALERTS_H
#define RUN_ALERTS_H

#include "nn/train/trainer.h"
#include "run/run_gpus.h"

/* X(KIND, name, whether the screen and the lines say it in words of their own) */
#define ALERTS(X) \
    X(DIVERGED, diverged, true)   /* the loss is no finite number: the run has failed */ \
    X(EXPLODING, exploding, false) /* the loss is many times what it was at first */ \
    X(STUCK, stuck, false)        /* after some epochs nothing is learned */ \
    X(UNHEALTHY, unhealthy, false) /* gradients vanish or explode, or a layer's ReLUs are dead */ \
    X(TIME, time, true)           /* the epochs do not fit into the job's time */ \
    X(DISK, disk, false)          /* nearly full */ \
    X(UNWRITTEN, unwritten, true) /* the run's folder cannot be written */ \
    X(THROTTLED, throttled, false) /* a GPU is too hot for its full speed */ \
    X(BEHIND, behind, false)      /* of ranks that train together one holds the others up */

enum alert_kind {
#define KIND(kind, name, told) ALERT_##kind,
    ALERTS(KIND)
#undef KIND
    ALERT_COUNT
};

extern const char *const alert_names[ALERT_COUNT];
extern const bool alert_told[ALERT_COUNT];

struct alert {
    enum alert_kind kind;
    char text[512];
};

/* What is looked at. */
struct alert_facts {
    const struct recipe *recipe;
    const struct trainer_status *status;
    const struct series *steps, *means;
    const struct health *health; /* of the step that was looked at last */
    double job_seconds;    /* until it is stopped as its job ends; negative: unknown */
    const char *folder;    /* the run's */
    const struct error *trouble;
    const struct run_gpus *gpus;
};

/* Zeroed: nothing was told. */
struct alerts {
    int count;
    struct alert list[ALERT_COUNT]; /* [count], the first that came first */
    bool given[ALERT_COUNT];
    double due;             /* clock: when it is looked again */
    double throttled_since; /* clock; 0: it is not */
    double behind_since;    /* clock: the same rank holds the others up; 0: none does */
    char behind[RANK_NAME_SIZE];
    uint64_t grave;         /* the first of the steps in a row whose health is grave; 0: it is not */
    struct gpu_readings readings;
};

/* Looks, once a second at most unless it is the `last` time. True when the list has grown. */
bool alerts_look(struct alerts *a, const struct alert_facts *f, bool last);

#endif
