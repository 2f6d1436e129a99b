/* A folder of a test's own, removed with everything in it. */
#ifndef TESTS_FOLDER_H
#define TESTS_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/path.h"

/* cmocka's setup and teardown: *state is the folder's path. */
int folder_setup(void **state);
int folder_teardown(void **state);

/* A folder with all that is in it. Not 0 when something could not be removed. */
int folder_remove(const char *path);

/* The path of a name inside the folder, in one of a few buffers that are used in turn. */
const char *folder_path(const char *folder, const char *name);

/* Writes a file there and returns its path. */
const char *folder_write(const char *folder, const char *name, const void *bytes, size_t size);

/* The same for text; missing folders are made: folder_put(root, "proc/self/cgroup", "0::/"). */
const char *folder_put(const char *folder, const char *name, const char *text);

/* A whole file as text. free() it. */
char *folder_text(const char *folder, const char *name);

/* Until folder_allow(), this process cannot write into the folder, root included. */
void folder_forbid(const char *folder);
void folder_allow(void);

/* Until the folder has an entry of that name, or a file of it holds that text; fails the test after 120 s and 180 s. */
void folder_await(const char *folder, const char *name);
void folder_await_text(const char *folder, const char *name, const char *text);

/* Until it holds: looks whenever something changes in the folder, and each second. False when the time is over, or the
 * folder cannot be watched. */
bool folder_watch(const char *folder, bool (*holds)(const void *context), const void *context, double seconds);
bool folder_comes(const char *folder, const char *name, double seconds); /* the same for an entry of that name */

/* How many entries a folder has, hidden ones included. */
int folder_entries(const char *folder);

#endif
