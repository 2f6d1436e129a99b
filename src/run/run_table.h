/* The columns of a table of runs, for a terminal, the screen and files: which of them there are, and how wide. */
#ifndef RUN_RUN_TABLE_H
#define RUN_RUN_TABLE_H

#include <time.h>

#include "run/run_entry.h"

/* From left to right: X(COLUMN, heading, least, right)
 *     least    columns below which it is left out instead; 0: it is never cut
 *     right    its texts end at its right side */
#define RUN_COLUMNS(X) \
    X(NAME, "run", 13, false) \
    X(STATE, "state", 0, false) \
    X(BEST, "best", 0, true) \
    X(AT, "at", 0, true) \
    X(EPOCHS, "epochs", 0, true) \
    X(BEGUN, "begun", 0, true) \
    X(LENGTH, "length", 0, true) \
    X(DATASET, "data", 8, false) \
    X(RECIPE, "recipe", 8, false) \
    X(DEVICE, "device", 6, false) \
    X(NOTE, "note", 12, false)

enum run_column {
#define RUN_COLUMN(COLUMN, heading, least, right) RUN_COLUMN_##COLUMN,
    RUN_COLUMNS(RUN_COLUMN)
#undef RUN_COLUMN
    RUN_COLUMN_COUNT
};

enum { RUN_CELL_SIZE = 256 };

struct run_table {
    int widths[RUN_COLUMN_COUNT]; /* in characters; 0: it is left out */
    int gap;                      /* blanks between two columns */
    bool brief;                   /* a day or a time of day for when a run began */
    time_t now;
};

/* What the table has room for in so many columns; 0: for all of it. */
struct run_table run_table_make(struct run_entry *const *entries, int count, int columns, time_t now);

const char *run_table_heading(enum run_column column);
bool run_table_is_right(enum run_column column);

/* A cell's text, safe to show; it may be wider than its column. */
void run_table_cell(const struct run_table *t, const struct run_entry *entry, enum run_column column,
                    char out[RUN_CELL_SIZE]);

#endif
