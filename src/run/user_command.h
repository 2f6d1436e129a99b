/* Commands of the user's (`--on-alert`, `--on-end`): each is run by `sh -c` in a session of its own, without a
 * terminal, one at a time. Whoever asks for one goes on at once. What they print is appended to a file. */
#ifndef RUN_USER_COMMAND_H
#define RUN_USER_COMMAND_H

#include "base/error.h"
#include "base/path.h"

#define USER_COMMAND_LOG "commands.log" /* that file, in a run's folder */

enum { USER_FACTS_MOST = 12, USER_FACT_SIZE = PATH_SIZE + 64 };

/* The facts are "NAME=value", added to the environment. */
struct user_command {
    const char *option; /* for errors: "--on-end" */
    char text[PATH_SIZE];
    int n_facts;
    char facts[USER_FACTS_MOST][USER_FACT_SIZE];
};

struct user_commands;

/* Starts the thread that runs them. `log`: a file that what they print is appended to, made when there is a first one.
 * NULL with an error; user_commands_close() it. */
struct user_commands *user_commands_start(const char *log, struct error *e);

/* Runs it when those before have ended. Nothing is waited for; of more than a few that wait, the last are dropped. */
void user_commands_run(struct user_commands *u, const struct user_command *command);

/* Why the last one that ended failed, or ERROR_NONE. */
void user_commands_error(struct user_commands *u, struct error *out);

/* Waits until all have ended, but no longer than `seconds`. False with an error when that is not enough, or when the
 * last one failed. */
bool user_commands_wait(struct user_commands *u, double seconds, struct error *e);

void user_commands_close(struct user_commands *u); /* those that still run, or wait, go on by themselves; takes NULL */

#endif
