/* The CUDA that the host plays for the tests: devices, their memory, and how they fail. */
#include "tests/gpu/on_host_test.h"

#include <cuda_runtime_api.h>
#include <math.h>

#include "tests/cuda_on_host/kernels.h"

static void test_memory_ends(void **state)
{
    void *first, *second;
    size_t available, total;

    (void)state;
    on_host_set_memory(1000);
    assert_int_equal(cudaMalloc(&first, 600), cudaSuccess);
    assert_int_equal(cudaMalloc(&second, 401), cudaErrorMemoryAllocation);
    assert_null(second);
    assert_int_equal(cudaGetLastError(), cudaErrorMemoryAllocation);
    assert_int_equal(cudaMemGetInfo(&available, &total), cudaSuccess);
    assert_int_equal(available, 400);
    assert_int_equal(total, 1000);
    assert_int_equal(cudaMalloc(&second, 400), cudaSuccess);
    assert_int_equal(cudaFree(first), cudaSuccess);
    assert_int_equal(cudaMemGetInfo(&available, &total), cudaSuccess);
    assert_int_equal(available, 600);
    assert_int_equal(on_host_alive(), 1);
}

/* So that no kernel works only because memory happens to be zero. */
static void test_fresh_memory_is_not_a_number(void **state)
{
    float x[17];
    void *device;

    (void)state;
    assert_int_equal(cudaMalloc(&device, sizeof x), cudaSuccess);
    assert_int_equal(cudaMemcpy(x, device, sizeof x, cudaMemcpyDeviceToHost), cudaSuccess);
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        assert_true(isnan(x[i]));
}

static void test_copies_must_fit_their_direction_and_size(void **state)
{
    float pageable[8] = { 0 };
    void *device, *other;

    (void)state;
    assert_int_equal(cudaMalloc(&device, sizeof pageable), cudaSuccess);
    assert_int_equal(cudaMalloc(&other, sizeof pageable), cudaSuccess);
    assert_int_equal(cudaMemcpy(device, pageable, sizeof pageable, cudaMemcpyHostToDevice), cudaSuccess);
    assert_int_equal(cudaMemcpy(other, device, sizeof pageable, cudaMemcpyDeviceToDevice), cudaSuccess);
    assert_int_equal(cudaMemcpy(device, pageable, sizeof pageable, cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
    assert_int_equal(cudaMemcpy(pageable, device, sizeof pageable, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    assert_int_equal(cudaMemcpy((char *)device + 1, pageable, sizeof pageable, cudaMemcpyHostToDevice),
                     cudaErrorInvalidValue);
    assert_int_equal(cudaMemset(device, 0, sizeof pageable + 1), cudaErrorInvalidValue);
    assert_int_equal(cudaFree((char *)device + 4), cudaErrorInvalidValue);
    assert_int_equal(cudaFreeHost(device), cudaErrorInvalidValue);
}

static void test_there_can_be_many_devices_or_none(void **state)
{
    struct cudaDeviceProp properties;
    char first[16], second[16];
    int count;

    (void)state;
    on_host_set_devices(2);
    assert_int_equal(cudaGetDeviceCount(&count), cudaSuccess);
    assert_int_equal(count, 2);
    assert_int_equal(cudaGetDeviceProperties(&properties, 1), cudaSuccess);
    assert_string_equal(properties.name, "CUDA on the host");
    assert_int_equal(cudaDeviceGetPCIBusId(first, sizeof first, 0), cudaSuccess);
    assert_int_equal(cudaDeviceGetPCIBusId(second, sizeof second, 1), cudaSuccess);
    assert_string_not_equal(first, second);
    assert_int_equal(cudaSetDevice(2), cudaErrorInvalidDevice);
    on_host_set_devices(0);
    assert_int_equal(cudaGetDeviceCount(&count), cudaErrorNoDevice);
    on_host_set_driver(cudaErrorInsufficientDriver);
    assert_int_equal(cudaGetDeviceCount(&count), cudaErrorInsufficientDriver);
    assert_string_equal(cudaGetErrorName(cudaErrorInsufficientDriver), "cudaErrorInsufficientDriver");
}

static void test_devices_have_memory_of_their_own(void **state)
{
    size_t available, total;
    void *memory;

    (void)state;
    on_host_set_devices(2);
    on_host_set_memory(1000);
    assert_int_equal(cudaMalloc(&memory, 700), cudaSuccess);
    assert_int_equal(cudaSetDevice(1), cudaSuccess);
    assert_int_equal(cudaMemGetInfo(&available, &total), cudaSuccess);
    assert_int_equal(available, 1000);
}

/* Its last kernels run; then everything fails, and every wait says so. */
static void test_a_lost_device_stays_lost(void **state)
{
    float x[4] = { 1.0F, 1.0F, 1.0F, 1.0F };
    cudaStream_t stream;
    cudaEvent_t event;
    void *device;

    (void)state;
    assert_int_equal(cudaStreamCreate(&stream), cudaSuccess);
    assert_int_equal(cudaEventCreate(&event), cudaSuccess);
    assert_int_equal(cudaMalloc(&device, sizeof x), cudaSuccess);
    assert_int_equal(cudaMemcpy(device, x, sizeof x, cudaMemcpyHostToDevice), cudaSuccess);
    on_host_lose_device(2, cudaErrorECCUncorrectable);
    assert_int_equal(kernel_scale(device, 1.0F, 4, stream), cudaSuccess);
    assert_int_equal(kernel_scale(device, 1.0F, 4, stream), cudaSuccess);
    assert_int_equal(cudaStreamSynchronize(stream), cudaSuccess);
    kernel_scale(device, 1.0F, 4, stream);
    cudaEventRecord(event, stream);
    assert_int_equal(cudaEventSynchronize(event), cudaErrorECCUncorrectable);
    assert_int_equal(cudaMemcpy(x, device, sizeof x, cudaMemcpyDeviceToHost), cudaErrorECCUncorrectable);
    assert_int_equal(cudaMalloc(&device, 1), cudaErrorECCUncorrectable);
    assert_int_equal(cudaStreamSynchronize(stream), cudaErrorECCUncorrectable);
    cudaGetLastError();
    assert_int_equal(kernel_scale(device, 1.0F, 4, stream), cudaErrorECCUncorrectable);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHIM_TEST(test_memory_ends),
        SHIM_TEST(test_fresh_memory_is_not_a_number),
        SHIM_TEST(test_copies_must_fit_their_direction_and_size),
        SHIM_TEST(test_there_can_be_many_devices_or_none),
        SHIM_TEST(test_devices_have_memory_of_their_own),
        SHIM_TEST(test_a_lost_device_stays_lost),
    };

    return cmocka_run_group_tests_name("devices on the host", tests, NULL, NULL);
}
