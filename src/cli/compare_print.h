/* A comparison for people: its table, the grid of a sweep, how it scales, what differs, and the verdict. */
#ifndef CLI_COMPARE_PRINT_H
#define CLI_COMPARE_PRINT_H

#include "run/compare/comparison_table.h"

/* In at most so many columns, where columns that say less are left out; 0: all. */
void compare_print(const struct comparison *c, const struct comparison_table *t, int columns);

#endif
