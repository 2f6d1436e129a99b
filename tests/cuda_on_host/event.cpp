/* Events: records in streams that others can wait for. */
#include "tests/cuda_on_host/runtime.h"

#include <algorithm>

struct CUevent_st {
    std::shared_ptr<on_host::event_state> state = std::make_shared<on_host::event_state>();
    unsigned flags;
};

namespace on_host
{
namespace
{
std::vector<cudaEvent_t> events;

bool exists(cudaEvent_t event)
{
    return std::find(events.begin(), events.end(), event) != events.end();
}

cudaError_t askable(cudaEvent_t event)
{
    cudaError_t status = standing_failure();

    if (status != cudaSuccess)
        return status;
    if (!exists(event))
        return cudaErrorInvalidResourceHandle;
    return event->state->captured ? cudaErrorCapturedEvent : cudaSuccess;
}

/* The stream with its last record, or null when that is done. */
cudaStream_t pending(cudaEvent_t event)
{
    return event->state->stream_of(event->state->asked);
}
}

void drop_events()
{
    for (cudaEvent_t event : events)
        delete event;
    events.clear();
}

int events_alive()
{
    return (int)events.size();
}
}

using namespace on_host;

cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned flags)
{
    locked guard;
    cudaError_t failure = standing_failure();

    if (failure != cudaSuccess)
        return note(failure);
    *event = new CUevent_st();
    (*event)->flags = flags;
    events.push_back(*event);
    return cudaSuccess;
}

cudaError_t cudaEventCreate(cudaEvent_t *event)
{
    return cudaEventCreateWithFlags(event, cudaEventDefault);
}

cudaError_t cudaEventDestroy(cudaEvent_t event)
{
    locked guard;
    auto found = std::find(events.begin(), events.end(), event);

    if (found == events.end())
        return note(cudaErrorInvalidResourceHandle);
    events.erase(found);
    delete event;
    return note(standing_failure());
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream)
{
    return cudaEventRecordWithFlags(event, stream, cudaEventRecordDefault);
}

/* An external record is done again whenever the graph is launched. Until it was done once, the event has none. */
cudaError_t cudaEventRecordWithFlags(cudaEvent_t event, cudaStream_t stream, unsigned flags)
{
    locked guard;
    cudaError_t status = usable(stream);
    bool external = flags == cudaEventRecordExternal;

    if (status == cudaSuccess && !exists(event))
        status = cudaErrorInvalidResourceHandle;
    if (status == cudaSuccess && (flags > cudaEventRecordExternal || (external && !stream->capture)))
        status = cudaErrorInvalidValue;
    if (status != cudaSuccess)
        return note(status);
    std::shared_ptr<event_state> state = event->state;

    state->captured = stream->capture && !external;
    if (stream->capture) {
        stream->capture->nodes.push_back([state, external] {
            if (!external)
                return;
            state->asked++;
            state->seconds = time_passed();
        });
        return cudaSuccess;
    }
    uint64_t number = ++state->asked;
    job done = [state, number] {
        auto is_this = [number](const record &r) { return r.number == number; };

        state->pending.erase(std::find_if(state->pending.begin(), state->pending.end(), is_this));
        state->seconds = time_passed();
    };

    state->pending.push_back({ number, stream });
    return push(stream, { std::move(done) });
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned)
{
    locked guard;
    cudaError_t status = usable(stream);

    if (status != cudaSuccess || !exists(event))
        return note(status != cudaSuccess ? status : cudaErrorInvalidResourceHandle);
    if (stream->capture || event->state->captured) {
        /* Captures of several streams are not supported here. */
        if (stream->capture && event->state->captured)
            return cudaSuccess;
        if (stream->capture)
            stream->invalidated = true;
        return note(cudaErrorStreamCaptureIsolation);
    }
    return push(stream, { nullptr, event->state, event->state->asked });
}

cudaError_t cudaEventQuery(cudaEvent_t event)
{
    locked guard;
    cudaError_t status = askable(event);

    if (status != cudaSuccess)
        return note(status);
    if (!pending(event))
        return cudaSuccess;
    step(pending(event));
    status = standing_failure();
    return note(status != cudaSuccess ? status : pending(event) ? cudaErrorNotReady : cudaSuccess);
}

cudaError_t cudaEventSynchronize(cudaEvent_t event)
{
    locked guard;
    cudaError_t status = askable(event);

    if (status != cudaSuccess)
        return note(status);
    while (pending(event))
        if (!step(pending(event)))
            rest();
    return note(standing_failure());
}

cudaError_t cudaEventElapsedTime(float *milliseconds, cudaEvent_t start, cudaEvent_t end)
{
    locked guard;

    for (cudaEvent_t event : { start, end }) {
        cudaError_t status = askable(event);

        if (status == cudaSuccess && ((event->flags & cudaEventDisableTiming) || !event->state->asked))
            status = cudaErrorInvalidResourceHandle;
        else if (status == cudaSuccess && pending(event))
            status = cudaErrorNotReady;
        if (status != cudaSuccess)
            return note(status);
    }
    *milliseconds = (float)((end->state->seconds - start->state->seconds) * 1e3);
    return cudaSuccess;
}
