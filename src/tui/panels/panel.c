#include "tui/panels/panel.h"

#include <stdlib.h>

#include "base/memory.h"

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
