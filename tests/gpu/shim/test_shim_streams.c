/* The CUDA that the host plays for the tests: streams do their work early or late, but in their order; graphs do it
 * again and again. */
#include "tests/gpu/on_host_test.h"

#include <cuda_runtime_api.h>

#include "tests/cuda_on_host/kernels.h"

enum { COUNT = 300, SEEDS = 40 };

/* What each test has. */
static struct {
    cudaStream_t stream, other;
    cudaEvent_t event;
    float *device, *pinned, *second;
} had;

static int begin(void **state)
{
    (void)state;
    on_host_reset();
    assert_int_equal(cudaStreamCreateWithFlags(&had.stream, cudaStreamNonBlocking), cudaSuccess);
    assert_int_equal(cudaStreamCreateWithFlags(&had.other, cudaStreamNonBlocking), cudaSuccess);
    assert_int_equal(cudaEventCreateWithFlags(&had.event, cudaEventDisableTiming), cudaSuccess);
    assert_int_equal(cudaMalloc((void **)&had.device, COUNT * sizeof(float)), cudaSuccess);
    assert_int_equal(cudaMallocHost((void **)&had.pinned, COUNT * sizeof(float)), cudaSuccess);
    assert_int_equal(cudaMallocHost((void **)&had.second, COUNT * sizeof(float)), cudaSuccess);
    return 0;
}

static void fill(float *x, float value)
{
    for (int i = 0; i < COUNT; i++)
        x[i] = value;
}

static void upload(const float *from, cudaStream_t stream)
{
    assert_int_equal(cudaMemcpyAsync(had.device, from, COUNT * sizeof(float), cudaMemcpyHostToDevice, stream),
                     cudaSuccess);
}

static void download(float *to, cudaStream_t stream)
{
    assert_int_equal(cudaMemcpyAsync(to, had.device, COUNT * sizeof(float), cudaMemcpyDeviceToHost, stream),
                     cudaSuccess);
}

static void finish(cudaStream_t stream)
{
    assert_int_equal(cudaStreamSynchronize(stream), cudaSuccess);
}

static void test_work_is_done_in_order(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        on_host_set_seed(seed);
        fill(had.pinned, 3.0F);
        upload(had.pinned, had.stream);
        assert_int_equal(kernel_scale(had.device, 2.0F, COUNT, had.stream), cudaSuccess);
        assert_int_equal(kernel_scale(had.device, 10.0F, COUNT, had.stream), cudaSuccess);
        download(had.second, had.stream);
        finish(had.stream);
        for (int i = 0; i < COUNT; i++)
            assert_true(had.second[i] == 71.0F);
    }
}

/* What is read without waiting for it is sometimes there, sometimes not. */
static void test_a_missing_wait_shows(void **state)
{
    int there = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        on_host_set_seed(seed);
        fill(had.second, -1.0F);
        fill(had.pinned, 3.0F);
        upload(had.pinned, had.stream);
        download(had.second, had.stream);
        there += had.second[0] == 3.0F;
        finish(had.stream);
        assert_true(had.second[0] == 3.0F);
    }
    assert_in_range(there, 1, SEEDS - 1);
}

/* Pinned memory is read when the device comes to it. If it is changed before that, the change is copied. */
static void test_pinned_memory_changed_too_early_shows(void **state)
{
    int changed = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        on_host_set_seed(seed);
        fill(had.pinned, 1.0F);
        upload(had.pinned, had.stream);
        fill(had.pinned, 2.0F);
        download(had.second, had.stream);
        finish(had.stream);
        changed += had.second[0] == 2.0F;
    }
    assert_in_range(changed, 1, SEEDS - 1);
}

static void test_pageable_memory_is_read_at_once(void **state)
{
    static float pageable[COUNT];

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        on_host_set_seed(seed);
        fill(pageable, 1.0F);
        upload(pageable, had.stream);
        fill(pageable, 2.0F);
        download(pageable, had.stream);
        assert_true(pageable[0] == 1.0F);
    }
}

static void test_streams_wait_for_events(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        on_host_set_seed(seed);
        fill(had.pinned, 5.0F);
        upload(had.pinned, had.stream);
        assert_int_equal(kernel_scale(had.device, 2.0F, COUNT, had.stream), cudaSuccess);
        assert_int_equal(cudaEventRecord(had.event, had.stream), cudaSuccess);
        assert_int_equal(cudaStreamWaitEvent(had.other, had.event, 0), cudaSuccess);
        /* Recording it again changes nothing for a stream that waits already. */
        assert_int_equal(cudaEventRecord(had.event, had.other), cudaSuccess);
        download(had.second, had.other);
        finish(had.other);
        assert_true(had.second[0] == 11.0F);
    }
}

