#include "base/gemm.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cblas.h>

#include "base/environment.h"
#include "base/memory.h"

/* What a thread in a product takes of address space, though it touches little of it. (Its BUFFER_SIZE on processors of
 * 64 bits; older versions take less.) */
static const size_t buffer_bytes = ((size_t)128 << 20) + MEMORY_PAGE;
/* The library's own code and data, and those of what it is made with. */
static const size_t library_bytes = (size_t)64 << 20;

#define BLAS_CALLS(X) \
    X(cblas_sgemm, __typeof__(cblas_sgemm) *) \
    X(openblas_set_num_threads, __typeof__(openblas_set_num_threads) *)

/* Its own, which some builds hide. The memory is kept for whoever asks next, and never given back. */
#define BLAS_MEMORY_CALLS(X) \
    X(blas_memory_alloc, void *(*)(int procedure)) \
    X(blas_memory_free, void (*)(void *memory))

#define BLAS_CALL(name, type) __typeof__(type) name;
#define BLAS_ENTRY(name, type) { #name, offsetof(struct blas, name) },

struct blas {
    BLAS_CALLS(BLAS_CALL)
    BLAS_MEMORY_CALLS(BLAS_CALL)
};

struct call {
    const char *name;
    size_t offset;
};

static const struct call calls[] = { BLAS_CALLS(BLAS_ENTRY) }, memory_calls[] = { BLAS_MEMORY_CALLS(BLAS_ENTRY) };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct blas blas;
static bool loaded;
static int reserved, held; /* buffers: as many as threads asked for, as many as OpenBLAS has got */

static bool find(void *file, const struct call *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        void *found = dlsym(file, wanted[i].name);

        if (!found)
            return false;
        memcpy((char *)&blas + wanted[i].offset, &found, sizeof found);
    }
    return true;
}

/* OpenBLAS prepares itself for as many threads as the node has cores, unless the environment says otherwise: built for
 * OpenMP by the one variable, else by the other. */
static const char *const for_one_thread[] = { "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1" };

static void *open_for_one_thread(const char *name)
{
    static char **made;
    char **outside = environ;

    if (!made && !(made = environment_with(for_one_thread, sizeof for_one_thread / sizeof *for_one_thread)))
        return NULL;
    environ = made;

    void *file = dlopen(name, RTLD_NOW | RTLD_LOCAL);

    environ = outside;
    return file;
}

static const char *reason_of(const char *name)
{
    const char *reason = open_for_one_thread(name) ? NULL : dlerror();

    return reason ? reason : "not enough memory";
}

static bool load(struct error *e)
{
    static const char *const files[] = { "libopenblas.so.0", "libopenblaso.so.0", "libopenblasp.so.0" };
    void *file = NULL;

    if (loaded)
        return true;
    for (size_t i = 0; i < sizeof files / sizeof *files && !file; i++)
        file = open_for_one_thread(files[i]);
    if (!file)
        return error_set(e, ERROR_DEVICE,
                         "cannot load OpenBLAS (Debian's package libopenblas0), which multiplies large matrices: %s",
                         reason_of(files[0]));
    loaded = find(file, calls, sizeof calls / sizeof *calls);
    if (loaded && !find(file, memory_calls, sizeof memory_calls / sizeof *memory_calls))
        blas.blas_memory_alloc = NULL;
    return loaded || error_set(e, ERROR_DEVICE, "the OpenBLAS on this node is no library of C functions");
}

/* Asked for as OpenBLAS does, which does not take no for an answer. */
static bool room_for(int threads, struct error *e)
{
    size_t buffers = (size_t)threads + (loaded ? 0 : 1), bytes = buffers * buffer_bytes;
    size_t all = bytes + (loaded ? 0 : library_bytes);
    void *room = mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (room == MAP_FAILED)
        return error_set(e, ERROR_MEMORY,
                         "not enough memory: large matrix products on %d thread%s need %zu MB of address space, more "
                         "than a limit leaves (ulimit -v): %s",
                         threads, threads > 1 ? "s" : "", all >> 20,
                         threads > 1 ? "ask for fewer threads (cpu:1), or raise it"
                                     : "raise it, or make the layers or the batch smaller");
    munmap(room, all);
    return true;
}

/* All at once, so that there are as many. */
static bool get_buffers(int count, struct error *e)
{
    void **buffers = memory_new((size_t)count, sizeof *buffers, e);
    int got = 0;

    if (!buffers || !blas.blas_memory_alloc) {
        free(buffers);
        return buffers != NULL;
    }
    while (got < count && (buffers[got] = blas.blas_memory_alloc(0)))
        got++;
    for (int i = 0; i < got; i++)
        blas.blas_memory_free(buffers[i]);
    free(buffers);
    return got == count || error_set(e, ERROR_DEVICE, "the OpenBLAS on this node is built for %d threads: ask for no "
                                                      "more (cpu:%d)", got, got);
}

bool gemm_reserve(int threads, struct error *e)
{
    pthread_mutex_lock(&lock);
    int wanted = reserved + threads;
    bool good = wanted <= held || (room_for(wanted, e) && load(e) && get_buffers(wanted, e));

    if (good) {
        reserved = wanted;
        held = held > wanted ? held : wanted;
    }
    pthread_mutex_unlock(&lock);
    return good;
}

void gemm_release(int threads)
{
    pthread_mutex_lock(&lock);
    reserved -= threads;
    pthread_mutex_unlock(&lock);
}

/* If OpenBLAS is built with OpenMP, the number of threads is a setting of the calling thread; if not, it is one setting
 * for all. The call sets both, and is not safe for two threads at once. */
static void stay_on_this_thread(void)
{
    static _Thread_local bool stays;

    if (stays)
        return;
    pthread_mutex_lock(&lock);
    blas.openblas_set_num_threads(1);
    pthread_mutex_unlock(&lock);
    stays = true;
}

void gemm(int64_t m, int64_t n, int64_t k, struct matrix a, struct matrix b, float *c, int64_t c_stride, bool add)
{
    if (m <= 0 || n <= 0)
        return;
    stay_on_this_thread();
    blas.cblas_sgemm(CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans, b.transposed ? CblasTrans : CblasNoTrans,
                     (int)m, (int)n, (int)k, 1.0f, a.at, (int)a.stride, b.at, (int)b.stride, add ? 1.0f : 0.0f, c,
                     (int)c_stride);
}
