#include "cpu/cpu_backend.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/gemm.h"
#include "base/memory.h"
#include "cpu/denormals.h"
#include "cpu/variant.h"
#include "host/cores.h"
#include "host/readings.h"
#include "kernels/kernels.h"
#include "nn/bound_op.h"

struct cpu_backend {
    struct backend base;
    const struct kernel_set *variant;
    int threads;
    struct team *team;
    struct kernel_left *left; /* [threads] */
    uint64_t limit, taken; /* bytes; a limit of 0 is unknown; taken: in use at the start, and what was given since */
    struct error error;        /* the first failure */
    const struct plan *plan;
    struct bound_op *bound; /* [plan->n_ops] */
    char *workspaces; /* threads × workspace_stride bytes, then shared_bytes */
    size_t workspace_stride, shared_bytes;
};

/* What a buffer's handle points into: the size stands in the line before the memory. */
struct allocation {
    size_t bytes;
    _Alignas(64) char memory[];
};

enum { LINE = 64, HUGE_PAGE = 2 << 20 };

static struct cpu_backend *backend_of(struct backend *b)
{
    return (struct cpu_backend *)b;
}

static size_t rounded(size_t bytes, size_t to)
{
    return (bytes + to - 1) / to * to;
}

/* Bytes this process may use, and those that are in use by whoever shares them; 0 for what cannot be read. */
static void read_memory(uint64_t *limit, uint64_t *used)
{
    struct host_sampler *sampler = host_sampler_new();
    struct host_readings readings;

    *limit = *used = 0;
    if (!sampler)
        return;
    host_sampler_read(sampler, &readings);
    host_sampler_free(sampler);
    if (readings.memory_limit.known)
        *limit = (uint64_t)readings.memory_limit.value;
    if (readings.memory_used.known)
        *used = (uint64_t)readings.memory_used.value;
}

static int cpu_devices(struct device_info *out, int room, char *why_none, size_t size)
{
    struct error none; /* told when the device is opened */
    const struct kernel_set *variant = variant_choose(&none);
    struct cores cores = cores_count();
    uint64_t limit, used;

    read_memory(&limit, &used);
    (void)why_none; /* there is always a processor */
    (void)size;
    if (room < 1)
        return 1;
    *out = (struct device_info){
        .id = "cpu", .threads = cores.usable, .threads_all = cores.all, .memory = limit
    };
    cores_model(out->name, sizeof out->name);
    if (variant)
        snprintf(out->unit, sizeof out->unit, "%s", variant->name);
    return 1;
}

static void cpu_close(struct backend *b)
{
    struct cpu_backend *self = backend_of(b);

    team_free(self->team);
    free(self->workspaces);
    free(self->bound);
    free(self->left);
    free(self);
}

struct zeroing {
    char *memory;
    size_t bytes;
    int threads;
};

static void zero_share(void *context, int thread)
{
    const struct zeroing *z = context;
    struct share share = share_of((int64_t)z->bytes, HUGE_PAGE, thread, z->threads);

    memset(z->memory + share.begin, 0, (size_t)(share.end - share.begin));
}

/* Zeroes by the team, so that on a node with several memories pages lie near the threads that use them. */
static void zero(const struct cpu_backend *self, char *memory, size_t bytes)
{
    team_run(self->team, zero_share, &(struct zeroing){ .memory = memory, .bytes = bytes, .threads = self->threads });
}

/* Large memory asks for huge pages: an arena is read from end to end every step. */
static void *aligned(size_t bytes)
{
    size_t alignment = bytes >= HUGE_PAGE ? HUGE_PAGE : LINE;
    void *memory = bytes <= SIZE_MAX - alignment ? aligned_alloc(alignment, rounded(bytes, alignment)) : NULL;

    if (memory && alignment == HUGE_PAGE)
        madvise(memory, rounded(bytes, alignment), MADV_HUGEPAGE); /* advice: nothing is lost when it is not taken */
    return memory;
}

static bool out_of_memory(struct cpu_backend *self, size_t bytes, const char *purpose)
{
    const double megabyte = 1e6;

    if (!self->limit)
        return error_set(&self->error, ERROR_MEMORY, "not enough memory: %s need %.1f MB", purpose,
                         (double)bytes / megabyte);
    return error_set(&self->error, ERROR_MEMORY,
                     "not enough memory: %s need %.1f MB, and of the %.1f MB this process may use %.1f MB are taken",
                     purpose, (double)bytes / megabyte, (double)self->limit / megabyte,
                     (double)self->taken / megabyte);
}

