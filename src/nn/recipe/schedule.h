/* The learning rate over a run, as a fraction of its peak. */
#ifndef NN_SCHEDULE_H
#define NN_SCHEDULE_H

#include "base/field.h"

/* X(KIND, name): SCHEDULE_KIND, and the curve in schedule.c, which recipes call name. */
#define SCHEDULES(X) \
    X(CONSTANT, constant) \
    X(STEP, step) \
    X(COSINE, cosine) \
    X(ONE_CYCLE, one_cycle)

enum schedule_kind {
#define SCHEDULE(KIND, name) SCHEDULE_##KIND,
    SCHEDULES(SCHEDULE)
#undef SCHEDULE
};

/* The section [schedule] of a recipe. */
struct schedule {
    int kind;           /* enum schedule_kind */
    double warmup;      /* epochs of linear rise at the start */
    double step_epochs, step_factor; /* SCHEDULE_STEP */
    double final;       /* the last rate as a fraction of the peak: cosine, one-cycle */
};
extern const struct field_table schedule_fields;

/* 0..1 at a position in epochs, 0 ≤ position ≤ epochs. */
double schedule_fraction(const struct schedule *s, double epochs, double position);

#endif
