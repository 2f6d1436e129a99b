/* A confusion matrix as a heat map: which classes are taken for which. A row is a class of the images, a column an
 * answer; a cell's colour is its share of the row. */
#ifndef PLOT_CONFUSION_MAP_H
#define PLOT_CONFUSION_MAP_H

#include <stdint.h>

#include "plot/chart_page.h"

struct confusion_map {
    struct chart_texts texts;
    int classes;              /* 1..PICTURE_SIDE_MAX */
    const uint32_t *count;    /* [label][answer] images, the caller's, as the names are */
    const char *const *names; /* [classes], any bytes */
};

/* Names and counts are written where they fit; where there is no room for a cell, several become one of the largest
 * share among them, and that is said. Its table has a line for each pair that there is. */
struct picture confusion_map_picture(const struct confusion_map *m);

#endif
