/* A library that answers as NCCL 2 does, for the CUDA that the host plays: its ranks are threads or processes of this
 * machine, and sum in the order of the ranks through a file that all of them map. Of CUDA it uses cudaLaunchHostFunc()
 * alone, which it finds in the program or in the plug-in that CUVETTE_CUDA_PLUGIN names.
 *
 * FAKE_NCCL in the environment says what goes wrong, for every communicator that is opened then:
 *
 *   old       it is NCCL 2.4
 *   refuses   no communicator is opened
 *   wrong     sums are wrong
 *   fails=N   after N sums the other side is gone
 *   hangs=N   after N sums none ends
 *
 * FAKE_NCCL_RANK: only on that rank. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <cuda_runtime_api.h>

#include "gpu/nccl/nccl_calls.h"

/* What is only declared where it is called. */
#define NCCL_CALL(name, result, arguments) result name arguments;
NCCL_CALLS(NCCL_CALL)
#undef NCCL_CALL

enum { SYSTEM_ERROR = 2, INVALID_ARGUMENT = 4, REMOTE_ERROR = 6 }; /* of enum ncclResult_t */
enum { RANKS = 64, CHUNK = 1 << 16, OLD = 20408, NEW = 22809 };

/* In the file; of each rank how many chunks it has brought, and how many it is done with. */
struct area {
    atomic_int joined;
    struct {
        _Atomic uint64_t brought, done;
    } member[RANKS];
    float numbers[RANKS][CHUNK];
};

struct ncclComm {
    struct area *area;
    int rank, ranks;
    atomic_int users; /* whoever has it, and every sum that is queued */
    atomic_bool aborted, busy;
    atomic_long left; /* sums until what goes wrong; -1: nothing does */
    atomic_int failure;
    bool wrong, hangs, fails;
    uint64_t chunks; /* begun; the sums' own, one after the other */
    nccl_id id;
};

struct sum {
    nccl_comm comm;
    float *numbers;
    size_t count;
};

static bool is_said(const char *word, int rank, long *number)
{
    const char *text = getenv("FAKE_NCCL"), *only = getenv("FAKE_NCCL_RANK");
    size_t length = strlen(word);

    if (!text || strncmp(text, word, length) != 0 || (only && rank >= 0 && atoi(only) != rank))
        return false;
    if (number && text[length] == '=')
        *number = atol(text + length + 1);
    return true;
}

/* The last one to join takes the file away, or rank 0 where not all do: others may still look for it. */
static void leave(const nccl_id *id, int rank)
{
    if (rank == 0)
        unlink(id->internal);
}

static void release(nccl_comm comm)
{
    if (atomic_fetch_sub(&comm->users, 1) > 1)
        return;
    leave(&comm->id, comm->rank);
    munmap(comm->area, sizeof *comm->area);
    free(comm);
}

static void nap(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = 20000 }, NULL);
}

/* Until a counter of every rank is that far; false when it was aborted. */
static bool await_all(nccl_comm comm, bool brought, uint64_t wanted)
{
    for (int r = 0; r < comm->ranks; r++) {
        _Atomic uint64_t *counter = brought ? &comm->area->member[r].brought : &comm->area->member[r].done;

        while (atomic_load(counter) < wanted) {
            if (atomic_load(&comm->aborted))
                return false;
            nap();
        }
    }
    return true;
}

static bool add_chunk(nccl_comm comm, float *numbers, size_t count)
{
    struct area *a = comm->area;
    const uint64_t chunk = comm->chunks++;

    if (!await_all(comm, false, chunk))
        return false;
    memcpy(a->numbers[comm->rank], numbers, count * sizeof *numbers);
    atomic_store(&a->member[comm->rank].brought, chunk + 1);
    if (!await_all(comm, true, chunk + 1))
        return false;
    for (size_t i = 0; i < count; i++) {
        float sum = a->numbers[0][i];

        for (int r = 1; r < comm->ranks; r++)
            sum += a->numbers[r][i];
        numbers[i] = comm->wrong ? sum + 1 : sum;
    }
    atomic_store(&a->member[comm->rank].done, chunk + 1);
    return true;
}

static void add_up(void *data)
{
    struct sum *s = data;
    nccl_comm comm = s->comm;
    bool is_last = atomic_load(&comm->left) == 0;

    if (atomic_load(&comm->left) > 0)
        atomic_fetch_sub(&comm->left, 1);
    if (is_last && comm->fails)
        atomic_store(&comm->failure, REMOTE_ERROR);
    while (is_last && !atomic_load(&comm->aborted))
        nap();
    for (size_t at = 0; at < s->count && !atomic_load(&comm->aborted); at += CHUNK)
        if (!add_chunk(comm, s->numbers + at, s->count - at < CHUNK ? s->count - at : CHUNK))
            break;
    free(s);
    release(comm);
}

