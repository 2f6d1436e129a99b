/* A run that another process trains, seen through its folder, which may be on a file system that other nodes share. A
 * thread looks once a second and carries commands there, so that a file system that hangs holds up nobody. */
#ifndef RUN_WATCH_H
#define RUN_WATCH_H

#include "nn/train/trainer.h"
#include "run/control.h"
#include "run/metrics_follow.h"
#include "run/sighting.h"

struct watch;

/* `events.changed` is called on the thread after each look; it must not block. NULL with an error; watch_close() it. */
struct watch *watch_open(const char *folder, int epochs, struct trainer_events events, struct error *e);
void watch_close(struct watch *w); /* waits for nothing; takes NULL */

/* Copies the last look; its number. */
unsigned watch_sighting(const struct watch *w, struct sighting *out);

/* Waits for one that is later than `number`, at most until clock_seconds() is `until`. False: there is none yet. */
bool watch_wait(struct watch *w, unsigned number, double until);

struct run_curves watch_curves(const struct watch *w);
void watch_health(const struct watch *w, struct health *out); /* step 0: no step was looked at */
const char *watch_folder(const struct watch *w);

/* Sends a command. What becomes of it is a reply. */
void watch_command(struct watch *w, const struct control *c);

struct watch_reply {
    bool good;      /* taken */
    char text[320]; /* "taken at 14:03:07: it pauses", or why not. Safe to show */
};

/* True when there is one that was not told yet. */
bool watch_take_reply(struct watch *w, struct watch_reply *out);

#endif
