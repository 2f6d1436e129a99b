#include "cpu/cpu_backend.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/limits.h"
#include "base/memory.h"
#include "cpu/cpu_program.h"
#include "cpu/variant.h"
#include "host/cores.h"
#include "host/host_memory.h"
#include "host/placement.h"

struct cpu_backend {
    struct backend base;
    uint64_t limit, used; /* bytes; limit 0: unknown; used: in use when it was opened, plus what it allocated since */
    struct error error;   /* the first failure */
    bool left_out;        /* parts of a step, and reach() has not said so yet */
    struct cpu_program program;
};

/* A buffer's handle is the address of `memory`; its size is in the cache line before. */
struct allocation {
    size_t bytes;
    _Alignas(MEMORY_LINE) char memory[];
};

static struct cpu_backend *backend_of(struct backend *b)
{
    return (struct cpu_backend *)b;
}

/* Bytes that this process may use, and bytes in use by all that share them; 0 for what cannot be read. */
static void read_memory(uint64_t *limit, uint64_t *used)
{
    struct host_memory memory;

    host_memory_read(&memory);
    *limit = memory.limit.known ? (uint64_t)memory.limit.value : 0;
    *used = memory.used.known ? (uint64_t)memory.used.value : 0;
}

static int cpu_devices(struct device_info *out, int room, char *why_none, size_t size)
{
    struct error ignored; /* open() reports it */
    const struct kernel_set *variant = variant_choose(&ignored);
    struct cores cores = cores_count();
    uint64_t limit, used;

    read_memory(&limit, &used);
    (void)why_none; /* there always is a CPU */
    (void)size;
    if (room < 1)
        return 1;
    *out = (struct device_info){ .id = "cpu", .threads = cores.usable, .threads_all = cores.all, .memory = limit };
    cores_model(out->name, sizeof out->name);
    if (variant)
        snprintf(out->unit, sizeof out->unit, "%s", variant->name);
    return 1;
}

static void cpu_close(struct backend *b)
{
    struct cpu_backend *self = backend_of(b);

    free(self->program.workspaces);
    cpu_program_close(&self->program);
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
    struct share share = team_share((int64_t)z->bytes, MEMORY_HUGE_PAGE, thread, z->threads);

    memset(z->memory + share.begin, 0, (size_t)(share.end - share.begin));
}

/* The team zeroes it, so that on a NUMA node each page is in the memory next to a thread that uses it. */
static void zero(const struct cpu_backend *self, char *memory, size_t bytes)
{
    const struct cpu_program *p = &self->program;

    team_run(p->team, zero_share, &(struct zeroing){ .memory = memory, .bytes = bytes, .threads = p->threads });
}

/* Uninitialised. Large memory is in huge pages if possible: an arena is read from end to end in every step. */
static void *alloc_aligned(size_t bytes)
{
    size_t alignment = bytes >= MEMORY_HUGE_PAGE ? MEMORY_HUGE_PAGE : MEMORY_LINE;
    void *memory = bytes <= SIZE_MAX - alignment ? aligned_alloc(alignment, size_round_up(bytes, alignment)) : NULL;

    if (memory && alignment == MEMORY_HUGE_PAGE)
        madvise(memory, size_round_up(bytes, alignment), MADV_HUGEPAGE); /* only advice */
    return memory;
}

static bool out_of_memory(struct cpu_backend *self, size_t bytes, const char *purpose)
{
    const double megabyte = 1e6;

    if (!self->limit)
        return error_set(&self->error, ERROR_MEMORY, "not enough memory: %s need %.1f MB", purpose,
                         (double)bytes / megabyte);
    return error_set(&self->error, ERROR_MEMORY,
                     "not enough memory: %s need %.1f MB, and of the %.1f MB this process may use %.1f MB are in use",
                     purpose, (double)bytes / megabyte, (double)self->limit / megabyte, (double)self->used / megabyte);
}

/* Linux grants more memory than there is, and ends the process later: so the limit is checked first. */
static bool over_limit(const struct cpu_backend *self, size_t bytes)
{
    return self->limit && (bytes > self->limit || self->used > self->limit - bytes);
}

