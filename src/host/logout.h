/* What systemd's logind does with the processes that a user leaves behind. */
#ifndef HOST_LOGOUT_H
#define HOST_LOGOUT_H

#include <stdbool.h>

/* True where it ends this process, and whatever this one starts, when the user logs out: it is in a session's scope,
 * and KillUserProcesses is set in logind.conf or the files beside it. `root`: see rooted.h. `user`: by number; root
 * (0) is exempted, others that are by name (KillExcludeUsers) are not known as such. */
bool logout_ends_processes(const char *root, unsigned user);

#endif
