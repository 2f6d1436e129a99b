/* Recipes in and out of the screen: presets and files. */
#ifndef TUI_RECIPES_H
#define TUI_RECIPES_H

struct app;

void recipes_open(struct app *app);  /* asks which */
void recipes_write(struct app *app); /* asks where to; asks again before it replaces a file */

#endif
