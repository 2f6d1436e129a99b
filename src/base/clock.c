#include "base/clock.h"

#include <time.h>

double clock_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double clock_thread_seconds(void)
{
    struct timespec spent;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return (double)spent.tv_sec + (double)spent.tv_nsec * 1e-9;
}

double clock_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void clock_date(char *to, size_t size)
{
    time_t now = time(NULL);
    struct tm local;

    if (size > 0 && (!localtime_r(&now, &local) || strftime(to, size, "%Y-%m-%d %H:%M", &local) == 0))
        to[0] = '\0';
}

void clock_of_day(char *to, size_t size, double now)
{
    time_t then = (time_t)now;
    struct tm local;

    if (size > 0 && (!localtime_r(&then, &local) || strftime(to, size, "%H:%M:%S", &local) == 0))
        to[0] = '\0';
}
