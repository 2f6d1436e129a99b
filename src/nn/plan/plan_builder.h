/* What layers emit into: values and forward operations, appended. A failure (out of memory) is kept and reported at the
 * end, so that emit functions read straight through; every function is harmless after one. */
#ifndef NN_PLAN_BUILDER_H
#define NN_PLAN_BUILDER_H

#include "nn/plan/plan.h"

struct plan_builder {
    struct plan *plan;
    bool training;    /* false while the evaluate list is emitted: parameters of the same layer are found again */
    enum precision precision;
    int layer;        /* being emitted */
    int next_parameter; /* of this layer: parameters are identified by their order */
    bool failed;
    struct error error;
    int room_values, room_ops;
};

/* Floats of a shape for each image. */
value plan_activation(struct plan_builder *b, const char *name, struct shape s);
/* Bytes for each image, e.g. a max pool's winners. */
value plan_activation_bytes(struct plan_builder *b, const char *name, struct shape s);
/* 32-bit integers for each image, e.g. a global max pool's winners. */
value plan_activation_integers(struct plan_builder *b, const char *name, struct shape s);
/* A few floats that live from forward to backward, e.g. batch norm's saved statistics. */
value plan_scratch(struct plan_builder *b, const char *name, int rank, const int *dims);
/* A value per image that has one row more than the batch: the batch's rows of it alone. */
value plan_rows(struct plan_builder *b, value v);
/* The same numbers under another shape. */
value plan_reshape(struct plan_builder *b, value v, struct shape s);

/* A trainable parameter, declared in a fixed order: on the second emission (evaluate) the same value comes back. */
value plan_parameter(struct plan_builder *b, const char *name, int rank, const int *dims, enum initialiser i,
                     int fan_in, int fan_out);
/* The same, and every number of it begins as `fill`. */
value plan_parameter_filled(struct plan_builder *b, const char *name, int rank, const int *dims, float fill);
/* Not trained but saved, dims [2][C]: row 0 starts as zeros, row 1 as ones (a moving mean and variance). */
value plan_statistic(struct plan_builder *b, const char *name, int rank, const int *dims);

/* A value over a whole arena, or over a part of it: from the value `first` up to where `end` begins, or the arena ends
 * (VALUE_NONE). */
value plan_whole(struct plan_builder *b, const char *name, enum arena arena);
value plan_part(struct plan_builder *b, const char *name, enum arena arena, value first, value end);
/* Any other value, appended to its arena (offsets in ACTIVATIONS come from plan_memory). *v is copied; the first of
 * `dims` is the batch where the value is per image. */
value plan_add_value(struct plan_builder *b, const struct plan_value *v);

/* Appends a copy of *op with its layer filled in. Operands past the last of its row become VALUE_NONE; an optional one
 * before that must be given, as VALUE_NONE where there is none. */
void plan_append(struct plan_builder *b, const struct op *op);

/* The same before the operation at `position`, which is within a span or at its end: that span grows. */
void plan_insert(struct plan_builder *b, int position, const struct op *op);

struct shape plan_shape(const struct plan_builder *b, value v); /* per image */

#endif
