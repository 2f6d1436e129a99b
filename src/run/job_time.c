#include "run/job_time.h"

#include <math.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"

/* In epochs. */
static double position_of(const struct trainer_status *s)
{
    return fmax(s->epoch - 1, 0) + (s->batches > 0 ? (double)s->batch / s->batches : 0);
}

/* An estimate is never exact: a little too long still counts as fitting. */
bool job_time_fits(const struct trainer_status *s, double seconds, char *words, size_t size)
{
    const double slack = 1.05;
    double position = position_of(s), left = s->epochs - position;
    char need[32], there[32];

    words[0] = '\0';
    if (seconds < 0 || s->state != TRAINER_RUNNING || s->seconds_left <= 0 || left <= 0 ||
        s->seconds_left <= slack * seconds)
        return true;

    int stops_in = int_min((int)(position + seconds / s->seconds_left * left) + 1, s->epochs);
    int epochs = (int)ceil(left);

    text_duration(need, sizeof need, s->seconds_left);
    text_duration(there, sizeof there, seconds);
    snprintf(words, size,
             "%d epoch%s left %s %s, the job has %s for them: the run will stop in epoch %d, kept to go on", epochs,
             epochs == 1 ? "" : "s", epochs == 1 ? "takes" : "take", need, there, stops_in);
    return false;
}
