#include "tests/support/address_limit.h"

#include <sys/resource.h>

bool address_limit_holds(void)
{
    struct rlimit before, after, less;

    if (getrlimit(RLIMIT_AS, &before) != 0)
        return false;
    less = (struct rlimit){ .rlim_cur = (rlim_t)1 << 46, .rlim_max = before.rlim_max };
    if (before.rlim_cur <= less.rlim_cur)
        return true;

    bool holds = setrlimit(RLIMIT_AS, &less) == 0 && getrlimit(RLIMIT_AS, &after) == 0 &&
                 after.rlim_cur == less.rlim_cur;

    setrlimit(RLIMIT_AS, &before);
    return holds;
}
