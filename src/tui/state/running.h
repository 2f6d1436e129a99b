/* What trains, or has trained, beside the panels that can be changed meanwhile. */
#ifndef TUI_RUNNING_H
#define TUI_RUNNING_H

#include "nn/recipe/recipe.h"
#include "tui/state/layout.h"

struct running {
    struct recipe recipe;     /* as the panels had it when the run began */
    char words[160];          /* "run 7: digits, 8 layers 50 k, adam 0.001, cpu"; sanitised */
    bool edited[PANEL_COUNT]; /* the panel has something else now */
};

/* `parameters`: trainable numbers; 0: unknown. `device`: what the run is on; "": unknown. */
void running_begin(struct running *r, const struct recipe *recipe, const char *folder, size_t parameters,
                   const char *device);
void running_describe(struct running *r, const char *folder, size_t parameters, const char *device); /* its words */
void running_compare(struct running *r, const struct recipe *of_panels);

#endif
