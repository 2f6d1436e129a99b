#include "tui/panels/panel.h"

#include <stdlib.h>

#include "base/memory.h"
#include "tui/keys.h"

const struct panel_class *const panel_classes[PANEL_COUNT] = {
    &panel_dataset,
    &panel_layers,
    &panel_training,
    &panel_device,
};

bool panels_new(struct panel panels[PANEL_COUNT], struct error *e)
{
    for (int i = 0; i < PANEL_COUNT; i++) {
        panels[i].class = panel_classes[i];
        panels[i].private = memory_new(1, panel_classes[i]->private_size, e);
        if (!panels[i].private)
            return false;
    }
    return true;
}

void panels_free(struct panel panels[PANEL_COUNT])
{
    for (int i = 0; i < PANEL_COUNT; i++)
        free(panels[i].private);
}

int panel_move(int selected, int count, int page, int key)
{
    int to;

    switch (key) {
    case KEYCODE_UP: to = selected - 1; break;
    case KEYCODE_DOWN: to = selected + 1; break;
    case KEYCODE_PAGE_UP: to = selected - page; break;
    case KEYCODE_PAGE_DOWN: to = selected + page; break;
    case KEYCODE_HOME: to = 0; break;
    case KEYCODE_END: to = count - 1; break;
    default: return -1;
    }
    if (to > count - 1)
        to = count - 1;
    return to < 0 ? 0 : to;
}

int panel_first(int selected, int count, int rows)
{
    int first = selected - rows / 2;

    if (first > count - rows)
        first = count - rows;
    return first < 0 ? 0 : first;
}
