#include "mpi/mpi_exchange.h"

#include <stdlib.h>
#include <string.h>

/* Sums of up to that many bytes are sent whole. A message is at most a piece long, since MPI counts in int. */
enum { SMALL = 4096, PIECE = 1 << 30, BLOCK = 256, STEPS = 2, TAGS = 16000 };

/* The numbers of slice `r` begin there. */
static size_t slice_at(const struct mpi_exchange *x, int r)
{
    return x->size / sizeof(float) * (size_t)r / (size_t)x->ranks;
}

static size_t slice_of(const struct mpi_exchange *x, int r)
{
    return slice_at(x, r + 1) - slice_at(x, r);
}

static bool is_small(const struct mpi_exchange *x)
{
    return x->size <= SMALL;
}

static bool has_room(struct mpi_exchange *x, struct error *e)
{
    if (x->count < x->room)
        return true;

    int room = x->room ? 2 * x->room : 2 * x->ranks;
    MPI_Request *requests = realloc(x->requests, (size_t)room * sizeof *requests);
    if (requests)
        x->requests = requests;
    int *peers = realloc(x->peers, (size_t)room * sizeof *peers);
    if (peers)
        x->peers = peers;
    if (!requests || !peers)
        return error_set(e, ERROR_MEMORY, "no memory for the messages of %d ranks", x->ranks);
    x->room = room;
    return true;
}

static bool is_good(const struct mpi_exchange *x, int peer, int code, struct error *e)
{
    char text[MPI_MAX_ERROR_STRING] = "";
    int length;

    if (code == MPI_SUCCESS)
        return true;
    MPI_Error_string(code, text, &length);
    return error_set(e, ERROR_RUN, "MPI failed between rank %d and rank %d: %.300s", x->rank, peer, text);
}

/* Both sides cut in the same way, and messages of a pair with one tag keep their order. */
static bool post(struct mpi_exchange *x, bool sends, void *bytes, size_t size, int peer, struct error *e)
{
    int tag = 1 + (int)(x->number % TAGS) * STEPS + x->step;

    for (size_t at = 0; at < size; at += PIECE) {
        int count = (int)(size - at < PIECE ? size - at : PIECE);

        if (!has_room(x, e))
            return false;
        MPI_Request *request = &x->requests[x->count];
        atomic_store(x->calling, peer);

        int code = sends ? MPI_Isend((char *)bytes + at, count, MPI_BYTE, peer, tag, x->comm, request)
                         : MPI_Irecv((char *)bytes + at, count, MPI_BYTE, peer, tag, x->comm, request);

        atomic_store(x->calling, -1);
        if (!is_good(x, peer, code, e))
            return false;
        x->peers[x->count++] = peer;
    }
    return true;
}

/* Of all others: receives first, then sends, beginning with the next rank so that not all send to rank 0 at once. */
static bool post_all(struct mpi_exchange *x, bool sends, void *(*bytes)(struct mpi_exchange *x, int peer, size_t *size),
                     struct error *e)
{
    for (int i = 1; i < x->ranks; i++) {
        int peer = (x->rank + (sends ? i : x->ranks - i)) % x->ranks;
        size_t size;
        void *at = bytes(x, peer, &size);

        if (!post(x, sends, at, size, peer, e))
            return false;
    }
    return true;
}

static void *whole(struct mpi_exchange *x, int peer, size_t *size)
{
    (void)peer;
    *size = x->size;
    return x->to;
}

static void *own_bytes(struct mpi_exchange *x, int peer, size_t *size)
{
    (void)peer;
    *size = x->size;
    return (void *)x->from;
}

static void *place_of(struct mpi_exchange *x, int peer, size_t *size)
{
    *size = x->size;
    return (char *)x->to + (size_t)peer * x->size;
}

static void *slice(struct mpi_exchange *x, int peer, size_t *size)
{
    *size = slice_of(x, peer) * sizeof(float);
    return (float *)x->to + slice_at(x, peer);
}

static void *own_slice(struct mpi_exchange *x, int peer, size_t *size)
{
    (void)peer;
    return slice(x, x->rank, size);
}

static size_t numbers_to_add(const struct mpi_exchange *x)
{
    return is_small(x) ? x->size / sizeof(float) : slice_of(x, x->rank);
}

static void *others_of(struct mpi_exchange *x, int peer, size_t *size)
{
    *size = numbers_to_add(x) * sizeof(float);
    return x->others + (size_t)peer * numbers_to_add(x);
}

