/* Images in an order that is worth looking at. */
#ifndef RUN_RANKING_H
#define RUN_RANKING_H

#include "run/predictions/predictions.h"

/* X(KIND, name, what it shows) */
#define RANKINGS(X) \
    X(WORST, worst, "most wrong") /* of the wrong ones, those whose label was least probable */ \
    X(UNSURE, unsure, "least sure") /* the class that was answered was least probable */ \
    X(ORDER, order, "in order")

enum ranking {
#define RANKING(KIND, name, label) RANKING_##KIND,
    RANKINGS(RANKING)
#undef RANKING
    RANKING_COUNT
};
extern const char *const ranking_names[RANKING_COUNT];  /* "worst" */
extern const char *const ranking_labels[RANKING_COUNT]; /* "most wrong" */

enum { RANKING_ANY = -1 };

/* Those of a label and of an answer (RANKING_ANY: of all), in that order, of equals by their number: positions in the
 * predictions, [at most n]. Returns how many. */
uint32_t ranking_make(const struct predictions *p, enum ranking ranking, int label, int answer, uint32_t *out);

#endif
