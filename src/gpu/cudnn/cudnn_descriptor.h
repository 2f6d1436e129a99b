/* Descriptors of cuDNN's graph API: made, filled and finished one after the other, and kept together. From the first
 * failure on nothing more is asked, and all give up quietly. */
#ifndef GPU_CUDNN_DESCRIPTORS_H
#define GPU_CUDNN_DESCRIPTORS_H

#include <stdbool.h>

#include "gpu/cudnn/cudnn_calls.h"

enum { CUDNN_DESCRIPTORS = 64 /* a convolution's graph, proposals and plans, and a little room */ };

/* Zeroed but for the library. Everything that was made stays until it is dropped: nobody says what a descriptor still
 * needs of another. */
struct cudnn_descriptors {
    const struct cudnn_library *library;
    cudnn_descriptor made[CUDNN_DESCRIPTORS];
    int n_made;
    bool failed;
};

cudnn_descriptor cudnn_make(struct cudnn_descriptors *d, enum cudnn_kind kind); /* NULL after a failure */
void cudnn_set(struct cudnn_descriptors *d, cudnn_descriptor to, enum cudnn_attribute attribute, enum cudnn_type type,
               int64_t count, const void *values);
void cudnn_set_descriptor(struct cudnn_descriptors *d, cudnn_descriptor to, enum cudnn_attribute attribute,
                          cudnn_descriptor descriptor);
void cudnn_finish(struct cudnn_descriptors *d, cudnn_descriptor made);

/* How many there are of those that were asked for; 0 after a failure. */
int64_t cudnn_get(struct cudnn_descriptors *d, cudnn_descriptor from, enum cudnn_attribute attribute,
                  enum cudnn_type type, int64_t room, void *values);

/* All but the first so many. */
void cudnn_drop_behind(struct cudnn_descriptors *d, int kept);

#endif
