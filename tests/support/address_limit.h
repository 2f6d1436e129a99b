/* Whether a process can be given less address space. */
#ifndef SUPPORT_ADDRESS_LIMIT_H
#define SUPPORT_ADDRESS_LIMIT_H

#include <stdbool.h>

/* Not in an emulator that shares its own address space with the program: QEMU takes such a limit and forgets it. */
bool address_limit_holds(void);

#endif
