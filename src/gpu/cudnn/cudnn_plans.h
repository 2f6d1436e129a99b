/* The plans that cuDNN proposes for a convolution, one after the other, cuDNN's best first. A failure here is no
 * failure of the run: there is no plan then. */
#ifndef GPU_CUDNN_PLANS_H
#define GPU_CUDNN_PLANS_H

#include "gpu/cudnn/cudnn_library.h"
#include "gpu/cudnn/cudnn_problem.h"

/* NULL: there are none. The session must live as long as the plans. */
struct cudnn_plans *cudnn_plans_new(const struct cudnn_session *session, const struct cudnn_problem *problem);
void cudnn_plans_free(struct cudnn_plans *plans); /* or NULL */

/* Goes to the first plan, then to the next, that needs at most `workspace_most` bytes, gives the same bits every time
 * and rounds no more than the precision says. False: there is no other. */
bool cudnn_plans_next(struct cudnn_plans *plans, size_t workspace_most);
size_t cudnn_plans_workspace(const struct cudnn_plans *plans);

/* Queues the plan that next() went to, on the session's stream. False where cuDNN fails. */
bool cudnn_plans_run(struct cudnn_plans *plans, void *const tensors[CUDNN_TENSORS], void *workspace);

#endif
