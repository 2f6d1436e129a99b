/* Which convolutions of a plan cuDNN does. A choice is made once for all convolutions with the same problem, for steps
 * of as many rows as the plan's batch; im2col does steps of fewer rows. */
#ifndef GPU_CUDNN_CHOICES_H
#define GPU_CUDNN_CHOICES_H

#include "gpu/cudnn/cudnn_trial.h"

struct cudnn_choices {
    struct cudnn_session session;
    struct cudnn_choice *choices;
    int n, room;
};

/* Makes the choices for a plan that have not been made, by trials (cudnn_trial.h); to be called before workspaces are
 * sized, with nothing in the stream. `kernels` are the operations, by kind. Does nothing without cuDNN. */
void cudnn_choices_make(struct gpu *gpu, const struct plan *plan, const struct gpu_kernel *const kernels[OP_COUNT]);
void cudnn_choices_drop(struct gpu *gpu); /* all of them, and the library */

/* NULL: none was made. */
const struct cudnn_choice *cudnn_choices_find(const struct gpu *gpu, const struct op *op, int rows);

#endif
