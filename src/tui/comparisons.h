/* Comparisons that are trained from here: the form that asks what is compared, and those there are. */
#ifndef TUI_COMPARISONS_H
#define TUI_COMPARISONS_H

struct app;

/* The one that trains; else the form for another one. */
void comparisons_open(struct app *app);

/* A list of those that are in the folder of runs, to look at one or to go on with it. */
void comparisons_list(struct app *app);

#endif
