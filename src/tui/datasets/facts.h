/* What is known of a data set, as lines of text and as bars. */
#ifndef TUI_FACTS_H
#define TUI_FACTS_H

#include "data/study.h"
#include "tui/draw/canvas.h"

uint32_t facts_largest_class(const struct study *study, enum split split); /* at least 1 */

/* "50 k + 10 k images of 32×32×3, 10 classes, 152 M on disk" and "mean 0.49 0.48 0.45, deviation …" in two rows: as
 * far as the study is, with what there is room for. */
void facts_lines(struct canvas *c, const struct study *study, int step);

/* The same, a row of upright bars, and below it how far the classes are from balanced: FACTS_ROWS rows, and more for
 * higher bars. */
enum { FACTS_ROWS = 4 };
void facts_draw(struct canvas *c, const struct study *study, int step);

#endif
