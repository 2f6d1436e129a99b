/* The table of panels, for those who go through all of them. Panels themselves do not see it. */
#ifndef TUI_PANELS_H
#define TUI_PANELS_H

#include "tui/panels/panel.h"

static const struct panel_class *const panel_classes[PANEL_COUNT] = {
#define PANEL_ROW(position, name, rows, most, weight) [PANEL_##position] = &panel_##name,
    PANELS(PANEL_ROW)
#undef PANEL_ROW
};

#endif
