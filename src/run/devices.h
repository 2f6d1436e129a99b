/* The devices a run can use: one table of backends, and names like "cpu", "cpu:4", "cuda:0". */
#ifndef RUN_DEVICES_H
#define RUN_DEVICES_H

#include "nn/plan/backend.h"

/* The table: one row a backend. Each says why it has no device where it has none. */
extern const struct backend_class *const backend_classes[]; /* ends with NULL */

struct device {
    const struct backend_class *backend;
    struct device_choice choice;
    struct device_info info;
};

/* All there are, at most DEVICES_MAX; returns the count. `missing` (safe to show): "cuda: no NVIDIA driver on this node", of
 * each backend without a device; "" when none lacks. */
int devices_list(struct device out[DEVICES_MAX], char *missing, size_t size);

/* Those that no driver has to be asked for: the CPU. `missing` is what is said of the others until they are looked for. */
int devices_at_hand(struct device out[DEVICES_MAX], char *missing, size_t size);

/* "cpu", "cpu:4" (threads), "cuda:0", "cuda" (the first). ERROR_DEVICE says what there is instead, and why no more. Asking
 * for more threads than the process may use is an error that says how many. */
bool devices_choose(const char *name, struct device *out, struct error *e);

/* The same among those of a list, and what is missing in it: no driver is asked. */
bool devices_choose_among(const struct device *list, int count, const char *missing, const char *name,
                          struct device *out, struct error *e);

/* What products of this `enum precision` are computed with there: "fp32", as a CPU takes tf32 too. */
const char *devices_precision(const struct device *d, int precision);

/* Bytes of the node's own memory that this process may use; 0 when unknown. */
uint64_t devices_host_memory(void);

#endif
