/* The workbench's own run, to go on without the screen: it is let go as soon as it has made a step, and another process
 * takes it (run/successor.h). */
#ifndef TUI_DETACHMENT_H
#define TUI_DETACHMENT_H

#include "run/successor.h"
#include "tui/state/live.h"

struct detachment {
    bool wanted;
    struct successor *successor;
    char farewell[2 * PATH_SIZE + 128]; /* to be said when the screen is gone; "": nothing */
};

enum detachment_event {
    DETACHMENT_NOTHING,
    DETACHMENT_DONE,  /* it is the other process's: there is a farewell */
    DETACHMENT_FAILED /* nobody trains it, and the error says why */
};

/* The run that goes on is wanted to do so without the screen. */
void detachment_begin(struct detachment *d, struct live *live);

/* Does what can be done next. A run that ended by itself before is no longer wanted. */
enum detachment_event detachment_follow(struct detachment *d, struct live *live, bool login_node, struct error *e);

void detachment_close(struct detachment *d); /* a zeroed one is fine; a process that was started goes on */

#endif
