/* The lines of a program's output that are made for other programs (bench/figures.py), among those for people:
 *
 *     figure NAME VALUE UNIT      a number
 *     fact NAME TEXT              words */
#ifndef BENCH_FIGURE_H
#define BENCH_FIGURE_H

#include <stdio.h>

static inline void figure_print(const char *name, double value, const char *unit)
{
    printf("figure %s %.6g %s\n", name, value, unit);
    fflush(stdout);
}

static inline void figure_print_fact(const char *name, const char *text)
{
    printf("fact %s %s\n", name, text);
    fflush(stdout);
}

#endif
