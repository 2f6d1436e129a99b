#include "mpi/mpi_peers.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"

/* A kernel has an identity for each boot, and numbers the processes of each namespace by themselves. */
static void name_processes(char *out, size_t size)
{
    char boot[40] = "", space[40] = "";
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "r");

    if (file && !fgets(boot, sizeof boot, file))
        boot[0] = '\0';
    if (file)
        fclose(file);
    if (readlink("/proc/self/ns/pid", space, sizeof space - 1) < 0)
        space[0] = '\0';
    snprintf(out, size, "%s %s", text_trim(boot), space);
}

/* A name that was cut short, and what is not for a terminal, do no harm. */
static struct mpi_peer_card own_card(void)
{
    struct mpi_peer_card card = { .process = (int)getpid() };
    char name[sizeof card.node] = "";

    gethostname(name, sizeof name - 1);
    name[strcspn(name, ".")] = '\0';
    text_sanitise(card.node, sizeof card.node, *name ? name : "?");
    name_processes(card.processes, sizeof card.processes);
    return card;
}

/* Who shares this rank's memory MPI knows: names of nodes need not differ. */
static bool find_first(MPI_Comm comm, int rank, int *first)
{
    MPI_Comm here;

    if (MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here) != MPI_SUCCESS)
        return false;
    bool found = MPI_Allreduce(&rank, first, 1, MPI_INT, MPI_MIN, here) == MPI_SUCCESS;
    MPI_Comm_free(&here);
    return found;
}

/* Nodes are numbered in the order of their first ranks. */
static void number_nodes(struct mpi_peers *p)
{
    for (int r = 0; r < p->ranks; r++) {
        if (r == p->cards[p->rank].first)
            p->node = p->nodes;
        p->nodes += p->cards[r].first == r;
    }
}

/* A kernel older than 5.3 has no such descriptors: its ranks are lost by patience alone. */
static void watch_processes(struct mpi_peers *p)
{
    const struct mpi_peer_card *own = &p->cards[p->rank];

    for (int r = 0; r < p->ranks; r++) {
        const struct mpi_peer_card *card = &p->cards[r];
        bool here = r != p->rank && strcmp(card->processes, own->processes) == 0;

        p->processes[r] = here ? (int)syscall(SYS_pidfd_open, card->process, 0) : -1;
    }
}

bool mpi_peers_meet(struct mpi_peers *p, MPI_Comm comm, struct error *e)
{
    struct mpi_peer_card card = own_card();

    *p = (struct mpi_peers){ .ranks = 0 };
    MPI_Comm_rank(comm, &p->rank);
    MPI_Comm_size(comm, &p->ranks);
    p->cards = memory_new((size_t)p->ranks, sizeof *p->cards, e);
    p->processes = p->cards ? memory_new((size_t)p->ranks, sizeof *p->processes, e) : NULL;
    if (!p->processes)
        return false;
    for (int r = 0; r < p->ranks; r++)
        p->processes[r] = -1;
    if (!find_first(comm, p->rank, &card.first) ||
        MPI_Allgather(&card, sizeof card, MPI_BYTE, p->cards, sizeof card, MPI_BYTE, comm) != MPI_SUCCESS)
        return error_set(e, ERROR_RUN, "the ranks do not find each other: MPI's collectives failed");
    number_nodes(p);
    watch_processes(p);
    return true;
}

void mpi_peers_close(struct mpi_peers *p)
{
    for (int r = 0; p->processes && r < p->ranks; r++)
        if (p->processes[r] >= 0)
            close(p->processes[r]);
    free(p->cards);
    free(p->processes);
    *p = (struct mpi_peers){ .ranks = 0 };
}

void mpi_peers_describe(const struct mpi_peers *p, int rank, char *out, size_t size)
{
    if (p->cards && rank >= 0 && rank < p->ranks)
        snprintf(out, size, "rank %d on node %s", rank, p->cards[rank].node);
    else
        snprintf(out, size, "rank %d", rank);
}

bool mpi_peers_is_dead(const struct mpi_peers *p, int rank)
{
    struct pollfd process = { .fd = p->processes[rank], .events = POLLIN };

    return process.fd >= 0 && poll(&process, 1, 0) > 0;
}
