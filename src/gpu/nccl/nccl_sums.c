#include "gpu/nccl/nccl_sums.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "gpu/core/gpu_memory.h"
#include "gpu/nccl/nccl_library.h"

/* Seconds: between two looks at the others; that they have to open NCCL, at the least; that ranks which wait, too, have
 * to come to the question who does not. */
static const double look = 0.01, at_start = 60, to_meet = 5;

static const char adding[] = "adding up gradients";

struct nccl_sums {
    const struct nccl_library *library;
    struct communicator *ranks;
    nccl_comm comm; /* NULL: not open, or given up */
    cudaStream_t stream;
    cudaEvent_t made, summed; /* reused: who waits for one waits for its last record */
    double patience, looked;
    bool expected;
};

/* What is queued ends without the others. */
static void put_off(struct nccl_sums *s)
{
    if (!s->comm)
        return;
    s->library->ncclCommAbort(s->comm);
    s->comm = NULL;
    cudaStreamSynchronize(s->stream);
    cudaGetLastError(); /* clears a failure, which the next call would return again */
}

static void let_go(struct gpu *gpu)
{
    put_off(gpu->sums);
}

/* Always false. The first failure stays. */
static bool fail(struct gpu *gpu, const struct error *why)
{
    put_off(gpu->sums);
    if (gpu->error.kind == ERROR_NONE)
        gpu->error = *why;
    return false;
}

/* NCCL's own last words are a line of its log, in which it may name an address. */
static bool fail_with(struct gpu *gpu, unsigned status, const char *doing)
{
    const struct nccl_sums *s = gpu->sums;
    const char *more = s->comm ? s->library->ncclGetLastError(s->comm) : NULL;
    char line[200] = "", safe[sizeof line];
    struct error why;

    if (more)
        text_append(line, sizeof line, "%.*s", (int)strcspn(more, "\n"), more);
    text_sanitise(safe, sizeof safe, line);
    error_set(&why, ERROR_RUN, "cuda:%d: NCCL failed while %s: %.100s%s%s; NCCL_DEBUG=WARN in the environment tells "
              "more", gpu->device, doing, s->library->ncclGetErrorString(status), safe[0] ? ": " : "", safe);
    return fail(gpu, &why);
}

/* All that are left come here, and whoever does not is the one that is lost. One that began to wait later runs out of
 * patience later, too. */
static bool fail_late(struct gpu *gpu, double patience)
{
    struct nccl_sums *s = gpu->sums;
    struct error why;

    put_off(s);
    s->ranks->ops->patience(s->ranks, fmax(patience, to_meet));
    if (s->ranks->ops->barrier(s->ranks, &why))
        error_set(&why, ERROR_RUN, "cuda:%d: the sums over all GPUs have not come for %g seconds, though all ranks are "
                  "there; NCCL_DEBUG=WARN in the environment tells more", gpu->device, patience);
    return fail(gpu, &why);
}

static bool wait_on(struct gpu *gpu, double waited)
{
    struct nccl_sums *s = gpu->sums;
    const double now = clock_seconds();
    unsigned status = NCCL_OK, asked;
    struct error why;

    if (!s->comm || now - s->looked < look)
        return gpu->error.kind == ERROR_NONE;
    s->looked = now;
    asked = s->library->ncclCommGetAsyncError(s->comm, &status);
    if (!s->ranks->ops->look(s->ranks, &why))
        return fail(gpu, &why);
    if (asked != NCCL_OK || (status != NCCL_OK && status != NCCL_IN_PROGRESS))
        return fail_with(gpu, asked != NCCL_OK ? asked : status, adding);
    return waited <= s->patience || fail_late(gpu, s->patience);
}

static const struct gpu_peers peers = { .wait_on = wait_on, .let_go = let_go };

/* Until a call that has begun has ended, too. False with the sticky error. */
static bool settle(struct gpu *gpu, unsigned status, double patience, const char *doing)
{
    const struct timespec moment = { .tv_nsec = 50000 };
    struct nccl_sums *s = gpu->sums;
    const double since = clock_seconds();
    struct error why;
    unsigned asked = NCCL_OK;

    while (status == NCCL_IN_PROGRESS && (asked = s->library->ncclCommGetAsyncError(s->comm, &status)) == NCCL_OK &&
           status == NCCL_IN_PROGRESS) {
        if (clock_seconds() - s->looked > look) {
            s->looked = clock_seconds();
            if (!s->ranks->ops->look(s->ranks, &why))
                return fail(gpu, &why);
        }
        if (clock_seconds() - since > patience)
            return fail_late(gpu, patience);
        nanosleep(&moment, NULL);
    }
    return (asked == NCCL_OK && status == NCCL_OK) || fail_with(gpu, asked != NCCL_OK ? asked : status, doing);
}

