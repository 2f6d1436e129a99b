/* Variables that a library reads while it is called, and that nobody else shall see: neither this program's other
 * threads for longer, nor the processes that it starts. */
#ifndef BASE_ENVIRONMENT_H
#define BASE_ENVIRONMENT_H

#include <stddef.h>

/* The environment with `settings` ("NAME=value", which stay the caller's) in place of what these variables are; set
 * `environ` to it for the call, and back. The program's own is not touched: other threads may look for variables in the
 * one or the other. So neither is freed: make one once. NULL if there is no memory. */
char **environment_with(const char *const *settings, size_t count);

#endif
