/* Streams: queues of jobs. CUDA does not promise when it does a job, so here it is done as late as it may be, or
 * sometimes, at random, at once. So a missing wait, or memory that is reused too early, shows in the results. */
#include "tests/cuda_on_host/runtime.h"

#include <algorithm>

#include "tests/cuda_on_host/chance.h"

namespace on_host
{
namespace
{
std::vector<cudaStream_t> streams; /* but for the legacy ones */

double now; /* seconds */

bool blocking(const CUstream_st *stream)
{
    return !(stream->flags & cudaStreamNonBlocking);
}

bool is_legacy(const CUstream_st *stream)
{
    return device_of(stream->device).legacy.get() == stream;
}

void step_any()
{
    cudaStream_t stream = streams.empty() ? nullptr : streams[dice.below((uint32_t)streams.size())];

    if (stream && !stream->queue.empty())
        step(stream);
}

/* What CUDA may do while the program goes on. */
void meanwhile(cudaStream_t stream)
{
    enum { ALL_AT_ONCE, A_STEP, SOME_STREAM, CHOICES = 8 };

    switch (dice.below(CHOICES)) {
    case ALL_AT_ONCE:
        while (!stream->queue.empty() && step(stream))
            ;
        break;
    case A_STEP:
        if (!stream->queue.empty())
            step(stream);
        break;
    case SOME_STREAM:
        step_any();
        break;
    default:
        break;
    }
}

/* The legacy stream waits for the jobs of blocking streams that were queued before, and they for its jobs. */
void order_with_legacy(cudaStream_t stream)
{
    if (!is_legacy(stream)) {
        if (blocking(stream))
            drain(device_of(stream->device).legacy.get());
        return;
    }
    const std::vector<cudaStream_t> all = streams;

    for (cudaStream_t other : all)
        if (other->device == stream->device && blocking(other) && !other->capture)
            drain(other);
}

/* Begins it, if that was not done. */
bool has_ended(const std::shared_ptr<host_call> &call)
{
    if (!call->begun) {
        call->begun = true;
        std::thread([call] {
            call->function(call->data);
            call->ended = true;
        }).detach();
    }
    return call->ended;
}

/* For questions that a capturing stream cannot answer. */
cudaError_t answerable(cudaStream_t &stream)
{
    cudaError_t status = usable(stream);

    if (status == cudaSuccess && stream->capture) {
        stream->invalidated = true;
        status = cudaErrorStreamCaptureUnsupported;
    }
    return status;
}
}

cudaStream_t event_state::stream_of(uint64_t number) const
{
    for (const record &r : pending)
        if (r.number == number)
            return r.stream;
    return nullptr;
}

/* A slow device's job is done a while after it was begun. */
bool takes_longer(queued &oldest, int device)
{
    const auto clock = std::chrono::steady_clock::now();

    if (!is_slow(device))
        return false;
    if (oldest.begun == std::chrono::steady_clock::time_point{})
        oldest.begun = clock;
    return clock - oldest.begun < std::chrono::milliseconds(3);
}

bool step(cudaStream_t stream)
{
    queued &oldest = stream->queue.front();
    cudaStream_t first = oldest.awaits ? oldest.awaits->stream_of(oldest.number) : nullptr;

    if (first)
        return step(first);
    if (takes_longer(oldest, stream->device) || (oldest.call && !has_ended(oldest.call)))
        return false;
    job work = std::move(oldest.work);

    stream->queue.pop_front();
    if (work)
        work();
    return true;
}

cudaError_t push(cudaStream_t stream, queued what)
{
    if (stream->device != current_device())
        return note(cudaErrorInvalidResourceHandle);
    if (is_legacy(stream)) {
        cudaError_t status = legacy_while_capturing();

        if (status != cudaSuccess)
            return note(status);
    }
    order_with_legacy(stream);
    stream->queue.push_back(std::move(what));
    meanwhile(stream);
    return cudaSuccess;
}

cudaError_t unsafe_while_capturing()
{
    cudaError_t status = cudaSuccess;

    for (cudaStream_t stream : streams) {
        bool ours = stream->by == std::this_thread::get_id();

        if (!stream->capture || stream->mode == cudaStreamCaptureModeRelaxed ||
            (stream->mode == cudaStreamCaptureModeThreadLocal && !ours))
            continue;
        stream->invalidated = true;
        status = cudaErrorStreamCaptureUnsupported;
    }
    return status;
}

cudaError_t legacy_while_capturing()
{
    cudaError_t status = cudaSuccess;

    for (cudaStream_t stream : streams)
        if (stream->capture && !(stream->flags & cudaStreamNonBlocking)) {
            stream->invalidated = true;
            status = cudaErrorStreamCaptureImplicit;
        }
    return status;
}

cudaError_t capturing_refuses(cudaStream_t stream)
{
    cudaStream_t s = resolve(stream);

    if (!s || !s->capture)
        return cudaSuccess;
    s->invalidated = true;
    return cudaErrorStreamCaptureUnsupported;
}

cudaError_t usable(cudaStream_t &stream)
{
    cudaError_t failure = standing_failure();

    if (failure != cudaSuccess)
        return failure;
    stream = resolve(stream);
    if (!stream)
        return cudaErrorInvalidResourceHandle;
    return stream->invalidated ? cudaErrorStreamCaptureInvalidated : cudaSuccess;
}

cudaStream_t resolve(cudaStream_t stream)
{
    if (!stream || stream == cudaStreamLegacy)
        return device_of(current_device()).legacy.get();
    return std::find(streams.begin(), streams.end(), stream) != streams.end() ? stream : nullptr;
}

cudaError_t enqueue(cudaStream_t stream, job work)
{
    cudaError_t status = usable(stream);

    if (status != cudaSuccess)
        return note(status);
    if (stream->capture) {
        stream->capture->nodes.push_back(std::move(work));
        return cudaSuccess;
    }
    return push(stream, { std::move(work) });
}

void pass_time(double seconds)
{
    now += seconds;
}

double time_passed()
{
    return now;
}

void drain(cudaStream_t stream)
{
    while (!stream->queue.empty())
        if (!step(stream))
            rest();
}

/* Other threads may make and destroy streams meanwhile. */
void drain_device(int number)
{
    const std::vector<cudaStream_t> all = streams;

    drain(device_of(number).legacy.get());
    for (cudaStream_t stream : all)
        if (std::find(streams.begin(), streams.end(), stream) != streams.end() && stream->device == number)
            drain(stream);
}

bool works_for_this_thread()
{
    return std::any_of(streams.begin(), streams.end(), [](cudaStream_t stream) {
        return stream->made_by == std::this_thread::get_id() && !stream->queue.empty();
    });
}

void drop_streams(int number)
{
    auto gone = [number](cudaStream_t stream) { return number < 0 || stream->device == number; };

    for (cudaStream_t stream : streams)
        if (gone(stream)) {
            delete stream->capture;
            delete stream;
        }
    streams.erase(std::remove_if(streams.begin(), streams.end(), gone), streams.end());
}

int streams_alive()
{
    return (int)streams.size();
}
}

