/* Time: a monotonic clock for durations, and the date for people. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>

double clock_seconds(void); /* monotonic; only differences mean anything */
void clock_date(char *to, size_t size); /* local time, "2026-11-21 14:03" */

#endif
