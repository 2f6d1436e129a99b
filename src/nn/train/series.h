/* A growing curve with one writer and any number of readers, read without a lock: points live in chunks that are
 * written once and never move; the length is published last. */
#ifndef NN_SERIES_H
#define NN_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Training steps, mostly one; one epoch's mean, or one validation. Of several steps loss and accuracy are the means,
 * and all else is the last one's. */
struct point {
    double position;     /* in epochs: 2.5 is half-way through the third */
    float loss;
    float accuracy;      /* fraction */
    float learning_rate; /* in force */
    float images_per_second; /* a step: over the last seconds, see throughput.h; else of the whole epoch's steps */
    double seconds;      /* trained since the start of the run, pauses left out */
    uint64_t step;       /* of the run, from 1 on: the last; 0: it is of no step */
    uint32_t steps;      /* how many; where it is more than one, the extremes are told */
    float loss_low, loss_high, accuracy_low, accuracy_high;
};

/* The same point with the lowest and with the highest of its values. */
static inline struct point point_low(struct point p)
{
    p.loss = p.steps > 1 ? p.loss_low : p.loss;
    p.accuracy = p.steps > 1 ? p.accuracy_low : p.accuracy;
    return p;
}

static inline struct point point_high(struct point p)
{
    p.loss = p.steps > 1 ? p.loss_high : p.loss;
    p.accuracy = p.steps > 1 ? p.accuracy_high : p.accuracy;
    return p;
}

struct series;

struct series *series_new(void); /* NULL when out of memory */
void series_free(struct series *s);

/* The writer's: false when out of memory (the point is dropped, the curve stays whole). */
bool series_append(struct series *s, struct point p);

/* Any thread's: how many points are there, and each of them. */
size_t series_length(const struct series *s);
struct point series_at(const struct series *s, size_t i); /* i < series_length() */

#endif
