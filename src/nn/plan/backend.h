/* Who runs a plan. Plain C, no device types: the CPU backend, the CUDA plug-in and the tests' double-precision
 * reference implement this. A backend is opened, used and closed on the thread that trains; it never exits, prints or
 * aborts. The first failure is kept, everything after it is skipped, and wait() reports it. */
#ifndef NN_BACKEND_H
#define NN_BACKEND_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "nn/plan/communicator.h"
#include "nn/plan/plan.h"

enum { BACKEND_ABI = 13, DEVICES_MAX = 64 };

/* Opaque: a one-member struct, so that host code cannot dereference a device address by accident. */
struct buffer {
    uintptr_t handle;
};

struct device_info {
    char id[16];        /* "cpu", "cuda:0" */
    char name[128];     /* "AMD EPYC 7763", foreign text: sanitise */
    int threads;        /* a CPU: how many the process may use; else 0 */
    int threads_all;    /* a CPU: of the whole node */
    char unit[16];      /* what it computes with: a CPU's vector unit, "avx2"; a GPU's architecture, "sm_90" */
    char pci[32];       /* a GPU: its address on the bus as NVML writes it, "00000000:3B:00.0"; else "" */
    char uuid[96];      /* a GPU: "GPU-…" or "MIG-…"; else "" */
    uint64_t memory;    /* bytes this process may use; 0 when unknown */
    double bandwidth;   /* a GPU: bytes a second to and from its memory that it cannot pass; 0 when unknown */
    int cores;          /* a GPU: that do a fp32 product each in a cycle; 0 when unknown */
    double peak[PRECISIONS_COUNT]; /* floating-point operations a second that products cannot pass; 0 when unknown */
};

struct device_choice {
    int index;   /* in the backend's list */
    int threads; /* a CPU: 0 for all it may use */
    int replicas; /* that train together in this process, each with so many threads or on a GPU; 0 or 1: it is one */
    uint64_t among; /* of replicas on GPUs: bit i says that one of them is on that at index i */
    int one, of; /* a CPU: of so many replicas in this process, each with as many threads, it is number `one`, from 0;
                    of 0: of none */
};

/* Of a choice of several replicas that at `place`, 0..replicas-1; a choice of one is what it was. */
struct device_choice backend_replica(const struct device_choice *several, int place);

/* How the images of a step are mixed, each with the next one of the whole batch (MIX): in a box,
 * y = x + blend × (next - x). All 0: they are not. */
struct step_mix {
    float blend;
    int top, left, bottom, right; /* of the box, in pixels; the last two are outside */
    float share;                  /* of the next image in the whole: of its label in the loss */
};

/* What changes from step to step; everything else is in the plan. */
struct step {
    int rows;            /* images that go through the plan, 1..plan->batch */
    /* They may be a slice of a larger batch, of which the rest goes through before and after them, or elsewhere. */
    int first;           /* their first row in it: what is random depends on a row's place in the whole batch */
    int whole;           /* its rows: losses are means over these; 0: as many as `rows` */
    int part, parts;     /* 0..parts-1: the slices that are computed here one after the other; parts 0: this alone */
    uint64_t number;     /* 1 for the first update: random sequences and Adam's bias correction depend on it */
    uint64_t seed;
    uint32_t epoch;      /* 1 for the first: what alternates depends on it */
    double learning_rate;
    struct step_mix mix;
    /* A whole split [..][H][W][C] in the device's memory, of which GATHER reads image index[n] for row n. Handle 0: row
     * n of the batch's own images. */
    struct buffer images;
    /* Of those that train together, for ALL_REDUCE and AWAIT; it keeps the first failure. Where AWAIT fails, the update
     * is left out. NULL: there are no others. */
    struct communicator *communicator;
    /* Asked while the step runs, where `ahead` is 1: false when nobody wants it any more. A backend may then leave out
     * what it has not begun, unless it has begun SPAN_UPDATE; reach() says so. NULL: it is wanted. */
    bool (*go_on)(void *context);
    void *go_on_context;
};

static inline int step_whole(const struct step *s)
{
    return s->whole > 0 ? s->whole : s->rows;
}

