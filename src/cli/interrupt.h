/* The first signal that asks the program to end lets long work finish cleanly; a second one has its usual effect. */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <stdbool.h>

/* From now on, for SIGINT, SIGTERM and SIGHUP; one that was ignored when the program started (nohup) stays ignored. */
void interrupt_begin(void);
bool interrupt_came(void);

#endif
