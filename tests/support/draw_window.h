/* What convolutions and pools share. */
#ifndef SUPPORT_DRAW_WINDOW_H
#define SUPPORT_DRAW_WINDOW_H

#include "tests/support/draw.h"

/* A kernel of height × width, and sizes and padding that go with it as the layers make them; stride and channels are
 * there already. */
void draw_window(struct op_window *w, struct chance *r, int height, int width);

/* Numbers in an image that goes in, in one that comes out (of the pool, where there is one), in the weights. */
int draw_window_input(const struct op_window *w);
int draw_window_output(const struct op_window *w);
int draw_window_weights(const struct op_window *w);

#endif
