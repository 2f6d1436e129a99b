/* What a test can do to the CUDA that the host plays, and ask of it. */
#ifndef CUDA_ON_HOST_ON_HOST_H
#define CUDA_ON_HOST_ON_HOST_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* As after the start of a process: nothing is allocated, no work waits, and what can be set below is as the environment
 * says: CUDA_ON_HOST_DEVICES (1), CUDA_ON_HOST_MEMORY (bytes a device: 2 GiB), CUDA_ON_HOST_SEED (1),
 * CUDA_ON_HOST_LOST_AFTER (so many kernels comes an illegal address; never). */
void on_host_reset(void);

void on_host_set_devices(int count);
void on_host_set_memory(size_t bytes); /* of every device */
void on_host_set_seed(uint64_t seed);  /* of everything that CUDA leaves open: when work is done, in which order threads run */
/* Whoever asks for the devices gets this cudaError_t instead: cudaErrorInsufficientDriver, cudaErrorSystemNotReady … */
void on_host_set_driver(int error);
/* The kernel after the next `kernels` ones does not run: the device fails with this cudaError_t, and so does everything
 * that is asked of it from then on. */
void on_host_lose_device(int kernels, int error);

/* Products that cuBLASLt has no algorithm for; 0: none. */
enum {
    ON_HOST_PRODUCTS_OF_HALVES = 1,
    ON_HOST_PRODUCTS_IN_TF32 = 2,
    ON_HOST_PRODUCTS_WITH_EPILOGUES = 4,
};
void on_host_refuse_products(unsigned which);

/* cuDNN: not there unless a test wants it. All but the first propose the same plans; ROUGH's sums are off by more than
 * those of floats are, as some of Winograd's and Fourier's are, and UNHEARD cannot be captured. */
enum cudnn_on_host {
    CUDNN_ON_HOST_ABSENT,
    CUDNN_ON_HOST_RIGHT,
    CUDNN_ON_HOST_WRONG,
    CUDNN_ON_HOST_ROUGH,
    CUDNN_ON_HOST_UNHEARD,
};
void on_host_set_cudnn(enum cudnn_on_host how);
/* The call of cuDNN after the next `calls` ones fails; -1: none does. */
void on_host_fail_cudnn(int calls);
/* How many it still does; negative when one failed, or none is to. */
int on_host_cudnn_calls_to_failure(void);
/* Convolutions that it did. */
int on_host_cudnn_runs(void);

/* Allocations, streams, events, graphs and handles that nobody has given back. */
int on_host_alive(void);
/* What the program did wrong last, where CUDA has no words for it; "" when nothing. */
const char *on_host_complaint(void);

#ifdef __cplusplus
}
#endif

#endif
