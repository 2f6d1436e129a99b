/* What cuDNN proposes for a convolution: its plans, one after the other, its best first. No failure here is one of the
 * run: there is no plan then. */
#ifndef GPU_CUDNN_PLANS_H
#define GPU_CUDNN_PLANS_H

#include "gpu/cudnn/cudnn_problem.h"
#include "gpu/core/gpu.h"

struct cudnn; /* the library at work on one stream */

/* NULL where it is not there; with an error where it was asked for by name. */
struct cudnn *cudnn_open(cudaStream_t stream, struct error *e);
void cudnn_close(struct cudnn *cudnn); /* or NULL; its plans are freed before */

struct cudnn_plans *cudnn_plans_new(struct cudnn *cudnn, const struct cudnn_problem *problem); /* NULL: it has none */
void cudnn_plans_free(struct cudnn_plans *plans);

/* Goes to the first plan, then to the next, that takes at most so many bytes of workspace, gives the same bits every
 * time and rounds no more than the precision says. False: there is no other. */
bool cudnn_plans_next(struct cudnn_plans *plans, size_t workspace_most);
size_t cudnn_plans_workspace(const struct cudnn_plans *plans);

/* Queues the plan that was gone to. */
bool cudnn_plans_run(struct cudnn_plans *plans, void *const tensors[CUDNN_TENSORS], void *workspace);

#endif
