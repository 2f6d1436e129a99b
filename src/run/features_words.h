/* What became of the wish to keep what frozen layers give (nn/train/features.h), in words. */
#ifndef RUN_FEATURES_WORDS_H
#define RUN_FEATURES_WORDS_H

#include <stddef.h>

struct trainer_status;

/* "what layers 1 to 9 give of 6000 images was computed once, in 4.2 s, and is kept (1.2 M)", or that there is no room
 * for it; "" where it is not known yet, and where there is nothing to tell. `frozen`: training.freeze. */
void features_words(const struct trainer_status *s, int frozen, char *out, size_t size);

#endif
