/* The run on the screen: the trainer's status and curves as they were last looked at. */
#ifndef TUI_LIVE_H
#define TUI_LIVE_H

#include "run/run.h"
#include "tui/state/curves.h"

struct live {
    struct run *run;              /* NULL: none yet */
    struct trainer_events events;
    struct trainer_status status; /* as shown: its figures are refreshed once a second, its state at once */
    double rate_factor;           /* what was asked of the rate so far */
    struct curves curves;
    bool over;                    /* the run and everything it writes are done */
};

/* Starts a run and closes the one before; when it cannot be started that one stays. */
bool live_start(struct live *l, const struct recipe *recipe, const struct device *device, struct error *e);
void live_close(struct live *l); /* stops and saves first when it runs */

bool live_going(const struct live *l);  /* there is a run that is not over */
bool live_kept(const struct live *l);   /* there is a run, and what it leaves behind: it goes on, or made a step */
bool live_turned(const struct live *l); /* its state is another than the one shown; over only when all is saved */
bool live_failed(const struct live *l, struct error *e); /* or could not be recorded: why, and where it is kept */
void live_stop(struct live *l);         /* it stops and saves; live_follow() sees when it is over */
void live_tick(struct live *l);        /* the figures */
bool live_follow(struct live *l);      /* state and curves; true when something came */
void live_resize(struct live *l, int width); /* of the curves, in points */

#endif
