/* The devices that a run can use, from one table of backends, and their names: "cpu", "cpu:4", "cpu:2x4", "cuda:0",
 * "cuda:0-3". Several replicas train together in this process: of a CPU, each with as many threads, or on a GPU
 * each. */
#ifndef RUN_DEVICES_H
#define RUN_DEVICES_H

#include "nn/plan/backend.h"
#include "nn/recipe/recipe.h"

/* One row for each backend. A backend without a device says why it has none. */
extern const struct backend_class *const backend_classes[]; /* ends with NULL */

struct device {
    const struct backend_class *backend;
    struct device_choice choice;
    struct device_info info; /* of several GPUs that of the first, but for its memory, which is the least of all */
    uint64_t numbers;        /* of several GPUs: bit n stands for cuda:n */
    bool mixed;              /* several GPUs that are not of one model */
};

/* Lists all devices and returns their count, at most DEVICES_MAX. `missing` gets the reason of each backend that has
 * none, "cuda: no NVIDIA driver on this node", or ""; it is safe to show. */
int devices_list(struct device out[DEVICES_MAX], char *missing, size_t size);

/* Puts GPUs in the order in which people choose them: that with the faster memory first, then with more cores, then
 * with more memory; those that are alike, and all other devices, stay in their order. */
void devices_rank(struct device *list, int count);

/* Lists only the devices for which no driver has to be asked: the CPU. `missing` says that the others are not known
 * yet. */
int devices_at_hand(struct device out[DEVICES_MAX], char *missing, size_t size);

/* Finds a device by name: "cpu", "cpu:4" (threads), "cpu:2x4" (replicas of so many threads each), "cuda:0", "cuda" (the
 * first), "cuda:0-3", "cuda:0,2", "cuda:all". ERROR_DEVICE lists the devices there are and says why there are
 * no others, or how many threads the process may use. */
bool devices_choose(const char *name, struct device *out, struct error *e);

/* The same in a list of `count` devices, with `missing` of it: no driver is asked. */
bool devices_choose_among(const struct device *list, int count, const char *missing, const char *name,
                          struct device *out, struct error *e);

/* How many train together: 1 where it is alone. */
int devices_replicas(const struct device *d);

/* Threads of all its replicas; 0: it is no CPU. */
int devices_threads(const struct device *d);

/* ERROR_DEVICE where it is several, for those who measure one alone: "--batch-probe measures". */
bool devices_is_alone(const struct device *d, const char *who, struct error *e);

/* The same device for one that computes without others, as evaluation does: as many threads in a single replica. */
struct device_choice devices_alone(const struct device *d);

/* Is `one`, of a list of devices, the device d or one of it? */
bool devices_has(const struct device *d, const struct device *one);

/* Of several that at `place`, 0..replicas-1. */
struct device devices_one_of(const struct device *several, int place);

/* "cuda:0", or "cpu:2x4" and "cuda:0-3" where it is several: what it is called where a run on it is named. */
enum { DEVICES_LABEL_SIZE = 40 };
void devices_label(const struct device *d, char to[DEVICES_LABEL_SIZE]);

/* "2 replicas of 1 thread, 64 images each", "4 GPUs, 32 images each", of a recipe's batch; "" where it is alone. */
void devices_share_words(const struct device *d, const struct recipe *r, char *to, size_t size);

/* "cuda:0", or "cpu:2x4: 2 replicas of 4 threads, 64 images each". */
void devices_words(const struct device *d, const struct recipe *r, char *to, size_t size);

/* False where a recipe's batch has fewer images than there are replicas, or its shares are for another number of
 * them. */
bool devices_share_batch(const struct device *d, const struct recipe *r, struct error *e);

/* The precision that products really have there: "fp32" on a CPU when `enum precision` says tf32. */
const char *devices_precision(const struct device *d, int precision);

/* Bytes of the node's main memory that this process may use; 0 when unknown. */
uint64_t devices_host_memory(void);

#endif
