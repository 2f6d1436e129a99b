/* What the checks of the job (host/job_check.h) found at the last look, and what of it has been told. */
#ifndef TUI_CHECKUP_H
#define TUI_CHECKUP_H

#include "base/errand.h"
#include "host/job_check.h"

struct checkup {
    struct errand *errand; /* looks at the folder of runs, which may hang; NULL: nobody looks */
    bool looked;           /* it has come back */
    struct job_facts facts;
    int count;
    struct job_finding findings[JOB_CHECK_COUNT]; /* the most pressing first */
    unsigned told;         /* bits by check, of those that are there */
    double told_idle;      /* seconds: as long as this a GPU idled when that was told last */
};

void checkup_begin(struct checkup *c); /* sends somebody to look at the folder of runs */
void checkup_close(struct checkup *c); /* a zeroed one is fine */

/* Looks again: at these facts, to which those about the folder of runs are added when they are there. */
void checkup_take(struct checkup *c, const struct job_facts *facts);

/* The most pressing finding that was not told of, which counts as told then; NULL: there is none. That a GPU idles is
 * told again each time the time has doubled. */
const struct job_finding *checkup_news(struct checkup *c);

#endif