/* Linux promises more memory than there is and ends the process later: so the limit is looked at first. */
static bool over_limit(const struct cpu_backend *self, size_t bytes)
{
    return self->limit && (bytes > self->limit || self->taken > self->limit - bytes);
}

static bool cpu_alloc(struct backend *b, size_t bytes, struct buffer *out)
{
    struct cpu_backend *self = backend_of(b);
    struct allocation *allocation = NULL;

    out->handle = 0;
    if (self->error.kind != ERROR_NONE)
        return false;
    if (!over_limit(self, bytes) && bytes <= SIZE_MAX - sizeof *allocation)
        allocation = aligned(sizeof *allocation + bytes);
    if (!allocation)
        return out_of_memory(self, bytes, "the network's buffers");
    allocation->bytes = bytes;
    zero(self, allocation->memory, bytes);
    self->taken += bytes;
    out->handle = (uintptr_t)allocation->memory;
    return true;
}

static void cpu_free(struct backend *b, struct buffer buffer)
{
    struct allocation *allocation;

    if (!buffer.handle)
        return;
    allocation = (struct allocation *)(buffer.handle - offsetof(struct allocation, memory));
    backend_of(b)->taken -= allocation->bytes;
    free(allocation);
}

static void cpu_upload(struct backend *b, struct buffer to, size_t offset, const void *from, size_t bytes)
{
    if (backend_of(b)->error.kind == ERROR_NONE && bytes > 0)
        memcpy((char *)to.handle + offset, from, bytes);
}

static void cpu_download(struct backend *b, void *to, struct buffer from, size_t offset, size_t bytes)
{
    if (backend_of(b)->error.kind == ERROR_NONE && bytes > 0)
        memcpy(to, (const char *)from.handle + offset, bytes);
}

static void *cpu_stage(struct backend *b, size_t bytes)
{
    return backend_of(b)->error.kind == ERROR_NONE ? memory_new(1, bytes, &backend_of(b)->error) : NULL;
}

static void cpu_unstage(struct backend *b, void *memory)
{
    (void)b;
    free(memory);
}

static uint64_t cpu_room(struct backend *b)
{
    const struct cpu_backend *self = backend_of(b);

    return self->limit > self->taken ? self->limit - self->taken : 0;
}

/* Where bf16 gains nothing it is refused, unless somebody forces the variant to see what it computes. */
static bool precision_gains(struct cpu_backend *self, const struct op *op)
{
    return op->precision != PRECISION_BF16 || self->variant->bf16 || variant_forced() ||
           error_set(&self->error, ERROR_DEVICE,
                     "this processor computes nothing faster in bf16 (it has no AVX512_BF16): set precision = fp32");
}

static const struct kernel *kernel_of(const struct cpu_backend *self, const struct op *op)
{
    return &self->variant->kernels[op->kind];
}

static bool knows_all(struct cpu_backend *self, const struct plan *plan)
{
    for (const struct op *op = plan->ops; op < plan->ops + plan->n_ops; op++) {
        if (!precision_gains(self, op))
            return false;
        if (!kernel_of(self, op)->run)
            return error_set(&self->error, ERROR_DEVICE, "the CPU has no kernel for the operation %s",
                             op_name(op->kind));
    }
    return true;
}

/* The most that any operation asks of each thread and of the team. */
static void size_workspaces(struct cpu_backend *self)
{
    size_t stride = 0;

    self->shared_bytes = 0;
    for (int i = 0; i < self->plan->n_ops; i++) {
        const struct op *op = &self->plan->ops[i];
        const struct kernel *kernel = kernel_of(self, op);
        size_t own = kernel->workspace ? kernel->workspace(op, self->plan->batch, self->threads) : 0;
        size_t shared = kernel->shared ? kernel->shared(op, self->plan->batch, self->threads) : 0;

        stride = own > stride ? own : stride;
        self->shared_bytes = shared > self->shared_bytes ? shared : self->shared_bytes;
    }
    /* A page more, so that the threads' blocks do not fall into the same sets of a shared cache. */
    self->workspace_stride = rounded(stride, LINE) + 4096 + LINE;
}

static size_t workspace_bytes(const struct cpu_backend *self)
{
    return self->workspace_stride * (size_t)self->threads + self->shared_bytes;
}

