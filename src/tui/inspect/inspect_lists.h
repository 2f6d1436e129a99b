/* The mistakes, the classes and the bins of confidence, as lists. */
#ifndef TUI_INSPECT_LISTS_H
#define TUI_INSPECT_LISTS_H

#include "tui/inspect/inspect_page.h"
#include "tui/state/findings.h"

void inspect_lists_pairs(struct canvas *c, const struct inspect_dialog *d, const struct findings *f);
void inspect_lists_classes(struct canvas *c, const struct inspect_dialog *d, const struct findings *f);
void inspect_lists_trust(struct canvas *c, const struct findings *f);

/* Lines that a list of so many rows shows. */
int inspect_lists_page(int rows);

#endif
