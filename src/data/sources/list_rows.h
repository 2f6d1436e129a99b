/* Rows of a list file: a CSV, where fields are parted by commas (or semicolons, or tabs) and may be quoted, or lines of
 * a path, blanks and a word, as "/a/airfield/1.jpg 0", where the path may have blanks in it. */
#ifndef DATA_LIST_ROWS_H
#define DATA_LIST_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { LIST_FIELDS_MAX = 64 };

struct list_rows {
    char comma;                   /* what parts fields; ' ': the last blanks of a line do */
    uint32_t row;                 /* the line that `field` begins in, from 1 */
    char *field[LIST_FIELDS_MAX]; /* in `text`; of a row with more fields the first */
    int fields;
    char *text, *next;
    uint32_t line; /* of `next` */
};

/* Reads the file whole, or its first `most` bytes. False with an error and nothing to free; else list_rows_close()
 * it. */
bool list_rows_open(struct list_rows *r, const char *path, size_t most, struct error *e);
void list_rows_close(struct list_rows *r);

/* The next row that is not empty, without blanks around its fields. False at the end, or with an error, which names the
 * line; ERROR_NONE: it is the end. */
bool list_rows_next(struct list_rows *r, struct error *e);

#endif
