#include "tests/support/nodes.h"

#include "tests/support/check.h"

#include <stdio.h>
#include <unistd.h>

#include "tests/support/process.h"

enum { CANNOT = 77 };

static char name[16];
static int nodes;

const char *nodes_script(void)
{
    static char path[4096];
    const char *source = getenv("CUVETTE_SOURCE");

    snprintf(path, sizeof path, "%s/tests/mpi/nodes.sh", source ? source : ".");
    return path;
}

static struct process *ask(const char *verb, const char *of, const char *count)
{
    const char *const words[] = { nodes_script(), verb, of, count, NULL };
    struct process *p = process_start(words, NULL, NULL);

    process_finish(p);
    return p;
}

const char *nodes_start(int count)
{
    char number[16];

    snprintf(name, sizeof name, "t%d-", (int)getpid());
    snprintf(number, sizeof number, "%d", count);

    struct process *p = ask("up", name, number);
    bool cannot = p->exit_code == CANNOT;

    if (cannot)
        print_message("%s", p->err);
    else if (p->exit_code != 0)
        fail_msg("%d: %s", p->exit_code, p->err);
    process_free(p);
    if (cannot)
        skip();
    nodes = count;
    return name;
}

void nodes_cut(int node)
{
    char which[32];

    snprintf(which, sizeof which, "%s%d", name, node);

    struct process *p = ask("cut", which, NULL);

    if (p->exit_code != 0)
        fail_msg("%s", p->err);
    process_free(p);
}

void nodes_end(void)
{
    char number[16];

    if (nodes == 0)
        return;
    snprintf(number, sizeof number, "%d", nodes);
    process_free(ask("down", name, number));
    nodes = 0;
}