unsigned ncclGetVersion(int *version)
{
    *version = is_said("old", -1, NULL) ? OLD : NEW;
    return NCCL_OK;
}

unsigned ncclGetUniqueId(nccl_id *id)
{
    const char *folder = getenv("TMPDIR");
    int file;

    memset(id, 0, sizeof *id);
    snprintf(id->internal, sizeof id->internal, "%s/fake-nccl-XXXXXX", folder ? folder : "/tmp");
    file = mkstemp(id->internal);
    if (file < 0)
        return SYSTEM_ERROR;

    bool sized = ftruncate(file, sizeof(struct area)) == 0;

    close(file);
    return sized ? NCCL_OK : SYSTEM_ERROR;
}

static struct area *map(const char *path)
{
    int file = open(path, O_RDWR | O_CLOEXEC);
    void *area = file < 0 ? MAP_FAILED : mmap(NULL, sizeof(struct area), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

    if (file >= 0)
        close(file);
    return area == MAP_FAILED ? NULL : area;
}

/* As one that does not block. */
unsigned ncclCommInitRankConfig(nccl_comm *comm, int ranks, nccl_id id, int rank, nccl_config *settings)
{
    long number = -1;
    nccl_comm c = NULL;

    *comm = NULL;
    if (settings->magic != nccl_magic || settings->size != NCCL_SETTINGS_BYTES || settings->blocking != 0 ||
        ranks > RANKS)
        return INVALID_ARGUMENT;
    if (is_said("refuses", rank, NULL) || !(c = calloc(1, sizeof *c)) || !(c->area = map(id.internal))) {
        leave(&id, rank);
        free(c);
        return SYSTEM_ERROR;
    }
    c->id = id;
    c->rank = rank;
    c->ranks = ranks;
    c->wrong = is_said("wrong", rank, NULL);
    c->fails = is_said("fails", rank, &number);
    c->hangs = is_said("hangs", rank, &number);
    atomic_init(&c->users, 1);
    atomic_init(&c->left, number);
    if (atomic_fetch_add(&c->area->joined, 1) + 1 == ranks)
        unlink(id.internal);
    *comm = c;
    return NCCL_IN_PROGRESS;
}

unsigned ncclCommGetAsyncError(nccl_comm comm, unsigned *status)
{
    bool begins = atomic_load(&comm->area->joined) < comm->ranks;
    bool was_busy = atomic_exchange(&comm->busy, false);

    *status = begins || was_busy ? (unsigned)NCCL_IN_PROGRESS : (unsigned)atomic_load(&comm->failure);
    return NCCL_OK;
}

static cudaError_t (*launch(void))(cudaStream_t stream, cudaHostFn_t function, void *data)
{
    const char *plugin = getenv("CUVETTE_CUDA_PLUGIN"), name[] = "cudaLaunchHostFunc";
    void *found = dlsym(RTLD_DEFAULT, name), *file = !found && plugin ? dlopen(plugin, RTLD_LAZY | RTLD_NOLOAD) : NULL;
    cudaError_t (*function)(cudaStream_t, cudaHostFn_t, void *);

    if (file)
        found = dlsym(file, name);
    memcpy(&function, &found, sizeof function);
    return function;
}

unsigned ncclAllReduce(const void *from, void *to, size_t count, unsigned element, unsigned how, nccl_comm comm,
                       struct CUstream_st *stream)
{
    struct sum *s;

    if (from != to || element != NCCL_FLOAT || how != NCCL_SUM || !launch() || !(s = malloc(sizeof *s)))
        return INVALID_ARGUMENT;
    *s = (struct sum){ comm, to, count };
    atomic_fetch_add(&comm->users, 1);
    if (launch()(stream, add_up, s) != cudaSuccess) {
        free(s);
        release(comm);
        return SYSTEM_ERROR;
    }
    atomic_store(&comm->busy, true);
    return NCCL_IN_PROGRESS;
}

unsigned ncclCommFinalize(nccl_comm comm)
{
    (void)comm;
    return NCCL_IN_PROGRESS;
}

unsigned ncclCommDestroy(nccl_comm comm)
{
    release(comm);
    return NCCL_OK;
}

unsigned ncclCommAbort(nccl_comm comm)
{
    atomic_store(&comm->aborted, true);
    release(comm);
    return NCCL_OK;
}

const char *ncclGetErrorString(unsigned status)
{
    return status == REMOTE_ERROR ? "remote process exited or there was a network error" : "unhandled system error";
}

const char *ncclGetLastError(nccl_comm comm)
{
    return comm && atomic_load(&comm->failure) ? "socket progress: Connection closed by remote peer\n" : "";
}
