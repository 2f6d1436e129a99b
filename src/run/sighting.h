/* One look after the other at the folder of a run that another process trains, and what it means. The status that its
 * process writes every second is the word that counts: as long as it changes, the run trains. When it no longer does,
 * the lock on metrics.jsonl decides on the same host, and where locks of other nodes can be seen; else nobody knows. */
#ifndef RUN_SIGHTING_H
#define RUN_SIGHTING_H

#include <sys/types.h>

#include "base/path.h"
#include "run/run_status.h"

enum sighting_state {
    SIGHTING_LOOKING, /* for the first time */
    SIGHTING_TRAINS,
    SIGHTING_SILENT,  /* nothing came for a while, and what that means cannot be known from here: see the words */
    SIGHTING_ENDED,   /* by itself, or it was stopped */
    SIGHTING_CUT_OFF, /* killed */
    SIGHTING_GONE     /* the folder is not there */
};

struct sighting {
    enum sighting_state state;
    char words[320];          /* of SILENT, CUT_OFF and GONE: what is known, and what to do; of one that trains, where
                                 it went on when its folder could not be written. Safe to show */
    char moved[PATH_SIZE];    /* that place; "": its own folder */
    char who[160];            /* "gpu03, process 4711, job 123"; "": unknown */
    bool here;                /* that is on this host */
    double silent;            /* seconds since something came */
    struct run_status status; /* the newest; of a run that has ended as far as its summary says */
    char error[512];          /* why it failed; of one that has ended, and counts as stopped, why nobody can tell how */
};

/* What was found in the folder at the last looks. Zeroed before the first. */
struct sighting_signs {
    bool looked;
    bool folder, status, summary; /* they are there */
    bool locked, was_locked;      /* now, and at some look so far */
    double written;               /* by the status */
    off_t log;                    /* bytes of metrics.jsonl */
    double heard;                 /* clock_seconds() when status or log changed */
    char host[64];                /* of who looks */
};

/* Looks at the folder. `out->status` is read where it can be; the rest is for sighting_judge(). */
void sighting_look(struct sighting_signs *signs, const char *folder, struct sighting *out);

/* Sets the state, the words and who trains it. */
void sighting_judge(const struct sighting_signs *signs, const char *folder, struct sighting *out);

/* Of a run that has ended: what its summary tells, into the status. */
void sighting_take_summary(const char *folder, struct sighting *out);

/* Does somebody train the run in the folder, as far as one look can tell? */
bool sighting_trains(const char *folder);

#endif
