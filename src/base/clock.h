/* Time: a monotonic clock for durations, and the date for people. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>

double clock_seconds(void); /* monotonic, from an arbitrary start: only differences have a meaning */

double clock_thread_seconds(void); /* that the calling thread was on a core */

double clock_now(void); /* since 1970, by this machine's clock: for what another machine reads */

/* Local time, "2026-11-21 14:03"; "" if it is unknown or longer than size - 1 bytes. */
void clock_date(char *to, size_t size);

/* The time of day, "14:03:07", of a moment as clock_now() gives it. */
void clock_of_day(char *to, size_t size, double now);

#endif
