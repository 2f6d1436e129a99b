/* The screen: its size and layout, what has the focus, what is said on it, and what it asks of the loop. */
#ifndef TUI_DISPLAY_H
#define TUI_DISPLAY_H

#include "tui/draw/graph.h"
#include "tui/state/layout.h"
#include "tui/term/flow.h"

struct dialog;

/* How far the tour is. */
struct tour {
    int step;          /* 0: there is none */
    size_t parameters; /* of the model when the step began */
};

struct display {
    int rows, columns;
    bool unicode, without_braille; /* what the terminal can show */
    int colors;                /* that pixels can have; 0: none */
    enum graph_dots dots;          /* of which curves are made, therefore */
    struct layout layout;
    enum place focus, panel;   /* `panel`: the one of the focus, or that had it last */
    bool whole;                /* what has the focus fills the screen */
    bool run;                  /* there is a run, whose numbers have a place */
    int selected[PLACE_COUNT]; /* a line of each panel; of a view that scrolls, the first that is shown */
    struct dialog *dialog;     /* the topmost, or NULL */
    bool gpus_in_sight;        /* a view of the GPUs' figures is open */
    bool gallery_in_sight;     /* a view of a data set's images is open */

    char message[512];         /* above the key line until the next key; "": none */
    enum role message_role;    /* of ROLE_BAD, actions.c makes a dialog when it is too long for the line */
    bool detail;               /* the status line shows the traffic of the link */
    struct traffic traffic;

    struct tour tour;
    bool mouse;                /* it is wanted, where the terminal has one */
    int pressed;               /* the last press of the mouse, when nothing came since; or 0 */

    bool bell;                 /* ring with the next frame */
    bool redraw;               /* draw everything again */
    bool turned;               /* another view than in the last frame: a dialog opened or closed, the first GPUs came */
    bool leave;                /* end the program */
};

void display_resize(struct display *d, int rows, int columns, bool unicode);
void display_focus(struct display *d, enum place place);
void display_whole(struct display *d, bool whole); /* what has the focus alone, or all */
void display_run(struct display *d, bool run);     /* makes room for a run's numbers */

void display_say(struct display *d, enum role role, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool display_fits(const struct display *d); /* the message fits in one row */
void display_say_error(struct display *d, const struct error *e);

#endif
