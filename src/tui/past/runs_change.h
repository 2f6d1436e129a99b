/* What changes runs from the screen: a note, another name, and that they are deleted, all of which ask first. */
#ifndef TUI_RUNS_CHANGE_H
#define TUI_RUNS_CHANGE_H

#include "run/run_entry.h"

struct app;

void runs_change_note(struct app *app, const struct run_entry *entry);
void runs_change_name(struct app *app, const struct run_entry *entry);
void runs_change_delete(struct app *app, const struct run_entry *entry);

#endif
