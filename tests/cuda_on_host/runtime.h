/* CUDA's runtime behind its functions. Everything is done under one lock: a device does one thing at a time. */
#ifndef CUDA_ON_HOST_RUNTIME_H
#define CUDA_ON_HOST_RUNTIME_H

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <cuda_runtime_api.h>

namespace on_host
{
using job = std::function<void()>;

class locked
{
    std::lock_guard<std::recursive_mutex> guard;

  public:
    locked();
};

/* --- device.cpp --- */

struct settings {
    int devices;
    size_t memory;
    cudaError_t driver;
    int kernels_to_loss; /* -1: never */
    cudaError_t loss;
    unsigned refused_products; /* ON_HOST_PRODUCTS_... */
    int cudnn; /* enum cudnn_on_host */
    int cudnn_calls_to_failure; /* -1: never */
    int cudnn_runs;
};
extern settings set;

struct device {
    cudaError_t broken; /* sticks */
    size_t used;
    std::shared_ptr<CUstream_st> legacy; /* the stream that is called 0 */
};

device &device_of(int number);
int current_device();
/* What cudaGetLastError will tell; returns it. */
cudaError_t note(cudaError_t status);
/* The device's or the driver's standing failure. */
cudaError_t standing_failure();
/* Counts a kernel; false when the device is lost with it, or was before. */
bool survives(int device);
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* --- queue.cpp --- */

struct record {
    uint64_t number; /* 1 for an event's first */
    cudaStream_t stream;
};

struct event_state {
    uint64_t asked = 0;          /* records */
    std::vector<record> pending; /* that are not done */
    double seconds = 0.0;        /* when the last was done */
    bool captured = false;

    cudaStream_t stream_of(uint64_t number) const; /* null when it is done, or when there was none */
};

/* A job, or until a record of an event is done. */
struct queued {
    job work;
    std::shared_ptr<event_state> awaits;
    uint64_t number;
};

/* Work takes the time that it says it takes: what is measured is the same on every machine. */
void pass_time(double seconds);

/* Checks, and then queues the job, or puts it into the graph that the stream captures. */
cudaError_t enqueue(cudaStream_t stream, job work);
cudaStream_t resolve(cudaStream_t stream); /* 0 to the legacy stream; null when there is no such stream */
void drain(cudaStream_t stream);
void drain_device(int device); /* but for streams that capture */
bool works_for_this_thread();  /* a stream that the thread made has work that waits */
void drop_streams(int device); /* with their work; -1: everywhere */
const std::vector<cudaStream_t> &all_streams(); /* but for the legacy ones */
int streams_alive();

/* --- graph.cpp --- */

/* For functions that may not be called while something captures, in CUDA's words "unsafe": the capture is lost. */
cudaError_t unsafe_while_capturing();
/* The same for the legacy stream. */
cudaError_t legacy_while_capturing();
/* For what cannot be captured: a stream that captures loses what it has. */
cudaError_t capturing_refuses(cudaStream_t stream);
void drop_graphs();
int graphs_alive();

/* --- memory.cpp --- */

bool on_device(const void *memory, size_t bytes); /* all of them within one allocation */
void check_fences(); /* a device is broken when something was written beside an allocation */
void free_all(int device); /* -1: of all, and of the host */
int allocations_alive();
}

/* What a stream is. */
struct CUstream_st {
    int device;
    unsigned flags;
    std::deque<on_host::queued> queue;
    CUgraph_st *capture; /* null: does not */
    cudaStreamCaptureMode mode;
    bool invalidated;
    std::thread::id by; /* who captures */
    std::thread::id made_by = std::this_thread::get_id();
};

struct CUgraph_st {
    int device;
    std::vector<on_host::job> nodes;
};

#endif
