/* Recipes in and out of the screen, presets and files; and back to what the recipe was. */
#ifndef TUI_RECIPES_H
#define TUI_RECIPES_H

#include <stdbool.h>

struct app;
struct recipe;

void recipes_open(struct app *app);  /* asks which */
void recipes_take(struct app *app, const char *name); /* a preset or a file; says so, or why not */
void recipes_take_over(struct app *app, const struct recipe *recipe); /* one that is read already; says so */
void recipes_write(struct app *app); /* asks where to; asks again before it replaces a file */

/* Undoes the last change of the recipe, of any panel, or does it again; says which it was. */
void recipes_undo(struct app *app);
void recipes_redo(struct app *app);

void recipes_running(struct app *app); /* the recipe of the run that is shown, back into the panels */

/* Takes up the recipe of the last session, and says so. False: there is none. */
bool recipes_take_up(struct app *app);

#endif
