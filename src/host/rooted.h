/* Files of /proc and /sys below `root`, which is "" on a real node and a folder of files in tests. */
#ifndef HOST_ROOTED_H
#define HOST_ROOTED_H

#include <stdbool.h>
#include <stdio.h>

FILE *rooted_open(const char *root, const char *path); /* for reading; NULL when it cannot be opened or is too long */
bool rooted_exists(const char *root, const char *path);

#endif
