/* Memory and transfers of the CUDA backend, on a CUDA that does its work as late as it may. */
#include "tests/gpu/on_host_test.h"

#include "gpu/core/gpu_marks.h"
#include "gpu/gpu_backend.h"

enum { COUNT = 1000, BYTES = COUNT * sizeof(int) };

static struct backend *opened(void)
{
    struct error e = { 0 };
    struct backend *b = cuda_backend_class.open(&(struct device_choice){ 0 }, &e);

    assert_good(b, e);
    return b;
}

static void assert_well(struct backend *b)
{
    struct error e = { 0 };

    assert_good(b->ops->wait(b, &e), e);
}

/* Everything that was allocated is freed. */
static void close_all(struct backend *b)
{
    b->ops->close(b);
    assert_int_equal(on_host_alive(), 0);
    assert_string_equal(on_host_complaint(), "");
}

static struct buffer allocated(struct backend *b, size_t bytes)
{
    struct buffer buffer;

    assert_true(b->ops->alloc(b, bytes, &buffer));
    return buffer;
}

static int *staged(struct backend *b)
{
    int *memory = b->ops->stage(b, BYTES);

    assert_non_null(memory);
    return memory;
}

static void fill(int *numbers, int with)
{
    for (int i = 0; i < COUNT; i++)
        numbers[i] = with + i;
}

static void assert_filled(const int *numbers, int with)
{
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(numbers[i], with + i);
}

static void test_memory_is_zero_and_aligned(void **state)
{
    static const size_t sizes[] = { 1, 100, 4096, 1 << 20 };
    struct backend *b = opened();
    (void)state;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct buffer buffer = allocated(b, sizes[i]);
        unsigned char first = 1, last = 1;

        assert_int_equal(buffer.handle % 256, 0);
        b->ops->download(b, &first, buffer, 0, 1);
        b->ops->download(b, &last, buffer, sizes[i] - 1, 1);
        assert_int_equal(first + last, 0);
        b->ops->free(b, buffer);
    }
    close_all(b);
}

static void test_staged_transfers_keep_their_order(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct backend *b = opened();
        struct buffer buffer = allocated(b, BYTES);
        int *to[3], *from[3];

        on_host_set_seed(seed);
        for (int i = 0; i < 3; i++) {
            from[i] = staged(b);
            to[i] = staged(b);
            fill(from[i], 100 * i);
        }
        for (int i = 0; i < 3; i++) {
            b->ops->upload(b, buffer, 0, from[i], BYTES);
            b->ops->download(b, to[i], buffer, 0, BYTES);
        }
        assert_well(b);
        for (int i = 0; i < 3; i++) {
            assert_filled(to[i], 100 * i);
            b->ops->unstage(b, to[i]);
            b->ops->unstage(b, from[i]);
        }
        b->ops->free(b, buffer);
        close_all(b);
    }
}

static void test_ordinary_transfers_are_done_on_return(void **state)
{
    struct backend *b = opened();
    struct buffer buffer = allocated(b, BYTES);
    int numbers[COUNT], *before = staged(b), *after = staged(b);
    (void)state;

    fill(before, 7);
    b->ops->upload(b, buffer, 0, before, BYTES);
    b->ops->download(b, numbers, buffer, 0, BYTES);
    assert_filled(numbers, 7);
    fill(numbers, 500);
    b->ops->upload(b, buffer, 0, numbers, BYTES);
    fill(numbers, 0); /* the backend has read them */
    b->ops->download(b, after, buffer, 0, BYTES);
    assert_well(b);
    assert_filled(after, 500);
    b->ops->free(b, buffer);
    close_all(b); /* and staged memory with it */
}

static void test_a_part_of_staged_memory_is_staged_too(void **state)
{
    struct backend *b = opened();
    struct buffer buffer = allocated(b, BYTES);
    int *all = staged(b), got[2] = { 0 };
    (void)state;

    fill(all, 40);
    b->ops->upload(b, buffer, sizeof *all, all + COUNT - 1, sizeof *all);
    b->ops->download(b, got, buffer, 0, sizeof got);
    assert_int_equal(got[0], 0);
    assert_int_equal(got[1], 40 + COUNT - 1);
    b->ops->free(b, buffer);
    close_all(b);
}