void nccl_sums_expect(struct gpu *gpu, bool expected)
{
    gpu->sums->expected = expected;
}

void nccl_sums_begin(struct gpu *gpu, float *numbers, size_t count)
{
    struct nccl_sums *s = gpu->sums;

    if (!s->expected || gpu->error.kind != ERROR_NONE)
        return;
    if (gpu_good(gpu, cudaEventRecord(s->made, gpu->stream), adding) &&
        gpu_good(gpu, cudaStreamWaitEvent(s->stream, s->made, 0), adding))
        settle(gpu, s->library->ncclAllReduce(numbers, numbers, count, NCCL_FLOAT, NCCL_SUM, s->comm, s->stream),
               s->patience, adding);
}

void nccl_sums_await(struct gpu *gpu)
{
    struct nccl_sums *s = gpu->sums;

    if (s->expected && gpu->error.kind == ERROR_NONE &&
        gpu_good(gpu, cudaEventRecord(s->summed, s->stream), adding))
        gpu_good(gpu, cudaStreamWaitEvent(gpu->stream, s->summed, 0), adding);
}

/* What each rank brings to the meeting. */
struct card {
    struct error error; /* why it cannot join; ERROR_NONE: it can */
    int version;
    nccl_id id; /* rank 0's */
};

static struct card own_card(struct gpu *gpu)
{
    struct nccl_sums *s = gpu->sums;
    struct card card = { .error = gpu->error };

    if (card.error.kind != ERROR_NONE)
        return card;
    s->library = nccl_library(&card.version, &card.error);
    if (s->library && s->ranks->rank == 0) {
        unsigned status = s->library->ncclGetUniqueId(&card.id);

        if (status != NCCL_OK) {
            fail_with(gpu, status, "starting");
            card.error = gpu->error;
        }
    }
    return card;
}

/* The first rank that cannot join, or whose NCCL is another one than rank 0's. */
static bool can_all(struct communicator *c, const struct card *all, struct error *e)
{
    char who[96], versions[2][32];

    for (int r = 0; r < c->ranks; r++) {
        c->ops->describe(c, r, who, sizeof who);
        if (all[r].error.kind != ERROR_NONE) {
            *e = all[r].error;
            return r > 0 ? error_context(e, "%s", who) : false;
        }
        if (all[r].version == all[0].version)
            continue;
        nccl_library_version(all[r].version, versions[0], sizeof versions[0]);
        nccl_library_version(all[0].version, versions[1], sizeof versions[1]);
        return error_set(e, ERROR_DEVICE, "%s has NCCL %s and rank 0 NCCL %s: all need the same", who, versions[0],
                         versions[1]);
    }
    return true;
}

/* False with the same error on all ranks: one that cannot go on leaves when the others know it, too. */
static bool meet(struct gpu *gpu, nccl_id *id, struct error *e)
{
    struct communicator *c = gpu->sums->ranks;
    const struct card own = own_card(gpu);
    struct card *all = memory_new((size_t)c->ranks, sizeof *all, e);
    bool gathered = all && c->ops->all_gather(c, &own, sizeof own, all, e), good = gathered && can_all(c, all, e);
    struct error of_leaving;

    if (good)
        *id = all[0].id;
    else if (gathered)
        c->ops->barrier(c, &of_leaving);
    free(all);
    return good;
}

static bool open_streams(struct gpu *gpu)
{
    struct nccl_sums *s = gpu->sums;

    return gpu_good(gpu, cudaStreamCreateWithFlags(&s->stream, cudaStreamNonBlocking), "making a stream") &&
           gpu_good(gpu, cudaEventCreateWithFlags(&s->made, cudaEventDisableTiming), "making events") &&
           gpu_good(gpu, cudaEventCreateWithFlags(&s->summed, cudaEventDisableTiming), "making events");
}

static bool start(struct gpu *gpu, nccl_id id)
{
    struct nccl_sums *s = gpu->sums;
    struct nccl_settings settings = { .size = NCCL_SETTINGS_BYTES, .magic = nccl_magic, .version = NCCL_VERSION_LEAST };

    return settle(gpu, s->library->ncclCommInitRankConfig(&s->comm, s->ranks->ranks, id, s->ranks->rank, &settings),
                  fmax(s->patience, at_start), "starting");
}

