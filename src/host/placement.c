#include "host/placement.h"

#include "base/limits.h"
#include "base/text.h"
#include "host/cores.h"

enum { CORES_MOST = 4096 };

/* Cores of each node that no replica has yet. */
static int roomiest(const int *left, int nodes)
{
    int best = 0;

    for (int i = 1; i < nodes; i++)
        best = left[i] > left[best] ? i : best;
    return best;
}

struct placement placement_on(const struct numa *numa, int replicas, int threads)
{
    struct placement p = { .bound = numa->count > 1 };
    int left[NUMA_NODES_MAX];

    for (int i = 0; i < numa->count; i++)
        left[i] = numa->nodes[i].cores;
    for (int r = 0; r < int_min(replicas, PLACEMENT_REPLICAS_MAX) && p.bound; r++) {
        const int node = roomiest(left, numa->count);

        p.node[r] = numa->nodes[node].number;
        left[node] -= threads;
        p.bound = left[node] >= 0;
    }
    return p;
}

/* With the cores that this process may use. */
static bool open_here(struct numa *out, struct error *e)
{
    int cores[CORES_MOST];

    return numa_open(cores, cores_list(cores, CORES_MOST), out, e);
}

void placement_take(int one, int replicas, int threads)
{
    struct placement p;
    struct numa numa;
    struct error ignored;

    if (!open_here(&numa, &ignored))
        return;
    p = placement_on(&numa, replicas, threads);
    if (p.bound && one < PLACEMENT_REPLICAS_MAX)
        numa_bind(&numa, p.node[one], &ignored);
    numa_close(&numa);
}

/* Cores of the node that has fewest and of the one that has most. */
static void range_of(const struct numa *numa, int *least, int *most)
{
    *least = *most = numa->nodes[0].cores;
    for (int i = 1; i < numa->count; i++) {
        *least = int_min(*least, numa->nodes[i].cores);
        *most = int_max(*most, numa->nodes[i].cores);
    }
}

int placement_machine(char *out, size_t size)
{
    const int usable = cores_count().usable;
    int least, most;
    struct numa numa;
    struct error e;

    out[0] = '\0';
    if (!open_here(&numa, &e)) {
        text_append(out, size, "not known (%s): replicas of a CPU run where the system puts them", e.text);
        return 0;
    }
    numa_close(&numa);
    range_of(&numa, &least, &most);
    text_append(out, size, "%d NUMA node%s of %d", numa.count, numa.count == 1 ? "" : "s", least);
    if (least < most)
        text_append(out, size, " to %d", most);
    text_append(out, size, " core%s", most == 1 ? "" : "s");

    const int threads = int_max(1, int_min(least, usable / numa.count));

    if (numa.count > 1)
        text_append(out, size, ": cpu:%dx%d trains a replica at each", numa.count, threads);
    return numa.count;
}
