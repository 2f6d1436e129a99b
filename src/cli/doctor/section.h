/* The sections of `cuvette doctor`: a file and a row each. */
#ifndef CLI_DOCTOR_SECTION_H
#define CLI_DOCTOR_SECTION_H

#include <stdbool.h>

#include "cli/doctor/page.h"

/* In the order of the page. Each is a section_NAME, in section_NAME.c. */
#define SECTIONS(X)                                                                                                    \
    X(program)                                                                                                         \
    X(processor)                                                                                                       \
    X(memory)                                                                                                          \
    X(gpu)                                                                                                             \
    X(mpi)                                                                                                             \
    X(job)                                                                                                             \
    X(folders)                                                                                                         \
    X(terminal)                                                                                                        \
    X(environment)

struct section {
    const char *name, *title;
    /* In a process of its own, which is killed when it takes too long; it has neither the terminal nor other threads.
     */
    void (*look)(struct page *p);
    bool here; /* in this process instead: it asks nothing that could hang, but for the terminal */
};

#define SECTION_DECLARATION(name) extern const struct section section_##name;
SECTIONS(SECTION_DECLARATION)
#undef SECTION_DECLARATION

/* Begins the definition of a section: one without a row above does not compile. */
#define SECTION_OF_DOCTOR(name)                                                                                        \
    _Static_assert(sizeof section_##name > 0, "section_" #name " has no row in SECTIONS, cli/doctor/section.h");       \
    const struct section section_##name

#endif
