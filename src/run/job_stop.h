/* When a run is stopped because its Slurm job ends. */
#ifndef RUN_JOB_STOP_H
#define RUN_JOB_STOP_H

#include <pthread.h>
#include <stdbool.h>

/* A zeroed one never stops anything. Whoever shares it has a lock. */
struct job_stop {
    double job_end, at; /* seconds since the epoch; 0: unknown, never */
    bool came;          /* it was time, and job_stop_comes() said so */
};

/* The job ends at `end`. The run is stopped `margin` seconds before, to be saved in time, but at most a tenth of
 * the time that is left now: a short job is there to train. With a margin of 0 it is not. */
void job_stop_set(struct job_stop *s, double end, double margin);

bool job_stop_is_due(const struct job_stop *s);
bool job_stop_comes(struct job_stop *s); /* true once */

/* Until it is stopped, or, where it is not, until the job ends; 0 from then on. Negative: unknown. */
double job_stop_seconds(const struct job_stop *s);

/* Waits for the condition, made by thread_condition(), at most until it is due. May return early, like every wait for
 * a condition. */
void job_stop_wait(const struct job_stop *s, pthread_cond_t *changed, pthread_mutex_t *lock);

#endif