static void test_what_is_before_a_mark_is_done_when_it_is_reached(void **state)
{
    enum { ROUNDS = 3 * GPU_MARKS };
    struct backend *b = opened();
    struct buffer buffer = allocated(b, ROUNDS * sizeof(int));
    int *from = b->ops->stage(b, ROUNDS * sizeof *from), *to = b->ops->stage(b, ROUNDS * sizeof *to);
    uint64_t marks[ROUNDS];
    struct error e;
    (void)state;

    for (int i = 0; i < ROUNDS; i++) {
        from[i] = i + 1;
        b->ops->upload(b, buffer, (size_t)i * sizeof(int), &from[i], sizeof(int));
        b->ops->download(b, &to[i], buffer, (size_t)i * sizeof(int), sizeof(int));
        marks[i] = b->ops->mark(b);
        if (i > 3) { /* as a trainer does, a few steps behind */
            assert_good(b->ops->reach(b, marks[i - 4], &e), e);
            assert_int_equal(to[i - 4], i - 3);
        }
    }
    assert_good(b->ops->reach(b, marks[0], &e), e); /* its event is a later mark's by now */
    assert_good(b->ops->reach(b, marks[ROUNDS - 1], &e), e);
    assert_int_equal(to[ROUNDS - 1], ROUNDS);
    b->ops->free(b, buffer);
    close_all(b);
}

static void test_too_much_memory_is_explained_and_sticks(void **state)
{
    struct error e = { 0 };
    struct buffer small, large, later;
    struct backend *b;
    (void)state;

    on_host_set_memory(64000000);
    b = opened();
    small = allocated(b, 16000000);
    assert_false(b->ops->alloc(b, 50000000, &large));
    assert_int_equal(large.handle, 0);
    assert_bad(b->ops->wait(b, &e), e, "not enough memory on cuda:0: the network's buffers need 47.7 M, 4");
    assert_non_null(strstr(e.text, " M of 61.0 M are free"));
    assert_int_equal(e.kind, ERROR_MEMORY);
    assert_false(b->ops->alloc(b, 64, &later));
    assert_null(b->ops->stage(b, 64));
    assert_int_equal(b->ops->room(b), 0);
    b->ops->upload(b, small, 0, "x", 1);
    assert_bad(b->ops->wait(b, &e), e, "47.7 M");
    b->ops->free(b, large);
    b->ops->free(b, small);
    close_all(b);

    b = opened(); /* the failure was the other backend's */
    b->ops->free(b, allocated(b, 50000000));
    assert_well(b);
    close_all(b);
}

static void test_the_room_is_what_is_free_less_a_reserve(void **state)
{
    struct backend *b;
    struct buffer buffer;
    uint64_t before;
    (void)state;

    on_host_set_memory(64 << 20);
    b = opened();
    before = b->ops->room(b);
    assert_in_range(before, 41 << 20, 60 << 20);
    buffer = allocated(b, 40 << 20);
    assert_int_equal(before - b->ops->room(b), 40 << 20);
    b->ops->free(b, allocated(b, b->ops->room(b)));
    b->ops->free(b, buffer);
    assert_well(b);
    close_all(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_HOST_TEST(test_memory_is_zero_and_aligned),
        ON_HOST_TEST(test_staged_transfers_keep_their_order),
        ON_HOST_TEST(test_ordinary_transfers_are_done_on_return),
        ON_HOST_TEST(test_a_part_of_staged_memory_is_staged_too),
        ON_HOST_TEST(test_what_is_before_a_mark_is_done_when_it_is_reached),
        ON_HOST_TEST(test_too_much_memory_is_explained_and_sticks),
        ON_HOST_TEST(test_the_room_is_what_is_free_less_a_reserve),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
