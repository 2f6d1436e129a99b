/* Files of /proc and /sys, which tests put below a folder of their own (`root`; "" on a real node). */
#ifndef HOST_ROOTED_H
#define HOST_ROOTED_H

#include <stdbool.h>
#include <stdio.h>

FILE *rooted_open(const char *root, const char *path); /* for reading; NULL when it cannot be opened or is too long */
bool rooted_exists(const char *root, const char *path);

#endif
