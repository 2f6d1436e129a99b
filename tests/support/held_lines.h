/* A file system that hangs: reading lines of files waits in every thread but one. */
#ifndef TESTS_HELD_LINES_H
#define TESTS_HELD_LINES_H

#include <stdbool.h>

/* From now on getline() waits in all threads but the caller's, or no longer. */
void held_lines(bool held);

#endif
