#include "gpu/cudnn/cudnn_plans.h"

#include <stdlib.h>

enum { PROPOSALS = 8 };

struct cudnn_plans {
    const struct cudnn_session *session;
    struct cudnn_problem problem;
    struct cudnn_descriptors descriptors;
    cudnn_descriptor proposals[PROPOSALS];
    int64_t n_proposals, next;
    cudnn_descriptor plan;
    int64_t workspace;
};

static cudnn_descriptor graph(struct cudnn_plans *p)
{
    struct cudnn_descriptors *d = &p->descriptors;
    cudnn_descriptor made = cudnn_descriptor_new(d, CUDNN_KIND_GRAPH);

    cudnn_descriptor_set(d, made, CUDNN_GRAPH_HANDLE, CUDNN_IS_HANDLE, 1, &p->session->handle);
    cudnn_descriptor_refer(d, made, CUDNN_GRAPH_OPERATIONS, cudnn_problem_operation(d, &p->problem));
    cudnn_descriptor_finish(d, made);
    return made;
}

static void propose(struct cudnn_plans *p)
{
    struct cudnn_descriptors *d = &p->descriptors;
    const unsigned mode = CUDNN_BEST_FIRST;
    cudnn_descriptor of = graph(p), made = cudnn_descriptor_new(d, CUDNN_KIND_HEURISTICS);

    cudnn_descriptor_refer(d, made, CUDNN_HEURISTICS_GRAPH, of);
    cudnn_descriptor_set(d, made, CUDNN_HEURISTICS_MODE, CUDNN_IS_HEURISTICS, 1, &mode);
    cudnn_descriptor_finish(d, made);
    for (int i = 0; i < PROPOSALS; i++)
        p->proposals[i] = cudnn_descriptor_new(d, CUDNN_KIND_PROPOSAL);
    p->n_proposals =
        cudnn_descriptor_get(d, made, CUDNN_HEURISTICS_PROPOSALS, CUDNN_IS_DESCRIPTOR, PROPOSALS, p->proposals);
}

struct cudnn_plans *cudnn_plans_new(const struct cudnn_session *session, const struct cudnn_problem *problem)
{
    struct cudnn_plans *p = calloc(1, sizeof *p);

    if (!p)
        return NULL;
    p->session = session;
    p->problem = *problem;
    p->descriptors.library = session->library;
    propose(p);
    if (p->n_proposals > 0)
        return p;
    cudnn_plans_free(p);
    return NULL;
}

void cudnn_plans_free(struct cudnn_plans *p)
{
    if (!p)
        return;
    cudnn_descriptor_drop_after(&p->descriptors, 0);
    free(p);
}

/* Tensor cores round floats to TF32. */
static bool is_welcome(const struct cudnn_plans *p, unsigned note)
{
    switch (note) {
    case CUDNN_NOTE_NOT_REPEATABLE:
    case CUDNN_NOTE_NARROW_SUMS:
        return false;
    case CUDNN_NOTE_TENSOR_CORES:
    case CUDNN_NOTE_NARROW_INPUTS:
        return p->problem.precision != PRECISION_FP32;
    default:
        return true;
    }
}

static bool has_welcome_engine(struct cudnn_plans *p, cudnn_descriptor proposal)
{
    struct cudnn_descriptors *d = &p->descriptors;
    unsigned notes[CUDNN_NOTES_MOST];
    cudnn_descriptor engine = cudnn_descriptor_new(d, CUDNN_KIND_ENGINE);
    int64_t count;

    cudnn_descriptor_get(d, proposal, CUDNN_PROPOSAL_ENGINE, CUDNN_IS_DESCRIPTOR, 1, &engine);
    count = cudnn_descriptor_get(d, engine, CUDNN_ENGINE_NOTES, CUDNN_IS_NOTE, CUDNN_NOTES_MOST, notes);
    for (int64_t i = 0; i < count; i++)
        if (!is_welcome(p, notes[i]))
            return false;
    return !d->failed;
}

static bool make_plan(struct cudnn_plans *p, cudnn_descriptor proposal, size_t workspace_most)
{
    struct cudnn_descriptors *d = &p->descriptors;

    d->failed = false;
    if (!has_welcome_engine(p, proposal))
        return false;
    p->plan = cudnn_descriptor_new(d, CUDNN_KIND_PLAN);
    cudnn_descriptor_set(d, p->plan, CUDNN_PLAN_HANDLE, CUDNN_IS_HANDLE, 1, &p->session->handle);
    cudnn_descriptor_refer(d, p->plan, CUDNN_PLAN_PROPOSAL, proposal);
    cudnn_descriptor_finish(d, p->plan);
    return cudnn_descriptor_get(d, p->plan, CUDNN_PLAN_WORKSPACE, CUDNN_IS_INT64, 1, &p->workspace) == 1 &&
           p->workspace >= 0 && (uint64_t)p->workspace <= workspace_most;
}

bool cudnn_plans_next(struct cudnn_plans *p, size_t workspace_most)
{
    while (p->next < p->n_proposals)
        if (make_plan(p, p->proposals[p->next++], workspace_most))
            return true;
    return false;
}

size_t cudnn_plans_workspace(const struct cudnn_plans *p)
{
    return (size_t)p->workspace;
}

/* What failed before, in a capture, says nothing about this time. */
bool cudnn_plans_run(struct cudnn_plans *p, void *const tensors[CUDNN_TENSORS], void *workspace)
{
    const int64_t ids[CUDNN_TENSORS] = { CUDNN_X, CUDNN_W, CUDNN_Y };
    struct cudnn_descriptors *d = &p->descriptors;
    const int before = d->n_made;
    cudnn_descriptor pack;
    bool ok;

    d->failed = false;
    pack = cudnn_descriptor_new(d, CUDNN_KIND_PACK);
    cudnn_descriptor_set(d, pack, CUDNN_PACK_IDS, CUDNN_IS_INT64, CUDNN_TENSORS, ids);
    cudnn_descriptor_set(d, pack, CUDNN_PACK_ADDRESSES, CUDNN_IS_ADDRESS, CUDNN_TENSORS, tensors);
    cudnn_descriptor_set(d, pack, CUDNN_PACK_WORKSPACE, CUDNN_IS_ADDRESS, 1, &workspace);
    cudnn_descriptor_finish(d, pack);
    ok = !d->failed && d->library->cudnnBackendExecute(p->session->handle, p->plan, pack) == CUDNN_OK;
    cudnn_descriptor_drop_after(d, before);
    return ok;
}
