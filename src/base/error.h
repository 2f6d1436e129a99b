/* Errors are values: what can fail returns bool (or a pointer) and takes a `struct error *` last.
 *
 * The text is one sentence that a user can act on. Nothing in the library prints, exits or aborts. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

/* kind, exit code of the program */
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
    char text[512];
};

/* Sets kind and text. Always false, for `return error_set(e, …);`. */
bool error_set(struct error *e, enum error_kind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Sets ERROR_IO (or ERROR_MEMORY for ENOMEM) with the formatted text and ": strerror(errno)". Always false. */
bool error_set_errno(struct error *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts the formatted text and ": " before the text that is there; the kind stays. Always false. */
bool error_context(struct error *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Of a device that was there and failed at its work: an ERROR_DEVICE becomes an ERROR_RUN. Always false. */
bool error_of_run(struct error *e);

int error_exit_code(enum error_kind kind);

#endif