static bool room_for_others(struct mpi_exchange *x, struct error *e)
{
    size_t need = numbers_to_add(x) * (size_t)x->ranks;

    if (need <= x->others_room)
        return true;
    free(x->others);
    x->others = malloc(need * sizeof *x->others);
    x->others_room = x->others ? need : 0;
    return x->others || error_set(e, ERROR_MEMORY, "no memory for what other ranks send");
}

/* sums[i] = the own numbers and those of all others, in the order of ranks. */
static void add_block(const struct mpi_exchange *x, float *own, size_t at, size_t n)
{
    size_t stride = numbers_to_add(x);
    float sums[BLOCK] = { 0 };

    for (int r = 0; r < x->ranks; r++) {
        const float *row = r == x->rank ? own + at : x->others + (size_t)r * stride + at;

        if (r == 0)
            memcpy(sums, row, n * sizeof *sums);
        else if (n == BLOCK)
            for (int i = 0; i < BLOCK; i++)
                sums[i] += row[i];
        else
            for (size_t i = 0; i < n; i++)
                sums[i] += row[i];
    }
    memcpy(own + at, sums, n * sizeof *sums);
}

static void add_up(struct mpi_exchange *x)
{
    float *own = (float *)x->to + (is_small(x) ? 0 : slice_at(x, x->rank));
    size_t count = numbers_to_add(x);

    for (size_t at = 0; at < count; at += BLOCK)
        add_block(x, own, at, count - at < BLOCK ? count - at : BLOCK);
}

static bool sum_begin(struct mpi_exchange *x, struct error *e)
{
    return room_for_others(x, e) && post_all(x, false, others_of, e) &&
           post_all(x, true, is_small(x) ? whole : slice, e);
}

static bool sum_next(struct mpi_exchange *x, bool *done, struct error *e)
{
    if (x->step == 1) {
        *done = true;
        return true;
    }
    add_up(x);
    x->step = 1;
    *done = is_small(x);
    return *done || (post_all(x, false, slice, e) && post_all(x, true, own_slice, e));
}

static bool gather_begin(struct mpi_exchange *x, struct error *e)
{
    memcpy((char *)x->to + (size_t)x->rank * x->size, x->from, x->size);
    return post_all(x, false, place_of, e) && post_all(x, true, own_bytes, e);
}

static bool broadcast_begin(struct mpi_exchange *x, struct error *e)
{
    return x->rank == x->root ? post_all(x, true, whole, e) : post(x, false, x->to, x->size, x->root, e);
}

static bool one_step(struct mpi_exchange *x, bool *done, struct error *e)
{
    (void)x;
    (void)e;
    *done = true;
    return true;
}

static const struct {
    bool (*begin)(struct mpi_exchange *x, struct error *e);
    bool (*next)(struct mpi_exchange *x, bool *done, struct error *e); /* all messages of a step have come and gone */
} kinds[] = {
    [EXCHANGE_SUM] = { sum_begin, sum_next },
    [EXCHANGE_GATHER] = { gather_begin, one_step },
    [EXCHANGE_BROADCAST] = { broadcast_begin, one_step },
};

bool mpi_exchange_begin(struct mpi_exchange *x, MPI_Comm comm, int rank, int ranks, struct error *e)
{
    x->comm = comm;
    x->rank = rank;
    x->ranks = ranks;
    x->step = x->count = 0;
    return kinds[x->kind].begin(x, e);
}

bool mpi_exchange_go_on(struct mpi_exchange *x, bool *done, struct error *e)
{
    int all = 0;

    *done = false;
    if (!is_good(x, x->count ? x->peers[0] : x->rank, MPI_Testall(x->count, x->requests, &all, MPI_STATUSES_IGNORE), e))
        return false;
    if (!all)
        return true;
    x->count = 0;
    return kinds[x->kind].next(x, done, e);
}

void mpi_exchange_missing(struct mpi_exchange *x, bool missing[])
{
    for (int i = 0; i < x->count; i++) {
        int there = 1;

        if (x->requests[i] != MPI_REQUEST_NULL)
            MPI_Request_get_status(x->requests[i], &there, MPI_STATUS_IGNORE);
        if (!there)
            missing[x->peers[i]] = true;
    }
}

void mpi_exchange_cancel(struct mpi_exchange *x)
{
    for (int i = 0; i < x->count; i++)
        if (x->requests[i] != MPI_REQUEST_NULL) {
            MPI_Cancel(&x->requests[i]);
            MPI_Request_free(&x->requests[i]);
        }
    x->count = 0;
}

void mpi_exchange_free(struct mpi_exchange *x)
{
    free(x->requests);
    free(x->peers);
    free(x->others);
}
