/* How those that train together share a batch, as training.shares of a recipe says: a word, or the share of each rank
 * in their order, "40,24" or "3x40,24". Of a batch of 64 images these are 40 and 24; of others as large a part. */
#ifndef NN_SHARES_H
#define NN_SHARES_H

#include <stdbool.h>

#include "base/error.h"
#include "base/slice.h"

/* X(KIND, word): a list has no word. */
#define SHARES(X) \
    X(AUTO, "auto")         /* by speed where they are of different models, else equal */ \
    X(EQUAL, "equal") \
    X(MEASURED, "measured") /* by speed, whatever they are */ \
    X(LISTED, "")

enum shares_kind {
#define KIND(kind, word) SHARES_##kind,
    SHARES(KIND)
#undef KIND
};

/* False, with a sentence, where a text is neither a word nor a list. */
bool shares_check(const char *text, struct error *e);

/* The kind of a text that shares_check() likes. */
enum shares_kind shares_kind(const char *text);

/* How many ranks a list is for; 0: it is none. */
int shares_count(const char *text);

/* False where a list is for another number of ranks: the error says so. */
bool shares_fit(const char *text, int ranks, struct error *e);

/* This rank's, of a list for so many; equal where it is none. */
struct batch_share shares_of(const char *text, int rank, int ranks);

/* The largest of a list; equal where it is none. */
struct batch_share shares_largest(const char *text, int ranks);

/* A list goes with the devices it was made for: on others, shares are found anew. */
void shares_forget(char *text, size_t size);

/* Images [ranks] of a batch by the speed [ranks] of each, in images a second; each has one at least, and a batch has as
 * many as there are ranks. Speeds of which none is a tenth below the fastest are equal. */
void shares_divide(int batch, const double *speed, int ranks, uint32_t *images);

/* As a list; false where that is too long. */
bool shares_write(const uint32_t *images, int ranks, char *to, size_t size);

#endif
