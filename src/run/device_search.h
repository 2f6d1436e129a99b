/* Looking for devices on a thread of its own: the driver of GPUs can take seconds to start and, on a node in trouble, never
 * answers. Nobody has to wait for it. */
#ifndef RUN_DEVICE_SEARCH_H
#define RUN_DEVICE_SEARCH_H

#include "run/devices.h"

struct device_search;

/* `found` is called on the search's thread when it is over, and must not block. NULL when the thread cannot be had. */
struct device_search *device_search_start(void (*found)(void *context), void *context, struct error *e);

/* True when it is over, which is waited for so many seconds at most: then devices, count and `missing` are as of
 * devices_list(). */
bool device_search_take(struct device_search *s, double seconds, struct device out[DEVICES_MAX], int *count,
                        char *missing, size_t size);

void device_search_free(struct device_search *s); /* over or not: a driver that hangs is left alone. Takes NULL */

#endif
