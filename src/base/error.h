/* Errors are values: a function that can fail returns bool (or a pointer) and has a `struct error *` as its last
 * argument. It may not be NULL; if the function returns false (or NULL), it says why.
 *
 * The text is one sentence that a user can act on. Lines of a program to type may follow, each behind "\n    ".
 * Nothing in the library prints, exits or aborts. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

/* X(kind, exit code of the program) */
#define ERROR_KINDS(X) \
    X(NONE, 0) \
    X(RUN, 1) \
    X(IO, 1) \
    X(MEMORY, 1) \
    X(USAGE, 2) \
    X(INPUT, 3) \
    X(DEVICE, 4) \
    X(STOPPED, 5)

enum error_kind {
#define ERROR_KIND(kind, code) ERROR_##kind,
    ERROR_KINDS(ERROR_KIND)
#undef ERROR_KIND
};

struct error {
    enum error_kind kind;
    char text[512]; /* longer texts are cut; with a reason or a context, in front of it */
};

/* Sets kind and text. All of these return false, for `return error_set(e, …);`. */
bool error_set(struct error *e, enum error_kind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Sets ERROR_IO (for ENOMEM ERROR_MEMORY) and the formatted text with ": " and strerror(errno) after it. */
bool error_set_errno(struct error *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts the formatted text and ": " before the present text; the kind stays. */
bool error_context(struct error *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* For a device that was there but failed during the run: ERROR_DEVICE becomes ERROR_RUN. */
bool error_of_run(struct error *e);

int error_exit_code(enum error_kind kind);

#endif
