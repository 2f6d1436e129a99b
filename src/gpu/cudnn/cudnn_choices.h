/* Which convolutions cuDNN does (cudnn_convolution.h). */
#ifndef GPU_CUDNN_CHOICES_H
#define GPU_CUDNN_CHOICES_H

#include "gpu/cudnn/cudnn_plans.h"

struct cudnn_choice {
    struct cudnn_problem problem;
    struct cudnn_plans *plans; /* stands at the one that was chosen; NULL: by columns */
};

struct cudnn_choices {
    struct cudnn *cudnn; /* NULL: not there */
    struct cudnn_choice *choices;
    int n, room;
};

/* The problem that was tried before, or NULL. */
struct cudnn_choice *cudnn_choice_of(const struct gpu *gpu, const struct op *op, int rows);

#endif
