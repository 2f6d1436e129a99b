/* Files that the Makefile has built for the tests. */
#ifndef TESTS_SUPPORT_BUILT_H
#define TESTS_SUPPORT_BUILT_H

/* The path of a file in the build's folder, in a buffer that the next call overwrites. Fails the test without it. */
const char *built(const char *name);

#endif
