/* The images of a data set, class by class, on the whole screen. */
#ifndef TUI_PREVIEW_VIEW_H
#define TUI_PREVIEW_VIEW_H

#include "tui/keys.h"

struct app;
struct dataset_info;

extern const struct key_help preview_view_keys[];

/* Opens on a data set, by its name or its path; `info` is what its headers tell, zeroed where that is not known. */
void preview_view_open(struct app *app, const char *name, const struct dataset_info *info);

/* Asks for the images that are to be seen, which others are after a key or where the screen has another size. */
void preview_view_follow(struct app *app);

#endif
