/* A run's own thread for those who watch it from elsewhere: once a second it writes how the run stands (run_status.h)
 * and takes the commands in its folder (control.h). A checkpoint that takes long to write, or a pause, does not make it
 * silent. What it cannot write is told by the recorder, which writes into the same folder. */
#ifndef RUN_BEACON_H
#define RUN_BEACON_H

#include "nn/train/trainer.h"
#include "run/devices.h"
#include "run/recorder.h"

struct beacon;

/* The folder, the trainer and the device must outlive it. The status is there when it returns. NULL with an error;
 * beacon_stop() it. */
struct beacon *beacon_start(const char *folder, struct trainer *trainer, const struct device *device, struct error *e);

/* What the recorder knows, and others are to know. Any thread's. */
void beacon_tell(struct beacon *b, const struct recorder *r, const struct error *trouble);

/* Removes the status: nobody trains the run any more. Takes NULL. */
void beacon_stop(struct beacon *b);

/* The same, but the status stays, and says that another process goes on with the run. */
void beacon_hand_over(struct beacon *b);

#endif
