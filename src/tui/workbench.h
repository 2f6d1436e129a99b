/* The workbench: the screen, from opening the terminal to giving it back. */
#ifndef TUI_WORKBENCH_H
#define TUI_WORKBENCH_H

#include "nn/recipe/recipe.h"
#include "run/run_alerts.h"
#include "tui/term/look.h"
#include "tui/term/pace.h"

/* A small network for the built-in digits. */
#define WORKBENCH_RECIPE "mnist-cnn"

struct workbench_options {
    const struct recipe *recipe; /* to begin with; NULL: that of the last session, else WORKBENCH_RECIPE */
    bool chosen;                 /* its data set was asked for, too: the last layer follows the classes of that */
    const char *watch;           /* the folder of a run that another process trains, to be watched; NULL: none */
    bool tour;                   /* with the tour, on WORKBENCH_RECIPE; the last session's stays as it is */
    bool ascii;                  /* forced; else found out */
    enum theme theme;            /* THEME_auto: that of the settings */
    struct pace_limits limits;   /* of what is sent to the terminal */
    bool login_node;             /* trains on a login node, too */
    struct run_commands commands; /* of the user's, for each run */
};

/* To be called after setlocale(). Returns when the user leaves, the terminal goes away or a signal says so; a run that
 * goes on is stopped and saved first. ERROR_STOPPED after a signal, ERROR_USAGE where there is no terminal. */
bool workbench_run(const struct workbench_options *o, struct error *e);

#endif
