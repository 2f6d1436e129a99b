/* The CUDA that the host plays for the tests: kernels run as CUDA says, in any order that it allows, and what is wrong
 * with one is said. */
#include "tests/gpu/on_host_test.h"

#include <cuda_runtime_api.h>

#include "tests/cuda_on_host/kernels.h"

enum { BLOCKS = 5, COUNT = BLOCKS * BLOCK_THREADS, SEEDS = 20 };

static void *new_memory(size_t bytes)
{
    void *memory = NULL;

    assert_int_equal(cudaMalloc(&memory, bytes), cudaSuccess);
    assert_int_equal(cudaMemset(memory, 0, bytes), cudaSuccess);
    return memory;
}

static void fetch(void *to, const void *from, size_t bytes)
{
    assert_int_equal(cudaMemcpy(to, from, bytes, cudaMemcpyDeviceToHost), cudaSuccess);
}

/* How many blocks have the right sum. */
static int right_sums(cudaError_t (*kernel)(const float *, float *, int, cudaStream_t), uint64_t seed)
{
    static float x[COUNT], sums[BLOCKS];
    void *device_x = new_memory(sizeof x), *device_sums = new_memory(sizeof sums);
    int right = 0;

    on_host_set_seed(seed);
    for (int i = 0; i < COUNT; i++)
        x[i] = (float)(i / BLOCK_THREADS + 1);
    assert_int_equal(cudaMemcpy(device_x, x, sizeof x, cudaMemcpyHostToDevice), cudaSuccess);
    assert_int_equal(kernel(device_x, device_sums, BLOCKS, NULL), cudaSuccess);
    fetch(sums, device_sums, sizeof sums);
    for (int b = 0; b < BLOCKS; b++)
        right += sums[b] == (float)(BLOCK_THREADS * (b + 1));
    cudaFree(device_x);
    cudaFree(device_sums);
    return right;
}

static void test_every_thread_runs_once(void **state)
{
    static int seen[2 * 3 * 4 * 5 * 6 * 7];
    void *device = new_memory(sizeof seen);

    (void)state;
    assert_int_equal(kernel_count_threads(device, NULL), cudaSuccess);
    fetch(seen, device, sizeof seen);
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++)
        assert_int_equal(seen[i], 1);
}

static void test_threads_wait_for_each_other(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        assert_int_equal(right_sums(kernel_block_sums, seed), BLOCKS);
}

static void test_a_missing_barrier_shows(void **state)
{
    int right = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        right += right_sums(kernel_block_sums_without_barrier, seed);
    assert_true(right < SEEDS * BLOCKS / 2);
}

static void test_shuffles_move_what_cuda_says(void **state)
{
    int out[SHUFFLES][32];
    void *device = new_memory(sizeof out);

    (void)state;
    assert_int_equal(kernel_shuffles(device, NULL), cudaSuccess);
    fetch(out, device, sizeof out);
    for (int lane = 0; lane < 32; lane++) {
        assert_int_equal(out[0][lane], 105);
        assert_int_equal(out[1][lane], 100 + (lane % 8 < 3 ? lane : lane - 3));
        assert_int_equal(out[2][lane], 100 + (lane % 8 > 4 ? lane : lane + 3));
        assert_int_equal(out[3][lane], 100 + (lane + 16) % 32);
        assert_int_equal(out[4][lane], lane < 16 ? 102 : 118);
        assert_int_equal(out[5][lane], 0x3ff);
    }
}

static void take_turns(int turn[BLOCKS * 64], uint64_t seed)
{
    void *device = new_memory(BLOCKS * 64 * sizeof *turn), *next = new_memory(sizeof(int));

    on_host_set_seed(seed);
    assert_int_equal(kernel_turns(device, next, BLOCKS, NULL), cudaSuccess);
    fetch(turn, device, BLOCKS * 64 * sizeof *turn);
    cudaFree(device);
    cudaFree(next);
}

static void test_the_order_depends_on_the_seed(void **state)
{
    static int first[BLOCKS * 64], again[BLOCKS * 64], other[BLOCKS * 64];

    (void)state;
    take_turns(first, 1);
    take_turns(again, 1);
    take_turns(other, 2);
    assert_memory_equal(first, again, sizeof first);
    assert_memory_not_equal(first, other, sizeof first);
}

