/* A heat map: a number for each pair of two settings, as colours and figures. */
#ifndef PLOT_HEAT_MAP_H
#define PLOT_HEAT_MAP_H

#include "plot/chart_page.h"

enum { HEAT_MAP_SIDE_MAX = 64, HEAT_MAP_NAME_SIZE = 32 };

struct heat_map {
    struct chart_texts texts;
    char x_label[64], y_label[64]; /* of the columns and of the rows: "batch", "learning rate" */
    char label[64];                /* of the numbers, with their unit: "best accuracy (%)" */
    int columns, rows;             /* 1..HEAT_MAP_SIDE_MAX */
    char x_names[HEAT_MAP_SIDE_MAX][HEAT_MAP_NAME_SIZE], y_names[HEAT_MAP_SIDE_MAX][HEAT_MAP_NAME_SIZE];
    const double *values;          /* [rows][columns], the caller's, the first row at the top; NaN: there is none, */
    const bool *marked;            /* which is not drawn. [rows][columns]: has a frame; NULL: none has */
};

/* Colours go from the least number to the greatest, with an axis of true numbers beside them. A figure is in each cell
 * where all fit. Its table has a line for each row. */
struct picture heat_map_picture(const struct heat_map *m);

#endif
