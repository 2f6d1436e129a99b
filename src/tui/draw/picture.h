/* Images as cells: two pixels in each, one above the other, in colours; where the terminal has none, or no blocks,
 * characters of growing weight, each for the two. */
#ifndef TUI_PICTURE_H
#define TUI_PICTURE_H

#include "tui/draw/canvas.h"

/* Rows of cells that an image of so many pixels takes; as many columns as it is wide. */
static inline int picture_rows(int height)
{
    return (height + 1) / 2;
}

/* Draws rgb [height][width][3] with its upper left corner in a cell; what is outside the clip is left out. */
void picture_draw(struct canvas *c, int row, int column, const uint8_t *rgb, int height, int width);

#endif
