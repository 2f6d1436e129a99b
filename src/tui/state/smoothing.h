/* How smooth a noisy curve is drawn. */
#ifndef TUI_SMOOTHING_H
#define TUI_SMOOTHING_H

#include "plot/columns.h"

enum smoothing { SMOOTHING_OFF, SMOOTHING_LIGHT, SMOOTHING_STRONG, SMOOTHING_COUNT };

enum smoothing smoothing_next(enum smoothing s); /* from the strongest to off again */
const char *smoothing_words(enum smoothing s);   /* "light: over 1/50 of the width" */

void smoothing_apply(enum smoothing s, struct columns *line);

#endif
