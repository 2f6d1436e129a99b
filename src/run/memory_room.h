/* The memory that a run may take, and whether it suffices. */
#ifndef RUN_MEMORY_ROOM_H
#define RUN_MEMORY_ROOM_H

#include "base/error.h"
#include "run/memory_need.h"

/* As it is read now; what cannot be read is 0. A GPU's memory counts as free: its driver need not be asked twice, and
 * the steps will show. */
struct memory_room memory_room_read(const struct device *device);

/* False with ERROR_MEMORY, and a batch that would fit, when the need is more than what is free. */
bool memory_room_check(const struct memory_room *room, const struct memory_need *need, struct error *e);

/* The same, when it is more than the job or the node has at all: what others hold of it may be free in a moment. */
bool memory_room_check_limit(const struct memory_room *room, const struct memory_need *need, struct error *e);

#endif
