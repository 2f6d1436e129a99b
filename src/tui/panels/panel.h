/* A panel is a const class. Draw reads the model and changes nothing; key changes the model and says what happened.
 * A new panel is a file and a row in panel.c (and a place in layout.h). */
#ifndef TUI_PANEL_H
#define TUI_PANEL_H

#include "tui/draw/canvas.h"
#include "tui/keys.h"

struct app;

struct panel;

struct panel_class {
    const char *title;
    size_t private_size;
    void (*draw)(const struct panel *p, struct canvas *c, const struct app *app); /* the inside of its frame */
    int (*key)(struct panel *p, struct app *app, int key);                        /* flags of enum reaction */
    const struct key_help *keys; /* ends with NULL keys; shown on the help screen */
};

struct panel {
    const struct panel_class *class;
    void *private; /* private_size zeroed bytes */
};

/* In the order of PLACE_DATASET … PLACE_DEVICE. */
enum { PANEL_COUNT = 4 };
extern const struct panel_class *const panel_classes[PANEL_COUNT];
extern const struct panel_class panel_dataset, panel_layers, panel_training, panel_device;

bool panels_new(struct panel panels[PANEL_COUNT], struct error *e);
void panels_free(struct panel panels[PANEL_COUNT]);

#endif
