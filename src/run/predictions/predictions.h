/* What a network said of many images, kept small: of each its label's probability and place, and the five classes that
 * it found likeliest. Tables are made of these (confusion.h, calibration.h, ranking.h). */
#ifndef RUN_PREDICTIONS_H
#define RUN_PREDICTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { PREDICTIONS_TOP = 5 };

struct predictions {
    int classes, top;    /* top: PREDICTIONS_TOP, or all classes where there are fewer */
    uint32_t n;
    uint32_t *index;     /* [n] of the image in its split */
    int32_t *label;      /* [n] */
    uint16_t *place;     /* [n] of the label among the classes, likeliest first: 0 where the answer is right */
    float *of_label;     /* [n] the probability of the label */
    uint16_t *class;     /* [n][top] likeliest first; of equals the first class */
    float *probability;  /* [n][top] of those */
};

/* Room for `n` images. False with an error; else predictions_free() it. */
bool predictions_new(struct predictions *p, uint32_t n, int classes, struct error *e);
void predictions_free(struct predictions *p); /* harmless on a zeroed one */

/* Notes an image's answer, probability [classes]. False where these are no numbers, as of weights that diverged. */
bool predictions_note(struct predictions *p, uint32_t i, uint32_t index, int32_t label, const float *probability);

/* Takes out the images of which `keep` is false. */
void predictions_filter(struct predictions *p, bool (*keep)(const void *context, uint32_t index), const void *context);

/* The share of images whose label is among the `places` likeliest classes: 1 is the accuracy. NAN without images. */
double predictions_accuracy(const struct predictions *p, int places);

static inline int predictions_class(const struct predictions *p, uint32_t i)
{
    return p->class[(size_t)i * (size_t)p->top];
}

static inline float predictions_confidence(const struct predictions *p, uint32_t i)
{
    return p->probability[(size_t)i * (size_t)p->top];
}

#endif
