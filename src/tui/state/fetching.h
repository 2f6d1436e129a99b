/* What can be fetched, and the fetching of one of it on a thread of its own. */
#ifndef TUI_FETCHING_H
#define TUI_FETCHING_H

#include "fetch/fetch.h"
#include "nn/train/trainer.h"

struct fetching_job;

struct fetching {
    struct trainer_events events;
    struct offers offers;
    struct error list_error; /* what is wrong in the user's own list; kind ERROR_NONE: nothing */

    struct fetching_job *job; /* the last one; NULL: there was none */
    /* As they were at the last look: */
    char name[OFFER_NAME_SIZE]; /* what it fetches */
    bool going;
    struct fetch_progress now;
    char note[512];     /* what went wrong on the way; "": nothing */
    struct error error; /* of one that is over; kind ERROR_NONE: it is there */
};

/* `events` is rung when a job is over. A zeroed one is fine to close. */
void fetching_open(struct fetching *f, struct trainer_events events);
void fetching_close(struct fetching *f); /* what has come is kept */

/* One at a time. False with an error. */
bool fetching_start(struct fetching *f, const struct offer *o, struct error *e);
void fetching_stop(struct fetching *f); /* fetching_follow() notices when it is over */

/* Looks at the job. What is new since the last look, as flags: a note, and its end. */
enum { FETCHING_NOTED = 1, FETCHING_ENDED = 2 };
int fetching_follow(struct fetching *f);

/* Is the job, or was the last one, about this? */
bool fetching_is_of(const struct fetching *f, const struct offer *o);

#endif
