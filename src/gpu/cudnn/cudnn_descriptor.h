/* Descriptors of cuDNN's graph API: made, filled and finished one after the other, and kept together. After the first
 * failure every further call does nothing. */
#ifndef GPU_CUDNN_DESCRIPTOR_H
#define GPU_CUDNN_DESCRIPTOR_H

#include <stdbool.h>

#include "gpu/cudnn/cudnn_calls.h"

enum { CUDNN_DESCRIPTORS = 64 /* a convolution's graph, proposals and plans, and some to spare */ };

/* Zero but for the library. All descriptors are kept until they are dropped together: cuDNN does not document which of
 * them a finished one still needs. */
struct cudnn_descriptors {
    const struct cudnn_library *library;
    cudnn_descriptor made[CUDNN_DESCRIPTORS];
    int n_made;
    bool failed;
};

cudnn_descriptor cudnn_descriptor_new(struct cudnn_descriptors *d, enum cudnn_kind kind); /* NULL after a failure */
void cudnn_descriptor_set(struct cudnn_descriptors *d, cudnn_descriptor to, enum cudnn_attribute attribute,
                          enum cudnn_type type, int64_t count, const void *values);
/* An attribute that is another descriptor. */
void cudnn_descriptor_refer(struct cudnn_descriptors *d, cudnn_descriptor to, enum cudnn_attribute attribute,
                            cudnn_descriptor other);
void cudnn_descriptor_finish(struct cudnn_descriptors *d, cudnn_descriptor made);

/* Up to `room` values; returns how many came, 0 after a failure. */
int64_t cudnn_descriptor_get(struct cudnn_descriptors *d, cudnn_descriptor from, enum cudnn_attribute attribute,
                             enum cudnn_type type, int64_t room, void *values);

/* Destroys all but the first `kept`. */
void cudnn_descriptor_drop_after(struct cudnn_descriptors *d, int kept);

#endif
