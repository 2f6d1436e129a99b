#include "host/placement.h"

#include <stdio.h>

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

static void refuse(struct placement *p, const char *words)
{
    p->bound = false;
    text_copy(p->why_not, sizeof p->why_not, words);
}

struct placement placement_on(const struct numa *numa, int replicas, int threads)
{
    struct placement p = { .bound = true };
    int left[NUMA_NODES_MAX], used[NUMA_NODES_MAX] = { 0 };
    char words[sizeof p.why_not];

    for (int i = 0; i < numa->count; i++)
        left[i] = numa->nodes[i].cores;
    if (numa->count < 2)
        refuse(&p, "there is one NUMA node");
    for (int r = 0; r < int_min(replicas, PLACEMENT_REPLICAS_MAX) && p.bound; r++) {
        const int node = roomiest(left, numa->count);

        p.node[r] = numa->nodes[node].number;
        p.nodes += used[node]++ == 0;
        left[node] -= threads;
        if (left[node] >= 0)
            continue;
        snprintf(words, sizeof words, "%d replica%s of %d thread%s do not fit on %d NUMA nodes one by one", replicas,
                 replicas == 1 ? "" : "s", threads, threads == 1 ? "" : "s", numa->count);
        refuse(&p, words);
    }
    return p;
}

struct placement placement_here(int replicas, int threads)
{
    struct placement p = { .bound = false };
    int cores[CORES_MOST];
    const int count = cores_list(cores, CORES_MOST);
    struct numa numa;
    struct error e;

    if (numa_read(cores, count, &numa, &e))
        return placement_on(&numa, replicas, threads);
    refuse(&p, e.text);
    return p;
}

void placement_take(int one, int replicas, int threads)
{
    const struct placement p = placement_here(replicas, threads);
    int cores[CORES_MOST];
    const int count = cores_list(cores, CORES_MOST);
    struct error ignored;

    if (p.bound && one < PLACEMENT_REPLICAS_MAX)
        numa_bind(cores, count, p.node[one], &ignored);
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
    int cores[CORES_MOST], least, most;
    const int count = cores_list(cores, CORES_MOST), usable = cores_count().usable;
    struct numa numa;
    struct error e;

    out[0] = '\0';
    if (!numa_read(cores, count, &numa, &e)) {
        text_append(out, size, "not known (%s): replicas of a CPU run where the system puts them", e.text);
        return 0;
    }
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

void placement_words(const struct placement *p, int replicas, char *out, size_t size)
{
    out[0] = '\0';
    if (!p->bound)
        text_append(out, size, "not bound to memory: %s", p->why_not);
    else if (p->nodes == replicas)
        text_append(out, size, "each at a NUMA node of its own");
    else
        text_append(out, size, "each at one of %d NUMA nodes", p->nodes);
}
