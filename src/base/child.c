#include "base/child.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Looks now and then: kernels before 5.3 have no descriptor to wait for a process with. */
void child_end(pid_t child)
{
    const struct timespec pause = { .tv_nsec = 10000000 };
    const int tries_most = 50;

    kill(child, SIGKILL);
    for (int i = 0; i < tries_most && waitpid(child, NULL, WNOHANG) == 0; i++)
        nanosleep(&pause, NULL);
}

void child_follow(pid_t parent, int number)
{
    prctl(PR_SET_PDEATHSIG, number);
    if (getppid() != parent)
        raise(number);
}
