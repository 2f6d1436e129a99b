/* Looks for devices on a thread of its own, so that nobody has to wait: the driver of GPUs can take seconds to start,
 * and on a node in trouble it never answers. */
#ifndef RUN_DEVICE_SEARCH_H
#define RUN_DEVICE_SEARCH_H

#include "run/devices.h"

struct device_search;

/* `found` is called on the search's thread when the search is over; it must not block. NULL with an error when the
 * thread cannot be started. */
struct device_search *device_search_start(void (*found)(void *context), void *context, struct error *e);

/* Waits at most so many seconds for the search. True when it is over: then devices, *count and `missing` are those of
 * devices_list(). */
bool device_search_take(struct device_search *s, double seconds, struct device out[DEVICES_MAX], int *count,
                        char *missing, size_t size);

void device_search_free(struct device_search *s); /* over or not: a driver that hangs is left alone; takes NULL */

#endif
