#include "host/login_node.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"

/* Parts of names, and what names with a number begin with. */
static const char *const parts[] = { "login", "logon", "frontend", "submit", "gateway" };
static const char *const numbered[] = { "fe", "ln", "hn", "gw", "uan", "head", "access" };

/* "ln" of "ln12" and "ln", not of "lnx". */
static bool is_numbered(const char *label, const char *name)
{
    size_t length = strlen(name);

    if (strncmp(label, name, length) != 0)
        return false;
    for (const char *at = label + length; *at; at++)
        if (!isdigit((unsigned char)*at) && *at != '-')
            return false;
    return true;
}

static bool is_login_name(const char *node)
{
    char label[sizeof((struct job *)0)->node];
    size_t length = strcspn(node, ".");

    snprintf(label, sizeof label, "%.*s", (int)length, node);
    for (char *at = label; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strstr(label, parts[i]))
            return true;
    for (size_t i = 0; i < sizeof numbered / sizeof *numbered; i++)
        if (is_numbered(label, numbered[i]))
            return true;
    return false;
}

static bool has_program(const char *name)
{
    const char *path = getenv("PATH");
    char folders[4096], file[PATH_SIZE];
    struct error ignored;

    snprintf(folders, sizeof folders, "%s", path ? path : "");
    for (char *rest = folders, *folder; (folder = strsep(&rest, ":"));)
        if (folder[0] == '/' && path_join(file, folder, name, &ignored) && access(file, X_OK) == 0)
            return true;
    return false;
}

/* The name first: a folder of the search path may be slow. */
bool login_node_is(const struct job *job)
{
    return !job->inside && is_login_name(job->node) && has_program("srun");
}

bool login_node_check(const struct job *job, struct error *e)
{
    return !login_node_is(job) ||
           error_set(e, ERROR_USAGE, "%s is a login node, where sites kill programs that train: 'srun -c 4 --mem=8G "
                                     "--time=1:00:00 --pty cuvette' trains in a job, and --login-node here",
                     job->node);
}