/* The row in the whole batch of the step's row n; behind the last of a whole batch is its first. */
static inline int64_t step_row(const struct step *s, int64_t n)
{
    const int64_t row = s->first + n;

    return row == step_whole(s) ? 0 : row;
}

/* What an operation takes of a device. */
struct op_work {
    double seconds;
    int launches; /* kernels, copies and fills that it queues; 0 when unknown */
};

struct backend {
    const struct backend_ops *ops; /* first member of every backend's own struct */
};

struct backend_class {
    int abi;       /* BACKEND_ABI */
    size_t size;   /* of this struct */
    const char *name; /* "cpu", "cuda" */
    /* How many steps to queue before the first is waited for; 1 where run() computes before it returns. */
    int ahead;
    /* Fills in at most `room` devices and returns how many there are; with none, why_none says why in words. */
    int (*devices)(struct device_info *out, int room, char *why_none, size_t size);
    struct backend *(*open)(const struct device_choice *choice, struct error *e);
};

struct backend_ops {
    void (*close)(struct backend *b);
    /* Zeroed memory. A failure says how much was asked for and how much was free. */
    bool (*alloc)(struct backend *b, size_t bytes, struct buffer *out);
    void (*free)(struct backend *b, struct buffer buffer);
    /* From and to ordinary memory: done on return. From and to staged memory (below): queued, in the order of the
     * calls; until it is done the staged memory is the backend's. */
    void (*upload)(struct backend *b, struct buffer to, size_t offset, const void *from, size_t bytes);
    void (*download)(struct backend *b, void *to, struct buffer from, size_t offset, size_t bytes);
    /* Host memory that the device reads and writes by itself; NULL with the first failure kept. unstage() waits. */
    void *(*stage)(struct backend *b, size_t bytes);
    void (*unstage)(struct backend *b, void *memory);
    /* Bytes that alloc() could still give; 0 when unknown. (A split's images are held on the device where they fit and
     * `ahead` is more than 1: where host and device share their memory, nothing is gained.) */
    uint64_t (*room)(struct backend *b);
    /* Binds a plan and its arenas (a buffer each, of plan->arena_bytes, the caller's): chooses algorithms, sizes
     * workspaces. The plan and the buffers must live until the next prepare or close. */
    bool (*prepare)(struct backend *b, const struct plan *plan, const struct buffer arenas[ARENA_COUNT]);
    /* Runs operations first..end-1 of the prepared plan: a span, or a single one for profiles and tests. May return
     * before they are done. */
    void (*run)(struct backend *b, int first, int end, const struct step *step);
    /* Runs operations first..end-1, which run() has run before, and waits; out [end - first] is what each of them took
     * among the others, with no way to the device and back in it. False with the first failure. NULL where a device
     * cannot tell. */
    bool (*measure)(struct backend *b, int first, int end, const struct step *step, struct op_work *out,
                    struct error *e);
    /* A mark in the queue, behind everything that was queued so far. */
    uint64_t (*mark)(struct backend *b);
    /* Waits until everything before the mark is done; false with the first failure, or with ERROR_STOPPED, which is not
     * kept, when parts of a step before it were left out: weights are then as they were before that step, but what its
     * forward pass updates is not. */
    bool (*reach)(struct backend *b, uint64_t mark, struct error *e);
    /* Waits until all is done; false with the first failure. */
    bool (*wait)(struct backend *b, struct error *e);
    /* Once, where ranks train together, each on a device of its own, before the first step: from then on these sum by
     * themselves what ALL_REDUCE is given. All ranks call it, and all get the same answer. A rank for whose part of a
     * sum a device waits longer than `patience` seconds is lost. The communicator outlives the backend. NULL: sums are
     * the communicator's own. */
    bool (*join)(struct backend *b, struct communicator *c, double patience, struct error *e);
};

/* For backends whose buffers' handles are addresses: an operation of a prepared plan with its operands found. */
struct bound_op {
    const struct op *op;
    void *in[OP_INPUTS], *out[OP_OUTPUTS]; /* as op->in and op->out; NULL for VALUE_NONE */
};

/* All operations of a plan, [plan->n_ops], to be freed by the caller; they point into the plan and the arenas. NULL
 * without memory. */
struct bound_op *backend_bind(const struct plan *plan, const struct buffer arenas[ARENA_COUNT], struct error *e);

#endif
