#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static bool set_up(posix_spawnattr_t *attributes, posix_spawn_file_actions_t *actions, int output)
{
    sigset_t none, all;

    sigemptyset(&none);
    sigfillset(&all);
    return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
                                                    POSIX_SPAWN_SETSIGDEF) == 0 &&
           posix_spawnattr_setsigmask(attributes, &none) == 0 && posix_spawnattr_setsigdefault(attributes, &all) == 0 &&
           posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
           posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO) == 0 &&
           posix_spawn_file_actions_adddup2(actions, output, STDERR_FILENO) == 0 &&
           posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1) == 0;
}

int child_start_apart(pid_t *child, const char *program, char *const words[], char *const environment[], int output)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;

    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&actions);

    int number = set_up(&attributes, &actions, output)
                     ? posix_spawn(child, program, &actions, &attributes, words, environment)
                     : ENOMEM;

    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return number;
}

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