static void test_sizes_are_limited_as_on_a_gpu(void **state)
{
    static const struct {
        unsigned grid_x, grid_y, block_x, block_y;
        cudaError_t expected;
    } cases[] = {
        { 1, 1, 1024, 1, cudaSuccess },
        { 100000, 1, 1, 1, cudaSuccess },
        { 1, 65535, 1, 1, cudaSuccess },
        { 1, 1, 1025, 1, cudaErrorInvalidConfiguration },
        { 1, 1, 32, 33, cudaErrorInvalidConfiguration },
        { 1, 65536, 1, 1, cudaErrorInvalidConfiguration },
        { 0, 1, 32, 1, cudaErrorInvalidConfiguration },
        { 1, 1, 0, 1, cudaErrorInvalidConfiguration },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(kernel_nothing(cases[i].grid_x, cases[i].grid_y, cases[i].block_x, cases[i].block_y, NULL),
                         cases[i].expected);
        assert_int_equal(cudaGetLastError(), cases[i].expected);
        assert_int_equal(cudaGetLastError(), cudaSuccess);
    }
    assert_int_equal(cudaDeviceSynchronize(), cudaSuccess);
}

/* A kernel that goes wrong breaks its device, as on a GPU; the complaint is the host's. */
static void expect_wrong(cudaError_t (*kernel)(cudaStream_t), const char *words)
{
    on_host_reset();
    assert_int_equal(kernel(NULL), cudaSuccess);
    assert_int_equal(cudaDeviceSynchronize(), cudaErrorLaunchFailure);
    if (!strstr(on_host_complaint(), words))
        fail_msg("'%s' is not in '%s'", words, on_host_complaint());
    assert_int_equal(kernel_nothing(1, 1, 1, 1, NULL), cudaErrorLaunchFailure);
}

static void test_waiting_in_vain_is_a_complaint(void **state)
{
    (void)state;
    expect_wrong(kernel_half_a_barrier, "__syncthreads at kernels.cu:");
    expect_wrong(kernel_half_a_barrier, "is reached by 32 of 64 threads");
    expect_wrong(kernel_two_barriers, "is reached by 32 of 64 threads");
    expect_wrong(kernel_shuffle_against_barrier, "a shuffle at kernels.cu:");
    expect_wrong(kernel_shuffle_from_nobody, "takes from lane 9, which gives nothing");
}

static void test_kernels_run_after_a_wrong_one(void **state)
{
    (void)state;
    expect_wrong(kernel_half_a_barrier, "__syncthreads");
    on_host_reset();
    assert_int_equal(right_sums(kernel_block_sums, 1), BLOCKS);
}

/* AddressSanitizer ends the program at the write itself. */
static void test_writing_past_the_end_is_a_complaint(void **state)
{
    enum { BYTES = 13 };
    void *device = new_memory(BYTES);

    (void)state;
#ifdef __SANITIZE_ADDRESS__
    skip();
#endif
    assert_int_equal(kernel_past_the_end(device, BYTES, NULL), cudaSuccess);
    assert_int_equal(cudaDeviceSynchronize(), cudaErrorIllegalAddress);
    assert_non_null(strstr(on_host_complaint(), "past the end of 13 bytes of device memory"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHIM_TEST(test_every_thread_runs_once),
        SHIM_TEST(test_threads_wait_for_each_other),
        SHIM_TEST(test_a_missing_barrier_shows),
        SHIM_TEST(test_shuffles_move_what_cuda_says),
        SHIM_TEST(test_the_order_depends_on_the_seed),
        SHIM_TEST(test_sizes_are_limited_as_on_a_gpu),
        SHIM_TEST(test_waiting_in_vain_is_a_complaint),
        SHIM_TEST(test_kernels_run_after_a_wrong_one),
        SHIM_TEST(test_writing_past_the_end_is_a_complaint),
    };

    return cmocka_run_group_tests_name("kernels on the host", tests, NULL, NULL);
}
