/* Comma-separated values, as RFC 4180 has them but for the line ends. */
#ifndef PLOT_CSV_H
#define PLOT_CSV_H

#include <stdio.h>

/* A text without control characters, in quotes where it needs them. */
void csv_print(FILE *out, const char *text);

/* A comma in front of each, nothing for one that is not finite, and the end of the line. */
void csv_print_numbers(FILE *out, const double *numbers, int count);

#endif