/* One piece: the threads' workspaces, then the team's. */
static bool take_workspaces(struct cpu_backend *self)
{
    size_workspaces(self);

    size_t bytes = workspace_bytes(self);

    self->workspaces = over_limit(self, bytes) ? NULL : aligned(bytes);
    self->taken += self->workspaces ? bytes : 0;
    return self->workspaces || out_of_memory(self, bytes, "the threads' workspaces");
}

static void drop_workspaces(struct cpu_backend *self)
{
    self->taken -= self->workspaces ? workspace_bytes(self) : 0;
    free(self->workspaces);
    self->workspaces = NULL;
}

static bool cpu_prepare(struct backend *b, const struct plan *plan, const struct buffer arenas[ARENA_COUNT])
{
    struct cpu_backend *self = backend_of(b);

    if (self->error.kind != ERROR_NONE || !knows_all(self, plan))
        return false;
    drop_workspaces(self);
    free(self->bound);
    self->plan = plan;
    self->bound = bound_op_all(plan, arenas, &self->error);
    return self->bound && take_workspaces(self);
}

struct span_work {
    struct cpu_backend *self;
    int first, end;
    const struct step *step;
};

/* What every thread of the team does: each operation in turn, and a meeting after it. */
static void run_operations(void *context, int thread)
{
    const struct span_work *work = context;
    struct cpu_backend *self = work->self;
    uint64_t mode = denormals_off();

    for (int i = work->first; i < work->end; i++) {
        const struct bound_op *bound = &self->bound[i];
        struct kernel_task task = {
            .op = bound->op,
            .step = work->step,
            .in = bound->in,
            .out = bound->out,
            .thread = thread,
            .threads = self->threads,
            .team = self->team,
            .left = self->left,
            .workspaces = self->workspaces,
            .workspace_stride = self->workspace_stride,
            .shared = self->workspaces + self->workspace_stride * (size_t)self->threads,
        };

        kernel_of(self, bound->op)->run(&task);
        if (i + 1 < work->end)
            kernel_barrier(&task);
    }
    denormals_restore(mode);
}

static void cpu_run(struct backend *b, int first, int end, const struct step *step)
{
    struct cpu_backend *self = backend_of(b);

    if (self->error.kind != ERROR_NONE)
        return;
    if (step->rows < 1 || step->rows > self->plan->batch) {
        error_set(&self->error, ERROR_DEVICE, "a step of %d images in a plan for at most %d", step->rows,
                  self->plan->batch);
        return;
    }
    team_run(self->team, run_operations,
             &(struct span_work){ .self = self, .first = first, .end = end, .step = step });
}

static bool cpu_wait(struct backend *b, struct error *e)
{
    *e = backend_of(b)->error;
    return e->kind == ERROR_NONE;
}

/* Whatever was asked for was done at once. */
static uint64_t cpu_mark(struct backend *b)
{
    (void)b;
    return 0;
}

static bool cpu_reach(struct backend *b, uint64_t mark, struct error *e)
{
    (void)mark;
    return cpu_wait(b, e);
}

static const struct backend_ops cpu_operations = {
    .close = cpu_close,
    .alloc = cpu_alloc,
    .free = cpu_free,
    .upload = cpu_upload,
    .download = cpu_download,
    .stage = cpu_stage,
    .unstage = cpu_unstage,
    .room = cpu_room,
    .prepare = cpu_prepare,
    .run = cpu_run,
    .mark = cpu_mark,
    .reach = cpu_reach,
    .wait = cpu_wait,
};

static struct backend *cpu_open(const struct device_choice *choice, struct error *e)
{
    const struct kernel_set *variant = variant_choose(e);
    struct cpu_backend *self = variant ? memory_new(1, sizeof *self, e) : NULL;

    if (!self)
        return NULL;
    self->base.ops = &cpu_operations;
    self->variant = variant;
    self->threads = choice->threads > 0 ? choice->threads : cores_count().usable;
    read_memory(&self->limit, &self->taken);
    self->left = memory_new_aligned((size_t)self->threads, sizeof *self->left, e);
    self->team = self->left ? team_new(self->threads, gemm_prepare, e) : NULL;
    if (!self->team) {
        cpu_close(&self->base);
        return NULL;
    }
    return &self->base;
}

const struct backend_class cpu_backend_class = {
    .abi = BACKEND_ABI,
    .size = sizeof(struct backend_class),
    .name = "cpu",
    .ahead = 1,
    .devices = cpu_devices,
    .open = cpu_open,
};