using namespace on_host;

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned flags)
{
    locked guard;
    cudaError_t failure = standing_failure();

    if (failure != cudaSuccess)
        return note(failure);
    *stream = new CUstream_st{ current_device(), flags };
    streams.push_back(*stream);
    return cudaSuccess;
}

cudaError_t cudaStreamCreate(cudaStream_t *stream)
{
    return cudaStreamCreateWithFlags(stream, cudaStreamDefault);
}

/* Its jobs are still done. */
cudaError_t cudaStreamDestroy(cudaStream_t stream)
{
    locked guard;
    auto found = std::find(streams.begin(), streams.end(), stream);

    if (found == streams.end())
        return note(cudaErrorInvalidResourceHandle);
    drain(stream);
    delete stream->capture;
    streams.erase(std::find(streams.begin(), streams.end(), stream));
    delete stream;
    return note(standing_failure());
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream)
{
    locked guard;
    cudaError_t status = answerable(stream);

    if (status != cudaSuccess)
        return note(status);
    order_with_legacy(stream);
    drain(stream);
    return note(standing_failure());
}

cudaError_t cudaStreamQuery(cudaStream_t stream)
{
    locked guard;
    cudaError_t status = answerable(stream);

    if (status != cudaSuccess)
        return note(status);
    if (stream->queue.empty())
        return cudaSuccess;
    step(stream);
    status = standing_failure();
    return note(status != cudaSuccess ? status : stream->queue.empty() ? cudaSuccess : cudaErrorNotReady);
}

cudaError_t cudaLaunchHostFunc(cudaStream_t stream, cudaHostFn_t function, void *data)
{
    locked guard;
    cudaError_t status = usable(stream);
    auto call = std::make_shared<host_call>();

    if (status == cudaSuccess)
        status = capturing_refuses(stream);
    if (status != cudaSuccess)
        return note(status);
    call->function = function;
    call->data = data;
    return push(stream, { nullptr, nullptr, 0, call });
}
