/* What is known of a data set, as lines of text and as bars. */
#ifndef TUI_FACTS_H
#define TUI_FACTS_H

#include "data/study.h"
#include "tui/draw/canvas.h"

/* "50 k + 10 k images of 32×32×3, 10 classes, 152 M on disk", and "mean 0.49 0.48 0.45, deviation …": as far as the
 * study is, with parts that canvas_parts() can leave out (", "). */
enum { FACTS_SIZE = 160 };
void facts_size(const struct study *study, int step, bool unicode, char out[FACTS_SIZE]);
void facts_pixels(const struct study *study, int step, char out[FACTS_SIZE]);

/* "451 (grass) to 903 (sea) a class": how far the classes are from balanced. */
void facts_balance(const struct study *study, int step, char out[FACTS_SIZE]);

uint32_t facts_largest_class(const struct study *study, enum split split); /* at least 1 */

/* Both lines, a row of upright bars, and the balance below: FACTS_ROWS rows, and more for higher bars. */
enum { FACTS_ROWS = 4 };
void facts_draw(struct canvas *c, const struct study *study, int step);

#endif
