#include "run/job_stop.h"

#include <math.h>
#include <time.h>

#include "base/clock.h"
#include "base/thread.h"

void job_stop_set(struct job_stop *s, double end, double margin)
{
    const double most = 0.1;
    double left = end - (double)time(NULL);

    if (end == s->job_end)
        return;
    s->job_end = end;
    s->at = end > 0 && margin > 0 ? fmax(end - fmin(margin, most * fmax(left, 0)), 1) : 0;
}

bool job_stop_is_due(const struct job_stop *s)
{
    return s->at > 0 && !s->came && (double)time(NULL) >= s->at;
}

bool job_stop_comes(struct job_stop *s)
{
    bool due = job_stop_is_due(s);

    s->came = s->came || due;
    return due;
}

double job_stop_seconds(const struct job_stop *s)
{
    double end = s->at > 0 ? s->at : s->job_end;

    return end > 0 ? fmax(end - (double)time(NULL), 0) : -1;
}

void job_stop_wait(const struct job_stop *s, pthread_cond_t *changed, pthread_mutex_t *lock)
{
    double left = s->at - (double)time(NULL);

    if (s->at > 0 && !s->came)
        thread_wait_until(changed, lock, clock_seconds() + fmax(left, 0));
    else
        pthread_cond_wait(changed, lock);
}
