/* CUDA's runtime behind its functions, file by file; each calls only those before it. Everything is done under one
 * lock: a device does one thing at a time. Functions of the host alone are called beside it (cudaLaunchHostFunc). */
#ifndef CUDA_ON_HOST_RUNTIME_H
#define CUDA_ON_HOST_RUNTIME_H

#include <atomic>
#include <chrono>
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
  public:
    locked();
    ~locked();
    locked(const locked &) = delete;
    locked &operator=(const locked &) = delete;
};

/* Lets the other threads have the lock for a moment. */
void rest();

/* --- device.cpp --- */

struct settings {
    int devices;
    int slow_from; /* devices from this number on are slower; negative: none */
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

bool is_slow(int device);
device &device_of(int number);
int current_device();
void reset_devices(); /* all of this to what the environment says */
/* What cudaGetLastError() will return; returns it. */
cudaError_t note(cudaError_t status);
/* The device's or the driver's failure, which every function returns. */
cudaError_t standing_failure();
/* Notes the standing failure where there is one, else `status`; returns it. */
cudaError_t checked(cudaError_t status);
cudaError_t checked_number(int device); /* notes and returns whether there is such a device */
/* Counts a kernel; false when the device is lost with it, or was before. */
bool survives(int device);
/* What the program did wrong, where CUDA has no words for it. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *complaint();

/* --- stream.cpp --- */

struct record {
    uint64_t number; /* an event's first is 1 */
    cudaStream_t stream;
};

struct event_state {
    uint64_t asked = 0;          /* how many records */
    std::vector<record> pending; /* that are not done */
    double seconds = 0.0;        /* when the last was done */
    bool captured = false;

    cudaStream_t stream_of(uint64_t number) const; /* null when that record is done, or when there was none */
};

/* A function of the host's, on a thread of its own once its stream has come to it. */
struct host_call {
    cudaHostFn_t function;
    void *data;
    bool begun = false;
    std::atomic<bool> ended{ false };
};

/* A job, a wait until a record of an event is done, or a host's function to be called. */
struct queued {
    job work;
    std::shared_ptr<event_state> awaits = {};
    uint64_t number = 0;
    std::shared_ptr<host_call> call = {};
    std::chrono::steady_clock::time_point begun = {}; /* on a slow device: when it was the oldest first */
};

/* Every job says how long it takes, so that what is measured is the same on every machine. */
void pass_time(double seconds);
double time_passed();

cudaStream_t resolve(cudaStream_t stream); /* 0 to the legacy stream; null when there is no such stream */
cudaError_t usable(cudaStream_t &stream);  /* resolves a stream that is to get work, or returns why it cannot */
/* Checks, and then queues the job, or puts it into the graph that the stream captures. */
cudaError_t enqueue(cudaStream_t stream, job work);
cudaError_t push(cudaStream_t stream, queued what); /* queues it, whether the stream captures or not */
/* Does its oldest job; where that waits for another stream, one of that stream's. False when a function of the host
 * has to end first. */
bool step(cudaStream_t stream);
void drain(cudaStream_t stream); /* others may have the lock meanwhile */
void drain_device(int device);   /* but for streams that capture */
bool works_for_this_thread();  /* a stream that this thread made has work left */
void drop_streams(int device); /* with their work; -1: on every device */
int streams_alive();           /* but for the legacy ones */

/* For functions that may not be called while something captures, in CUDA's words "unsafe": the capture is lost. */
cudaError_t unsafe_while_capturing();
/* The same for the legacy stream. */
cudaError_t legacy_while_capturing();
/* For what cannot be captured: a stream that captures loses its capture. */
cudaError_t capturing_refuses(cudaStream_t stream);

/* --- event.cpp --- */

void drop_events();
int events_alive();

/* --- graph.cpp --- */

void drop_graphs();
int graphs_alive();

/* --- memory.cpp --- */

bool on_device(const void *memory, size_t bytes); /* all of them within one allocation */
void check_fences(); /* breaks a device when something was written beside an allocation */
void free_all(int device); /* -1: of all, and of the host */
int allocations_alive();
}

/* What a stream is. */
struct CUstream_st {
    int device;
    unsigned flags;
    std::deque<on_host::queued> queue = {};
    CUgraph_st *capture = nullptr; /* null: it does not capture */
    cudaStreamCaptureMode mode = cudaStreamCaptureModeGlobal;
    bool invalidated = false;
    std::thread::id by = {}; /* who captures */
    std::thread::id made_by = std::this_thread::get_id();
};

struct CUgraph_st {
    int device;
    std::vector<on_host::job> nodes;
};

#endif