static bool cpu_alloc(struct backend *b, size_t bytes, struct buffer *out)
{
    struct cpu_backend *self = backend_of(b);
    struct allocation *allocation = NULL;

    out->handle = 0;
    if (self->error.kind != ERROR_NONE)
        return false;
    if (!over_limit(self, bytes) && bytes <= SIZE_MAX - sizeof *allocation)
        allocation = alloc_aligned(sizeof *allocation + bytes);
    if (!allocation)
        return out_of_memory(self, bytes, "the network's buffers");
    allocation->bytes = bytes;
    zero(self, allocation->memory, bytes);
    self->used += bytes;
    out->handle = (uintptr_t)allocation->memory;
    return true;
}

static void cpu_free(struct backend *b, struct buffer buffer)
{
    struct allocation *allocation;

    if (!buffer.handle)
        return;
    allocation = (struct allocation *)(buffer.handle - offsetof(struct allocation, memory));
    backend_of(b)->used -= allocation->bytes;
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

    return self->limit > self->used ? self->limit - self->used : 0;
}

/* The threads' workspaces and then the team's shared memory, in one block. */
static bool alloc_workspaces(struct cpu_backend *self)
{
    size_t bytes = cpu_program_bytes(&self->program);

    self->program.workspaces = over_limit(self, bytes) ? NULL : alloc_aligned(bytes);
    self->used += self->program.workspaces ? bytes : 0;
    return self->program.workspaces || out_of_memory(self, bytes, "the threads' workspaces");
}

static void free_workspaces(struct cpu_backend *self)
{
    self->used -= self->program.workspaces ? cpu_program_bytes(&self->program) : 0;
    free(self->program.workspaces);
    self->program.workspaces = NULL;
}

static bool cpu_prepare(struct backend *b, const struct plan *plan, const struct buffer arenas[ARENA_COUNT])
{
    struct cpu_backend *self = backend_of(b);

    if (self->error.kind != ERROR_NONE)
        return false;
    free_workspaces(self);
    return cpu_program_prepare(&self->program, plan, arenas, &self->error) && alloc_workspaces(self);
}

static void run(struct cpu_backend *self, int first, int end, const struct step *step, struct op_work *work)
{
    if (self->error.kind != ERROR_NONE)
        return;
    if (step->rows < 1 || step->rows > self->program.plan->batch) {
        error_set(&self->error, ERROR_DEVICE, "a step of %d images in a plan for at most %d", step->rows,
                  self->program.plan->batch);
        return;
    }
    self->left_out = !cpu_program_run(&self->program, first, end, step, work);
}

static void cpu_run(struct backend *b, int first, int end, const struct step *step)
{
    run(backend_of(b), first, end, step, NULL);
}

static bool cpu_wait(struct backend *b, struct error *e)
{
    *e = backend_of(b)->error;
    return e->kind == ERROR_NONE;
}

static bool cpu_measure(struct backend *b, int first, int end, const struct step *step, struct op_work *out,
                        struct error *e)
{
    run(backend_of(b), first, end, step, out);
    return cpu_wait(b, e);
}

/* run() returns when its work is done: there is nothing to wait for. */
static uint64_t cpu_mark(struct backend *b)
{
    (void)b;
    return 0;
}

static bool cpu_reach(struct backend *b, uint64_t mark, struct error *e)
{
    struct cpu_backend *self = backend_of(b);
    bool left_out = self->left_out;

    (void)mark;
    self->left_out = false;
    return cpu_wait(b, e) && (!left_out || error_set(e, ERROR_STOPPED, "stopped in the middle of a step"));
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
    .measure = cpu_measure,
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
    if (choice->of > 1) /* before it starts threads and takes memory */
        placement_take(choice->one, choice->of, choice->threads);
    read_memory(&self->limit, &self->used);
    if (!cpu_program_open(&self->program, variant, choice->threads > 0 ? choice->threads : cores_count().usable, e)) {
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
