/* The run on the screen: its status as it was at the last look. */
#ifndef TUI_LIVE_H
#define TUI_LIVE_H

#include "run/run.h"
#include "tui/state/running.h"
#include "tui/state/watched.h"

struct live {
    struct run *run;              /* NULL: none yet, or it is another process's: */
    struct watched watched;
    struct running running;       /* what it trains, if there is one */
    struct trainer_events events;
    struct gpu_sampler *gpus;     /* outlives the run; NULL: nobody reads GPUs */
    struct measured *measured;    /* of our own run, as it was measured since it began or went on; NULL: no memory */
    size_t loads;                 /* of these, that were taken of the run */
    uint64_t looked;              /* the newest step among these; 0: none */
    struct trainer_status status; /* as shown: state and progress at once, figures when they can be read again */
    struct step_profile profile;  /* where the time goes, refreshed with the figures */
    struct rank_rows ranks;       /* that train together, the same */
    double refreshed;             /* clock when they were taken last */
    double rate_factor;           /* by how much the user has changed the learning rate */
    bool over;                    /* it has ended and written everything */
    unsigned number;              /* of runs that were started */
    struct error told;            /* what could not be written, and was told of */
    bool told_silent;             /* that who trains it is no longer heard */
    bool told_moved;              /* that it went on in another folder */
    struct run_commands commands; /* of the user's, for each run */
    bool other_images;            /* the next run may go on with other images than it was left with */
    int alerts_told;              /* of this run's */
    bool told_short;              /* that its epochs do not fit into the job */
    bool told_features;           /* how long what its frozen layers give took */
    bool told_shares;             /* how devices of different speed share its batch */
};

/* Starts a run, or goes on with the one in the folder `resumed` (NULL: a new one), and closes the one before, which
 * stays when that cannot be. */
bool live_start(struct live *l, const struct recipe *recipe, const struct device *device, const char *resumed,
                struct error *e);
/* Watches the run in the folder, which another process trains. */
bool live_watch(struct live *l, const struct recipe *recipe, const char *folder, struct error *e);
void live_close(struct live *l); /* stops and saves it first, if it is our own */

bool live_there(const struct live *l);     /* there is a run, going or over */
bool live_watches(const struct live *l);   /* it is another process's */
bool live_on_gpus(const struct live *l);   /* it is on a GPU, or on several */
bool live_own_going(const struct live *l); /* there is one of our own that is not over */
const char *live_folder(const struct live *l);
void live_health(const struct live *l, struct health *out); /* of its network; step 0: no step was looked at yet */
struct run_curves live_curves(const struct live *l);

bool live_going(const struct live *l);  /* there is a run that is not over */
bool live_kept(const struct live *l);   /* there is a run with a folder: it goes on, or made a step before it ended */
bool live_turned(const struct live *l); /* its state has changed since the last look; over only when all is saved */
bool live_refused_images(const struct live *l); /* it failed since it found other images than it was left with */
bool live_failed(const struct live *l, struct error *e); /* or could not be recorded: why, and where its folder is */
/* Something that the run writes cannot be written, and it was not told of yet. */
bool live_trouble(struct live *l, struct error *e);
bool live_in_time(const struct live *l, char *words, size_t size); /* as job_time_fits(); true where none goes on */
/* An alert of the run that was not told of yet, and has no words elsewhere on the screen. */
bool live_alert(struct live *l, struct alert *out);
void live_stop(struct live *l);         /* asks it to stop and save; live_follow() notices when it is over */
/* Lets our own run go for another process to go on with, once it has made a step; to be called until it is over. */
void live_hand_over(struct live *l);
bool live_handed_over(const struct live *l); /* it was, and is over here */
/* A command to the run that goes on. What became of one to another process's comes as a reply of its watch. */
void live_command(struct live *l, enum control_kind kind, double factor);
void live_tick(struct live *l);         /* refreshes the figures */
bool live_follow(struct live *l);       /* refreshes state and progress; true when something changed */

/* There is a run. Its floating-point operations a second, as the plan counts its products: "41.2 TFLOP/s now, 23 % of
 * the fp32 peak", or "… of 4 GPUs" that train together, where they are of one model; of the whole run when it is
 * over, and the share where the device's peak is known. */
void live_work(const struct live *l, char *out, size_t size);

#endif
