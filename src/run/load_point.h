/* What a run asked of its device, for a piece of its time: a line of metrics.jsonl. */
#ifndef RUN_LOAD_POINT_H
#define RUN_LOAD_POINT_H

#include <stddef.h>

/* Member, key of its line. What is unknown is NaN. */
#define LOAD_FIGURES(X) \
    X(seconds, "seconds")                     /* trained so far, at the end of the piece */ \
    X(epoch, "epoch")                         /* position, as of a step */ \
    X(cpu, "cpu_load")                        /* of the cores that the process may use: a mean over the piece, 0..1 */ \
    X(others, "others_load")                  /* of those cores, what other processes used: a mean over the piece */ \
    X(memory, "memory_bytes")                 /* resident, of the process, at the end of the piece */ \
    X(memory_limit, "memory_limit_bytes")     /* of its control group, else the node's */ \
    X(gpu, "gpu_load")                        /* of the run's GPUs: a mean over them and over the piece, 0..1 */ \
    X(gpu_memory, "gpu_memory_bytes")         /* of these together, whoever uses them, at the newest reading */ \
    X(gpu_memory_total, "gpu_memory_total_bytes") \
    X(gpu_power, "gpu_watts")                 /* of these together, whoever uses them: a mean over the piece */

struct load_point {
#define LOAD_MEMBER(member, key) double member;
    LOAD_FIGURES(LOAD_MEMBER)
#undef LOAD_MEMBER
};

/* The newest one of a run, and how many there were. */
struct load_newest {
    size_t count;
    struct load_point point;
};

#endif
