/* Times what ranks of MPI do together, apart from any training: a program that mpirun starts.
 *
 *   mpirun -n 3 all_reduce REPEATS BYTES...
 *
 * Rank 0 prints a line for each size: bytes, and the seconds from the end of one sum to that of the next; then a line
 * "words" with those of what ranks tell each other with each step. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "host/ranks.h"
#include "run/mpi_plugin.h"

enum { WARM_UP = 2, WORD = 48 };

static bool sum(struct communicator *c, float *numbers, size_t count, struct error *e)
{
    return c->ops->all_reduce(c, numbers, count, e) && c->ops->await(c, e);
}

static bool time_sums(struct communicator *c, float *numbers, size_t bytes, int repeats, struct error *e)
{
    if (c->rank == 0)
        printf("%zu", bytes);
    for (double before = 0, now; repeats-- > -WARM_UP; before = now) {
        if (!sum(c, numbers, bytes / sizeof *numbers, e))
            return false;
        now = clock_seconds();
        if (c->rank == 0 && before > 0)
            printf(" %.9f", now - before);
    }
    if (c->rank == 0)
        puts("");
    return true;
}

static bool time_words(struct communicator *c, int repeats, struct error *e)
{
    char word[WORD] = "", *all = malloc((size_t)c->ranks * WORD);
    bool fine = all != NULL;

    if (c->rank == 0)
        printf("words");
    for (double before = 0, now; fine && repeats-- > -WARM_UP; before = now) {
        fine = c->ops->all_gather(c, word, sizeof word, all, e);
        now = clock_seconds();
        if (c->rank == 0 && before > 0)
            printf(" %.9f", now - before);
    }
    if (c->rank == 0)
        puts("");
    free(all);
    return fine;
}

static bool time_all(struct communicator *c, int repeats, int sizes, char **list, struct error *e)
{
    size_t most = 0;

    for (int i = 0; i < sizes; i++)
        if (strtoull(list[i], NULL, 10) > most)
            most = strtoull(list[i], NULL, 10);

    float *numbers = calloc(most / sizeof *numbers + 1, sizeof *numbers);
    bool fine = numbers != NULL;

    for (int i = 0; fine && i < sizes; i++)
        fine = time_sums(c, numbers, strtoull(list[i], NULL, 10), repeats, e);
    free(numbers);
    return fine && time_words(c, repeats, e);
}

int main(int argc, char **argv)
{
    const struct ranks ranks = ranks_read();
    struct error e = { .text = "out of memory" };

    if (argc < 3 || ranks.count < 2) {
        fprintf(stderr, "usage: mpirun -n RANKS all_reduce REPEATS BYTES...\n");
        return 2;
    }

    struct communicator *c = mpi_plugin_open(&ranks, 60, &e);

    if (!c || !time_all(c, atoi(argv[1]), argc - 2, argv + 2, &e)) {
        fprintf(stderr, "all_reduce: rank %d: %s\n", ranks.rank, e.text);
        return 1;
    }
    c->ops->close(c);
    return 0;
}
