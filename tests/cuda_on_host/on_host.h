/* What a test can set in the CUDA that the host plays, and ask of it. */
#ifndef CUDA_ON_HOST_ON_HOST_H
#define CUDA_ON_HOST_ON_HOST_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* As at the start of a process: nothing is allocated, no work is left, and what can be set below is what the
 * environment says: CUDA_ON_HOST_DEVICES (1), CUDA_ON_HOST_MEMORY (bytes of each device; 2 GiB), CUDA_ON_HOST_SEED (1),
 * CUDA_ON_HOST_LOST_AFTER (kernels until an illegal address; never), CUDA_ON_HOST_CUDNN (a number of the enum below;
 * absent), CUDA_ON_HOST_SLOW_FROM (the devices from this number are of another model, on which each job takes
 * three milliseconds at least; none). */
void on_host_reset(void);

void on_host_set_devices(int count);
void on_host_set_memory(size_t bytes); /* of every device */
/* Of everything that CUDA leaves open: when work is done, and in which order threads run. */
void on_host_set_seed(uint64_t seed);
/* Instead of devices there is this cudaError_t: cudaErrorInsufficientDriver, cudaErrorSystemNotReady … */
void on_host_set_driver(int error);
/* The next `kernels` kernels still run. The one after them does not, and from then on every call for the device fails
 * with this cudaError_t. */
void on_host_lose_device(int kernels, int error);

/* Products that cuBLASLt has no algorithm for: the sum of these, or 0. */
enum {
    ON_HOST_PRODUCTS_OF_HALVES = 1,
    ON_HOST_PRODUCTS_IN_TF32 = 2,
    ON_HOST_PRODUCTS_WITH_EPILOGUES = 4,
};
void on_host_refuse_products(unsigned which);

/* cuDNN: absent unless a test wants it. All the others propose the same plans. The sums of ROUGH are off by more than
 * floats explain, as some of Winograd's and Fourier's are; UNCAPTURABLE cannot be captured. */
enum cudnn_on_host {
    CUDNN_ON_HOST_ABSENT,
    CUDNN_ON_HOST_RIGHT,
    CUDNN_ON_HOST_WRONG,
    CUDNN_ON_HOST_ROUGH,
    CUDNN_ON_HOST_UNCAPTURABLE,
};
void on_host_set_cudnn(enum cudnn_on_host how);
/* The next `calls` calls of cuDNN succeed, and the one after them fails; -1: none fails. */
void on_host_fail_cudnn(int calls);
/* How many calls are left until that; negative when one has failed, or none is to. */
int on_host_cudnn_calls_to_failure(void);
/* How many convolutions cuDNN has done. */
int on_host_cudnn_runs(void);

/* Allocations, streams, events, graphs and handles that have not been freed. */
int on_host_alive(void);
/* The last thing that the program did wrong for which CUDA has no error; "" for none. */
const char *on_host_complaint(void);

#ifdef __cplusplus
}
#endif

#endif
