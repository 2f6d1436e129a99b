/* A library that is looked for when it is needed: is it there, where, and of which version? */
#ifndef HOST_LIBRARY_H
#define HOST_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/path.h"

struct library {
    void *handle;
    char path[PATH_SIZE]; /* "": unknown */
    char reason[256]; /* where it is not there, as the loader has it */
};

/* The first of the names, which end with NULL, that can be loaded; it stays loaded. False with the reason. */
bool library_load(struct library *l, const char *const names[]);

/* The same of those that something has loaded already; none is loaded now. */
bool library_is_loaded(struct library *l, const char *const names[]);

/* The file that a function is in; "built in" where that is the program. */
void library_of(const void *function, char out[PATH_SIZE]);

/* Is there a program of this name in PATH? */
bool library_finds_program(const char *name, char out[PATH_SIZE]);

#endif
