/* Who has a file open to write has it to itself, by a lock that ends with the process, however that ends. On this node,
 * and on others where the file system's locks reach so far; where it knows no locks, nobody is kept away. */
#ifndef BASE_CLAIM_H
#define BASE_CLAIM_H

#include <stdbool.h>

/* The descriptor is open to write. False: another process has it. A child shares the claim of its parent. */
bool claim_take(int descriptor);

bool claim_is_taken(const char *path); /* by a process, which can be this one */

#endif
