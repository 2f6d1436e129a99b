/* What one section of `cuvette doctor` found: lines in memory that two processes share, so that what was found before a
 * library or a file system hung is there. */
#ifndef CLI_DOCTOR_PAGE_H
#define CLI_DOCTOR_PAGE_H

#include <stdatomic.h>

/* Texts have room for a search path of many modules. */
enum { PAGE_LINES_MAX = 40, PAGE_NAME_SIZE = 24, PAGE_TEXT_SIZE = 8192, PAGE_ADVICE_SIZE = 400 };

enum page_state {
    PAGE_FINE,
    PAGE_ABSENT, /* it is not there, which is nothing odd */
    PAGE_ODD
};

struct page_line {
    char name[PAGE_NAME_SIZE];
    enum page_state state;
    char text[PAGE_TEXT_SIZE];     /* safe to show, with "..." at its end where it was cut */
    char advice[PAGE_ADVICE_SIZE]; /* what to type; "" where nothing is odd */
};

struct page {
    atomic_int count;             /* of lines that are whole */
    char looking[PAGE_NAME_SIZE]; /* at that, now */
    struct page_line lines[PAGE_LINES_MAX];
};

/* Add a line; what there is no room for is left out. */
void page_fine(struct page *p, const char *name, const char *format, ...) __attribute__((format(printf, 3, 4)));
void page_absent(struct page *p, const char *name, const char *format, ...) __attribute__((format(printf, 3, 4)));
void page_odd(struct page *p, const char *name, const char *advice, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* What may hang is named before it is asked. */
void page_looks_at(struct page *p, const char *name);

#endif
