/* The devices that a run can use, from one table of backends, and their names: "cpu", "cpu:4", "cuda:0". */
#ifndef RUN_DEVICES_H
#define RUN_DEVICES_H

#include "nn/plan/backend.h"

/* One row for each backend. A backend without a device says why it has none. */
extern const struct backend_class *const backend_classes[]; /* ends with NULL */

struct device {
    const struct backend_class *backend;
    struct device_choice choice;
    struct device_info info;
};

/* Lists all devices and returns their count, at most DEVICES_MAX. `missing` gets the reason of each backend that has
 * none, "cuda: no NVIDIA driver on this node", or ""; it is safe to show. */
int devices_list(struct device out[DEVICES_MAX], char *missing, size_t size);

/* Lists only the devices for which no driver has to be asked: the CPU. `missing` says that the others are not known
 * yet. */
int devices_at_hand(struct device out[DEVICES_MAX], char *missing, size_t size);

/* Finds a device by name: "cpu", "cpu:4" (threads), "cuda:0", "cuda" (the first). ERROR_DEVICE lists the devices there
 * are and says why there are no others, or how many threads the process may use. */
bool devices_choose(const char *name, struct device *out, struct error *e);

/* The same in a list of `count` devices, with `missing` of it: no driver is asked. */
bool devices_choose_among(const struct device *list, int count, const char *missing, const char *name,
                          struct device *out, struct error *e);

/* The precision that products really have there: "fp32" on a CPU when `enum precision` says tf32. */
const char *devices_precision(const struct device *d, int precision);

/* Bytes of the node's main memory that this process may use; 0 when unknown. */
uint64_t devices_host_memory(void);

#endif
