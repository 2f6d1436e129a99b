/* Which classes a network takes for which, and what follows from that for each of them. */
#ifndef RUN_CONFUSION_H
#define RUN_CONFUSION_H

#include "run/predictions/predictions.h"

struct confusion {
    int classes;
    uint32_t *count; /* [label][class that was answered] images */
};

/* False with an error; else confusion_free() it. */
bool confusion_new(struct confusion *c, const struct predictions *p, struct error *e);
void confusion_free(struct confusion *c); /* harmless on a zeroed one */

static inline uint32_t confusion_count(const struct confusion *c, int label, int answer)
{
    return c->count[(size_t)label * (size_t)c->classes + (size_t)answer];
}

/* NAN where nothing is divided by nothing: the precision of a class that was never answered, the recall of one that no
 * image has. */
struct confusion_figures {
    double precision; /* of the images that were said to be of it, those that are */
    double recall;    /* of the images that are of it, those that were found */
    double f1;        /* their harmonic mean, 2 × right / (images of it + answers of it) */
    uint32_t support; /* images of it */
};

/* [classes] */
void confusion_of_classes(const struct confusion *c, struct confusion_figures *out);

/* Means over the classes that images have, each alike (macro) or by its images (weighted). A class that was never
 * answered counts with a precision of 0, as in scikit-learn. `support` is that of all. */
void confusion_means(const struct confusion *c, struct confusion_figures *macro, struct confusion_figures *weighted);

struct confusion_pair {
    int label, answer;
    uint32_t count;
};

/* The most frequent mistakes, most frequent first, of equals by label and answer; returns how many there are, at most
 * `most`. */
int confusion_pairs(const struct confusion *c, int most, struct confusion_pair *out);

#endif
