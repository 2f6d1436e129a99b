/* Commands to a run through its folder, from any process that can write there: another terminal, another node. No locks
 * and nothing that a network file system does not have: a command is a file of its own in control/, which appears whole
 * by a rename. Whoever trains the run takes it by removing it, and answers in status.json (run_status.h). */
#ifndef RUN_CONTROL_H
#define RUN_CONTROL_H

#include "base/error.h"

/* X(KIND, name, what it asks for) */
#define CONTROL_COMMANDS(X) \
    X(PAUSE, pause, "to pause") \
    X(RESUME, resume, "to go on") \
    X(STOP, stop, "to stop and save") \
    X(CHECKPOINT, checkpoint, "to write a checkpoint") \
    X(RATE, rate, "to change the learning rate")

enum control_kind {
#define KIND(kind, name, words) CONTROL_##kind,
    CONTROL_COMMANDS(KIND)
#undef KIND
    CONTROL_COUNT
};
extern const char *const control_words[CONTROL_COUNT];

struct control {
    enum control_kind kind;
    double factor; /* of CONTROL_RATE: the learning rate is multiplied by it */
};

enum { CONTROL_ID_SIZE = 32 };

/* Sends it; `id` is what the answer names. False with an error. */
bool control_send(const char *folder, const struct control *c, char id[CONTROL_ID_SIZE], struct error *e);

/* Takes a command back that nobody answered. False: somebody has taken it meanwhile. */
bool control_withdraw(const char *folder, const char *id);

/* What is done with a command that was found. `c` is NULL where the file cannot be trusted or understood: `why`. */
typedef void (*control_taker)(void *context, const char *id, const struct control *c, const char *why);

/* Takes what has come, the oldest first. Only files of this user's count, and only those that can be removed: one that
 * stays would be taken again and again. Without a command it costs one look at a name. */
void control_take(const char *folder, control_taker take, void *context);

/* Removes what was sent to a process that is no more. */
void control_clear(const char *folder);

#endif
