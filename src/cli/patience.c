#include "cli/patience.h"

#include <stdlib.h>
#include <unistd.h>

/* GCC's OpenMP spins for milliseconds at every meeting of a team. Alone on its cores that costs nothing; where a core
 * is shared, with our own loader or with somebody's program, the thread that everybody waits for does not get to run,
 * and every meeting takes a time slice. A few microseconds of spinning are as fast on free cores and stay fast on
 * shared ones. The library reads this before main() begins, hence the second start; GOMP_SPINCOUNT and OMP_WAIT_POLICY
 * are the user's to set. */
void patience_bound(char **argv)
{
    if (getenv("GOMP_SPINCOUNT") || getenv("OMP_WAIT_POLICY") || setenv("GOMP_SPINCOUNT", "10000", 1) != 0)
        return;
    execv("/proc/self/exe", argv);
}
