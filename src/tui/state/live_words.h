/* What is said of a run: when it has ended, and what goes wrong before. */
#ifndef TUI_LIVE_WORDS_H
#define TUI_LIVE_WORDS_H

#include "tui/state/display.h"
#include "tui/state/live.h"

void live_words_end(const struct live *live, struct display *display);
void live_words_trouble(struct live *live, struct display *display); /* each only once */

#endif