enum { TRIED = 1000 };

static bool is_sum(struct gpu *gpu, const float *numbers)
{
    const int ranks = gpu->sums->ranks->ranks;

    for (int i = 0; i < TRIED; i++)
        if (numbers[i] != (float)(ranks * (ranks + 1) / 2 + ranks * i))
            return error_set(&gpu->error, ERROR_DEVICE, "cuda:%d: NCCL adds up wrong: %g, not %g", gpu->device,
                             (double)numbers[i], (double)(ranks * (ranks + 1) / 2 + ranks * i));
    return true;
}

/* Whole numbers, whose sums are exact in any order. It is also what connects the GPUs. */
static bool try_out(struct gpu *gpu)
{
    static const char doing[] = "trying a sum";
    struct nccl_sums *s = gpu->sums;
    float numbers[TRIED];
    float *on_device = gpu_memory_new(gpu, sizeof numbers, "sums over GPUs");
    bool good;

    for (int i = 0; i < TRIED; i++)
        numbers[i] = (float)(s->ranks->rank + 1 + i);
    s->expected = true;
    good = on_device && gpu_good(gpu, cudaMemcpyAsync(on_device, numbers, sizeof numbers, cudaMemcpyHostToDevice,
                                                      gpu->stream), doing);
    if (good) {
        nccl_sums_begin(gpu, on_device, TRIED);
        nccl_sums_await(gpu);
    }
    good = gpu->error.kind == ERROR_NONE && gpu_good(gpu, cudaEventRecord(s->made, gpu->stream), doing) &&
           gpu_wait_for(gpu, s->made, doing) &&
           gpu_good(gpu, cudaMemcpyAsync(numbers, on_device, sizeof numbers, cudaMemcpyDeviceToHost, gpu->stream),
                    doing) &&
           gpu_good(gpu, cudaStreamSynchronize(gpu->stream), doing) && is_sum(gpu, numbers);
    gpu_memory_free(gpu, on_device);
    return good;
}

/* One rank's failure is that of all, wherever they wait for it. */
static bool start_all(struct gpu *gpu, nccl_id id, struct error *e)
{
    struct communicator *c = gpu->sums->ranks;

    if (open_streams(gpu) && start(gpu, id) && try_out(gpu))
        return c->ops->barrier(c, e);
    *e = gpu->error;
    if (c->ops->give_up)
        c->ops->give_up(c, e);
    return false;
}

bool nccl_sums_open(struct gpu *gpu, struct communicator *c, double patience, struct error *e)
{
    struct nccl_sums *s = memory_new(1, sizeof *s, e);
    nccl_id id;

    if (!s)
        return false;
    s->ranks = c;
    s->patience = patience;
    gpu->sums = s;
    gpu->peers = &peers;

    if (meet(gpu, &id, e) && start_all(gpu, id, e))
        return true;
    if (gpu->error.kind == ERROR_NONE)
        gpu->error = *e;
    nccl_sums_close(gpu);
    return false;
}

/* Where all is well nobody waits for a sum any more: what the others still do is no reason to fail. */
static void part(struct nccl_sums *s)
{
    const struct timespec moment = { .tv_nsec = 1000000 };
    const double until = clock_seconds() + to_meet;
    unsigned status = s->library->ncclCommFinalize(s->comm);

    while (status == NCCL_IN_PROGRESS && clock_seconds() < until &&
           s->library->ncclCommGetAsyncError(s->comm, &status) == NCCL_OK && status == NCCL_IN_PROGRESS)
        nanosleep(&moment, NULL);
    if (status != NCCL_OK)
        return;
    s->library->ncclCommDestroy(s->comm);
    s->comm = NULL;
}

void nccl_sums_close(struct gpu *gpu)
{
    struct nccl_sums *s = gpu->sums;

    if (!s)
        return;
    if (gpu->error.kind == ERROR_NONE && s->comm)
        part(s);
    put_off(s);
    if (s->stream) {
        cudaStreamSynchronize(s->stream);
        cudaStreamDestroy(s->stream);
    }
    if (s->made)
        cudaEventDestroy(s->made);
    if (s->summed)
        cudaEventDestroy(s->summed);
    cudaGetLastError(); /* clears a failure, which the next call would return again */
    free(s);
    gpu->sums = NULL;
    gpu->peers = NULL;
}
