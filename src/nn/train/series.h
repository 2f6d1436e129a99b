/* A growing curve with one writer and any number of readers, read without a lock: points live in chunks that are
 * written once and never move; the length is published last. */
#ifndef NN_SERIES_H
#define NN_SERIES_H

#include <stdbool.h>
#include <stddef.h>

/* One training step, one epoch's mean, or one validation. */
struct point {
    double position;     /* in epochs: 2.5 is half-way through the third */
    float loss;
    float accuracy;      /* fraction */
    float learning_rate; /* in force */
    float images_per_second; /* a step: over the last seconds, see throughput.h; else of the whole epoch's steps */
    double seconds;      /* trained since the start of the run, pauses left out */
};

struct series;

struct series *series_new(void); /* NULL when out of memory */
void series_free(struct series *s);

/* The writer's: false when out of memory (the point is dropped, the curve stays whole). */
bool series_append(struct series *s, struct point p);

/* Any thread's: how many points are there, and each of them. */
size_t series_length(const struct series *s);
struct point series_at(const struct series *s, size_t i); /* i < series_length() */

#endif
