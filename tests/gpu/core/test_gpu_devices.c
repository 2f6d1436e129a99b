/* Which GPUs are listed, and why none, on a CUDA that says what the test wants. */
#include "tests/gpu/on_host_test.h"

#include <cuda_runtime_api.h>

#include "gpu/gpu_backend.h"

static void assert_none(const char *words)
{
    struct device_info info;
    struct error e = { 0 };
    char why[256] = "";

    assert_int_equal(cuda_backend_class.devices(&info, 1, why, sizeof why), 0);
    if (!strstr(why, words))
        fail_msg("says '%s', not '%s'", why, words);
    assert_bad(cuda_backend_class.open(&(struct device_choice){ 0 }, &e), e, words);
    assert_int_equal(e.kind, ERROR_DEVICE);
}

static void test_gpus_are_listed_as_nvidia_writes_them(void **state)
{
    struct device_info infos[2] = { 0 };
    char why[256];
    (void)state;

    on_host_set_devices(3);
    on_host_set_memory(123456789);
    assert_int_equal(cuda_backend_class.devices(infos, 2, why, sizeof why), 3);
    assert_string_equal(infos[1].id, "cuda:1");
    assert_string_equal(infos[1].name, "CUDA on the host");
    assert_string_equal(infos[1].unit, "sm_90");
    assert_string_equal(infos[1].pci, "00000000:18:00.0");
    assert_string_equal(infos[1].uuid, "GPU-a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1");
    assert_int_equal(infos[1].memory, 123456789);
    assert_int_equal(infos[1].threads, 0);
}

/* The one on the host says that it is a Hopper of two multiprocessors at 1 GHz. */
static void test_what_products_cannot_pass_is_known(void **state)
{
    struct device_info info = { 0 };
    char why[256];
    (void)state;

    on_host_set_devices(1);
    assert_int_equal(cuda_backend_class.devices(&info, 1, why, sizeof why), 1);
    assert_true(info.peak[PRECISION_FP32] == 2 * 256e9);
    assert_true(info.peak[PRECISION_TF32] == 2 * 2048e9);
    assert_true(info.peak[PRECISION_BF16] == 2 * 4096e9);
}

static void test_no_gpu_is_explained(void **state)
{
    (void)state;
    on_host_set_devices(0);
    unsetenv("CUDA_VISIBLE_DEVICES");
    assert_none("the NVIDIA driver sees no GPU on this node");
    setenv("CUDA_VISIBLE_DEVICES", "", 1);
    assert_none("no GPU was allotted to this job (CUDA_VISIBLE_DEVICES is empty)");
    setenv("CUDA_VISIBLE_DEVICES", "7", 1);
    assert_none("the NVIDIA driver shows no GPU (CUDA_VISIBLE_DEVICES is 7)");
    unsetenv("CUDA_VISIBLE_DEVICES");
}

static void test_a_driver_that_does_not_work_is_explained(void **state)
{
    (void)state;
    on_host_set_driver(cudaErrorInsufficientDriver);
    assert_none("the NVIDIA driver is too old: it knows CUDA 13.0, and this cuvette was built with CUDA 13.0");
    on_host_set_driver(cudaErrorSystemNotReady);
    assert_none("CUDA does not start: ");
    assert_none("(cudaErrorSystemNotReady); the node's fabric manager does not run");
    on_host_set_driver(cudaErrorLaunchFailure); /* this process can use CUDA no more */
    assert_none("(cudaErrorLaunchFailure); start cuvette again to use this GPU");
}

static void test_a_number_past_the_last_is_refused(void **state)
{
    struct error e = { 0 };
    (void)state;

    on_host_set_devices(2);
    assert_bad(cuda_backend_class.open(&(struct device_choice){ .index = 2 }, &e), e, "there is no such GPU");
    struct backend *second = cuda_backend_class.open(&(struct device_choice){ .index = 1 }, &e);
    assert_good(second, e);
    second->ops->close(second);
    assert_int_equal(on_host_alive(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_HOST_TEST(test_gpus_are_listed_as_nvidia_writes_them),
        ON_HOST_TEST(test_what_products_cannot_pass_is_known),
        ON_HOST_TEST(test_no_gpu_is_explained),
        ON_HOST_TEST(test_a_driver_that_does_not_work_is_explained),
        ON_HOST_TEST(test_a_number_past_the_last_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