static void test_an_event_is_done_with_what_was_before_it(void **state)
{
    cudaError_t status;

    (void)state;
    fill(had.pinned, 5.0F);
    upload(had.pinned, had.stream);
    download(had.second, had.stream);
    assert_int_equal(cudaEventRecord(had.event, had.stream), cudaSuccess);
    do {
        status = cudaEventQuery(had.event);
        assert_true(status == cudaSuccess || status == cudaErrorNotReady);
        assert_int_equal(cudaGetLastError(), status); /* cudaErrorNotReady, too */
    } while (status != cudaSuccess);
    assert_true(had.second[0] == 5.0F);
    assert_int_equal(cudaEventSynchronize(had.event), cudaSuccess);
    assert_int_equal(cudaGetLastError(), cudaSuccess);
}

static void test_the_legacy_stream_waits_for_blocking_ones(void **state)
{
    cudaStream_t blocking;

    (void)state;
    assert_int_equal(cudaStreamCreate(&blocking), cudaSuccess);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        on_host_set_seed(seed);
        fill(had.pinned, 5.0F);
        upload(had.pinned, blocking);
        assert_int_equal(kernel_scale(had.device, 2.0F, COUNT, NULL), cudaSuccess);
        download(had.second, blocking);
        finish(blocking);
        assert_true(had.second[0] == 11.0F);
    }
}

/* --- graphs --- */

static cudaGraphExec_t captured_scaling(float factor)
{
    cudaGraph_t graph;
    cudaGraphExec_t executable;

    assert_int_equal(cudaStreamBeginCapture(had.stream, cudaStreamCaptureModeThreadLocal), cudaSuccess);
    assert_int_equal(kernel_scale(had.device, factor, COUNT, had.stream), cudaSuccess);
    download(had.second, had.stream);
    assert_int_equal(cudaStreamEndCapture(had.stream, &graph), cudaSuccess);
    assert_int_equal(cudaGraphInstantiate(&executable, graph, 0), cudaSuccess);
    assert_int_equal(cudaGraphDestroy(graph), cudaSuccess);
    return executable;
}

static void test_a_graph_does_its_work_each_time(void **state)
{
    (void)state;
    fill(had.pinned, 1.0F);
    fill(had.second, -1.0F);
    upload(had.pinned, had.stream);
    cudaGraphExec_t executable = captured_scaling(2.0F);

    finish(had.stream);
    assert_true(had.second[0] == -1.0F); /* captured, not done */
    for (int i = 0; i < 3; i++)
        assert_int_equal(cudaGraphLaunch(executable, had.stream), cudaSuccess);
    /* Destroyed while it may still be running. */
    assert_int_equal(cudaGraphExecDestroy(executable), cudaSuccess);
    finish(had.stream);
    assert_true(had.second[COUNT - 1] == 15.0F);
    assert_int_not_equal(cudaGraphLaunch(executable, had.stream), cudaSuccess);
}

static cudaError_t ask_for_memory(void)
{
    void *memory;

    return cudaMalloc(&memory, 1);
}

static cudaError_t ask_for_pinned_memory(void)
{
    void *memory;

    return cudaMallocHost(&memory, 1);
}

static cudaError_t free_memory(void)
{
    return cudaFree(had.device);
}

static cudaError_t wait_for_the_stream(void)
{
    return cudaStreamSynchronize(had.stream);
}

static cudaError_t wait_for_the_device(void)
{
    return cudaDeviceSynchronize();
}

static cudaError_t query_the_stream(void)
{
    return cudaStreamQuery(had.stream);
}

static cudaError_t copy_from_pageable_memory(void)
{
    static float pageable[COUNT];

    return cudaMemcpyAsync(had.device, pageable, sizeof pageable, cudaMemcpyHostToDevice, had.stream);
}

static cudaError_t copy_at_once(void)
{
    return cudaMemcpy(had.device, had.pinned, COUNT * sizeof(float), cudaMemcpyHostToDevice);
}

static cudaError_t wait_for_what_is_not_captured(void)
{
    cudaEventRecord(had.event, had.other);
    return cudaStreamWaitEvent(had.stream, had.event, 0);
}

