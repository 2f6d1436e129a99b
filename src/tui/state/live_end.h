/* What is said when a run has ended. */
#ifndef TUI_LIVE_END_H
#define TUI_LIVE_END_H

#include "tui/state/display.h"
#include "tui/state/live.h"

void live_end_say(const struct live *live, struct display *display);

#endif
