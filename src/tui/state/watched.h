/* A run that another process trains, as the screen shows it. */
#ifndef TUI_WATCHED_H
#define TUI_WATCHED_H

#include "run/watch.h"

struct watched {
    struct watch *watch;  /* NULL: none */
    struct sighting seen; /* the last look */
    unsigned look;
};

/* Zeroed is fine to close. False with an error, and then it is as it was. */
bool watched_open(struct watched *w, const char *folder, const struct recipe *recipe, struct trainer_events events,
                  struct error *e);
void watched_close(struct watched *w);

/* *turned: the state is another one now. True when there was a look since the last call. */
bool watched_follow(struct watched *w, bool *turned);

bool watched_over(const struct watched *w); /* it has ended, or was cut off */

/* A few words on a state that is not that of training: "killed"; "" for others. */
const char *watched_word(const struct watched *w);

#endif