static void test_what_cannot_be_captured_ends_the_capture(void **state)
{
    static const struct {
        cudaError_t (*call)(void);
        cudaError_t expected;
    } cases[] = {
        { ask_for_memory, cudaErrorStreamCaptureUnsupported },
        { ask_for_pinned_memory, cudaErrorStreamCaptureUnsupported },
        { free_memory, cudaErrorStreamCaptureUnsupported },
        { wait_for_the_stream, cudaErrorStreamCaptureUnsupported },
        { wait_for_the_device, cudaErrorStreamCaptureUnsupported },
        { query_the_stream, cudaErrorStreamCaptureUnsupported },
        { copy_from_pageable_memory, cudaErrorStreamCaptureUnsupported },
        { copy_at_once, cudaErrorStreamCaptureUnsupported },
        { wait_for_what_is_not_captured, cudaErrorStreamCaptureIsolation },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cudaGraph_t graph;

        begin(state);
        assert_int_equal(cudaStreamBeginCapture(had.stream, cudaStreamCaptureModeThreadLocal), cudaSuccess);
        assert_int_equal(cases[i].call(), cases[i].expected);
        assert_int_equal(kernel_scale(had.device, 2.0F, COUNT, had.stream), cudaErrorStreamCaptureInvalidated);
        assert_int_equal(cudaStreamEndCapture(had.stream, &graph), cudaErrorStreamCaptureInvalidated);
        assert_null(graph);
        assert_int_equal(cudaStreamSynchronize(had.stream), cudaSuccess);
    }
}

static void test_legacy_work_ends_a_blocking_streams_capture(void **state)
{
    cudaStream_t blocking;
    cudaGraph_t graph;

    (void)state;
    assert_int_equal(cudaStreamCreate(&blocking), cudaSuccess);
    assert_int_equal(cudaStreamBeginCapture(blocking, cudaStreamCaptureModeRelaxed), cudaSuccess);
    assert_int_equal(kernel_scale(had.device, 2.0F, COUNT, NULL), cudaErrorStreamCaptureImplicit);
    assert_int_equal(cudaStreamEndCapture(blocking, &graph), cudaErrorStreamCaptureInvalidated);
}

static void test_a_captured_event_cannot_be_asked(void **state)
{
    cudaGraph_t graph;

    (void)state;
    assert_int_equal(cudaStreamBeginCapture(had.stream, cudaStreamCaptureModeThreadLocal), cudaSuccess);
    assert_int_equal(cudaEventRecord(had.event, had.stream), cudaSuccess);
    assert_int_equal(cudaEventQuery(had.event), cudaErrorCapturedEvent);
    assert_int_equal(cudaStreamEndCapture(had.stream, &graph), cudaSuccess);
    assert_int_equal(cudaStreamEndCapture(had.stream, &graph), cudaErrorIllegalState);
}

/* But an external record is one of each launch, and nothing can be asked before the first. */
static void test_an_external_record_is_made_by_each_launch(void **state)
{
    cudaEvent_t start, end;
    cudaGraphExec_t executable;
    cudaGraph_t graph;
    size_t nodes;
    float milliseconds = 0;

    (void)state;
    assert_int_equal(cudaEventCreate(&start), cudaSuccess);
    assert_int_equal(cudaEventCreate(&end), cudaSuccess);
    assert_int_equal(cudaEventRecordWithFlags(start, had.stream, cudaEventRecordExternal), cudaErrorInvalidValue);
    assert_int_equal(cudaStreamBeginCapture(had.stream, cudaStreamCaptureModeThreadLocal), cudaSuccess);
    assert_int_equal(cudaEventRecordWithFlags(start, had.stream, cudaEventRecordExternal), cudaSuccess);
    assert_int_equal(kernel_scale(had.device, 2.0F, COUNT, had.stream), cudaSuccess);
    assert_int_equal(cudaEventRecordWithFlags(end, had.stream, cudaEventRecordExternal), cudaSuccess);
    assert_int_equal(cudaStreamEndCapture(had.stream, &graph), cudaSuccess);
    assert_int_equal(cudaGraphGetNodes(graph, NULL, &nodes), cudaSuccess);
    assert_int_equal(nodes, 3);
    assert_int_equal(cudaGraphInstantiate(&executable, graph, 0), cudaSuccess);
    assert_int_equal(cudaEventElapsedTime(&milliseconds, start, end), cudaErrorInvalidResourceHandle);
    assert_int_equal(cudaGraphLaunch(executable, had.stream), cudaSuccess);
    finish(had.stream);
    assert_int_equal(cudaEventElapsedTime(&milliseconds, start, end), cudaSuccess);
    assert_true(milliseconds > 0.9e-3F && milliseconds < 1.1e-3F);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, on_host_begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_work_is_done_in_order),
        TEST(test_a_missing_wait_shows),
        TEST(test_pinned_memory_changed_too_early_shows),
        TEST(test_pageable_memory_is_read_at_once),
        TEST(test_streams_wait_for_events),
        TEST(test_an_event_is_done_with_what_was_before_it),
        TEST(test_the_legacy_stream_waits_for_blocking_ones),
        TEST(test_a_graph_does_its_work_each_time),
        TEST(test_what_cannot_be_captured_ends_the_capture),
        TEST(test_legacy_work_ends_a_blocking_streams_capture),
        TEST(test_a_captured_event_cannot_be_asked),
        TEST(test_an_external_record_is_made_by_each_launch),
    };

    return cmocka_run_group_tests_name("streams on the host", tests, NULL, NULL);
}
