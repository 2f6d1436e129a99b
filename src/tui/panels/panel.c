#include "tui/panels/panel.h"

const struct panel_class *const panel_classes[PANEL_COUNT] = {
#define PANEL_ROW(position, name, rows, most, weight) [PANEL_##position] = &panel_##name,
    PANELS(PANEL_ROW)
#undef PANEL_ROW
};
