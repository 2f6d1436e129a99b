#include <setjmp.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <semaphore.h>

#include "data/loader.h"
#include "tests/support/data_files.h"

enum { TRAIN = 103, TEST = 17 };

static bool in_memory; /* what sources say of themselves: set before each test */

/* A source that counts reads and fails in read `fails_at`. */
struct watched {
    struct source base;
    struct source *inner;
    sem_t reads;
    int count, fails_at;
    atomic_bool hangs; /* reads wait for `answers` */
    sem_t answers;
};

static void watched_describe(const struct source *s, struct dataset_info *info)
{
    source_describe(((const struct watched *)s)->inner, info);
    info->in_memory = in_memory;
}

static bool watched_read(struct source *s, enum split split, const uint32_t *index, int n, uint8_t *images,
                         int32_t *labels, struct error *e)
{
    struct watched *w = (struct watched *)s;

    if (w->hangs)
        sem_wait(&w->answers);

    bool read = ++w->count == w->fails_at ? error_set(e, ERROR_INPUT, "digits.h5 is damaged")
                                          : source_read(w->inner, split, index, n, images, labels, e);

    sem_post(&w->reads);
    return read;
}

static void watched_close(struct source *s)
{
    struct watched *w = (struct watched *)s;

    source_close(w->inner);
    sem_destroy(&w->reads);
    free(w);
}

static struct watched *watched_source(void)
{
    static const struct source_ops ops = { .describe = watched_describe, .read = watched_read, .close = watched_close };
    struct watched *w = calloc(1, sizeof *w);

    assert_non_null(w);
    w->base.ops = &ops;
    w->inner = data_memory(TRAIN, TEST, 3, 2, 2, 10);
    sem_init(&w->reads, 0, 0);
    return w;
}

static struct source *small_source(void)
{
    return &watched_source()->base;
}

static struct loader *open_loader(struct source *s, const struct loader_options *o)
{
    struct error e = { 0 };
    struct loader *l = loader_open(s, o, &e);

    if (!l)
        fail_msg("%s", e.text);
    return l;
}

static void expect_images(const struct batch *b, enum split split)
{
    for (int i = 0; i < b->count; i++) {
        assert_int_equal(b->labels[i], data_label(split, b->index[i], 10));
        for (size_t k = 0; k < 12; k++)
            assert_int_equal(b->images[(size_t)i * 12 + k], data_pixel(split, b->index[i], k));
    }
}

/* Writes the indices of one epoch in their order; returns how many. */
static uint32_t run_epoch(struct loader *l, uint32_t epoch, uint32_t first_batch, enum split split, uint32_t *order)
{
    struct error e = { 0 };
    const struct batch *b;
    uint32_t count = 0;

    assert_true(loader_start(l, epoch, first_batch, &e));
    while ((b = loader_next(l, &e))) {
        expect_images(b, split);
        memcpy(order + count, b->index, (size_t)b->count * sizeof *order);
        count += (uint32_t)b->count;
    }
    assert_int_equal(e.kind, ERROR_NONE);
    assert_null(loader_next(l, &e));
    return count;
}

static void expect_each_once(const uint32_t *order, uint32_t count)
{
    bool seen[TRAIN] = { false };

    for (uint32_t i = 0; i < count; i++) {
        assert_true(order[i] < count);
        assert_false(seen[order[i]]);
        seen[order[i]] = true;
    }
}

static void test_an_epoch_has_every_image_once_in_an_order_of_its_own(void **state)
{
    const struct loader_options o = { .subset = SUBSET_TRAIN, .batch = 10, .shuffle = true, .seed = 5 };
    uint32_t order[TRAIN], second[TRAIN], again[TRAIN];
    struct source *s = small_source();
    struct loader *l = open_loader(s, &o);
    (void)state;

    assert_int_equal(loader_images(l), TRAIN);
    assert_int_equal(loader_batches(l), 11);
    assert_int_equal(run_epoch(l, 0, 0, SPLIT_TRAIN, order), TRAIN);
    expect_each_once(order, TRAIN);
    assert_int_equal(run_epoch(l, 1, 0, SPLIT_TRAIN, second), TRAIN);
    expect_each_once(second, TRAIN);
    assert_memory_not_equal(order, second, sizeof order);
    loader_close(l);

    l = open_loader(s, &o);
    assert_int_equal(run_epoch(l, 1, 0, SPLIT_TRAIN, again), TRAIN);
    assert_memory_equal(second, again, sizeof again);
    loader_close(l);
    source_close(s);
}

static void test_a_resumed_epoch_goes_on_where_it_was(void **state)
{
    const struct loader_options o = { .subset = SUBSET_TRAIN, .batch = 10, .shuffle = true, .seed = 5 };
    uint32_t order[TRAIN], rest[TRAIN];
    struct source *s = small_source();
    struct loader *l = open_loader(s, &o);
    struct error e = { 0 };
    (void)state;

    run_epoch(l, 3, 0, SPLIT_TRAIN, order);
    assert_int_equal(run_epoch(l, 3, 4, SPLIT_TRAIN, rest), TRAIN - 40);
    assert_memory_equal(rest, order + 40, (TRAIN - 40) * sizeof *rest);
    assert_int_equal(run_epoch(l, 3, 11, SPLIT_TRAIN, rest), 0);
    assert_false(loader_start(l, 3, 12, &e));
    loader_close(l);
    source_close(s);
}

static void test_without_shuffling_the_files_order_is_kept(void **state)
{
    const struct loader_options o = { .subset = SUBSET_TEST, .batch = 1000 };
    uint32_t order[TRAIN];
    struct source *s = small_source();
    struct loader *l = open_loader(s, &o);
    (void)state;

    assert_int_equal(loader_batches(l), 1);
    assert_int_equal(run_epoch(l, 0, 0, SPLIT_TEST, order), TEST);
    for (uint32_t i = 0; i < TEST; i++)
        assert_int_equal(order[i], i);
    loader_close(l);
    source_close(s);
}

static void test_validation_takes_what_training_leaves(void **state)
{
    struct loader_options o = { .subset = SUBSET_TRAIN, .batch = 7, .seed = 5, .validation = 0.2 };
    uint32_t all[TRAIN], other[TRAIN];
    struct source *s = small_source();
    struct loader *l = open_loader(s, &o);
    (void)state;

    uint32_t train = run_epoch(l, 0, 0, SPLIT_TRAIN, all);
    loader_close(l);
    o.subset = SUBSET_VALIDATION;
    l = open_loader(s, &o);
    uint32_t held_out = run_epoch(l, 0, 0, SPLIT_TRAIN, all + train);
    loader_close(l);
    assert_int_equal(held_out, 21);
    assert_int_equal(train + held_out, TRAIN);
    expect_each_once(all, TRAIN);

    o.seed = 6;
    l = open_loader(s, &o);
    assert_int_equal(run_epoch(l, 0, 0, SPLIT_TRAIN, other), 21);
    assert_memory_not_equal(other, all + train, 21 * sizeof *other);
    loader_close(l);

    o.validation = 0;
    l = open_loader(s, &o);
    assert_int_equal(run_epoch(l, 0, 0, SPLIT_TEST, other), TEST);
    loader_close(l);
    source_close(s);
}

static void test_an_empty_part_is_an_error(void **state)
{
    const struct loader_options o = { .subset = SUBSET_VALIDATION, .batch = 7, .validation = 0.001 };
    const struct loader_options no_batch = { .subset = SUBSET_TRAIN };
    struct source *s = small_source();
    struct error e = { 0 };
    (void)state;

    assert_null(loader_open(s, &o, &e));
    assert_non_null(strstr(e.text, "made has no images to measure with"));
    assert_null(loader_open(s, &no_batch, &e));
    source_close(s);
}

static void test_it_can_be_stopped_and_restarted_anywhere(void **state)
{
    const struct loader_options o = { .subset = SUBSET_TRAIN, .batch = 4, .shuffle = true, .seed = 9 };
    uint32_t order[TRAIN];
    struct source *s = small_source();
    struct error e = { 0 };
    (void)state;

    for (uint32_t taken = 0; taken < 12; taken++) {
        struct loader *l = open_loader(s, &o);

        if (taken % 3 != 2) { /* else it is closed before it ever started */
            assert_true(loader_start(l, taken, 0, &e));
            for (uint32_t i = 0; i < taken; i++)
                expect_images(loader_next(l, &e), SPLIT_TRAIN);
        }
        if (taken % 2)
            assert_int_equal(run_epoch(l, taken, 0, SPLIT_TRAIN, order), TRAIN);
        loader_close(l);
    }
    source_close(s);
    loader_close(NULL);
}

static void test_files_are_read_ahead_and_the_given_batch_is_left_alone(void **state)
{
    const struct loader_options o = { .subset = SUBSET_TRAIN, .batch = 10, .shuffle = true, .seed = 1 };
    struct watched *w = watched_source();
    struct error e = { 0 };
    (void)state;

    struct loader *l = open_loader(&w->base, &o);
    assert_true(loader_start(l, 0, 0, &e));
    const struct batch *b = loader_next(l, &e);
    for (int i = 0; i < 3; i++) /* the given one and two more */
        sem_wait(&w->reads);
    expect_images(b, SPLIT_TRAIN);
    expect_images(loader_next(l, &e), SPLIT_TRAIN);
    sem_wait(&w->reads); /* the slot of the batch that was given is read into again */
    loader_close(l);
    source_close(&w->base);
}

static void test_a_failing_source_ends_the_epoch_with_its_words(void **state)
{
    const struct loader_options o = { .subset = SUBSET_TRAIN, .batch = 10 };
    struct watched *w = watched_source();
    uint32_t order[TRAIN];
    struct error e = { 0 };
    int batches = 0;
    (void)state;

    w->fails_at = 6;
    struct loader *l = open_loader(&w->base, &o);
    assert_true(loader_start(l, 0, 0, &e));
    while (loader_next(l, &e))
        batches++;
    assert_int_equal(batches, 5);
    assert_int_equal(e.kind, ERROR_INPUT);
    assert_string_equal(e.text, "digits.h5 is damaged");

    e = (struct error){ 0 };
    assert_int_equal(run_epoch(l, 1, 0, SPLIT_TRAIN, order), TRAIN);
    loader_close(l);
    source_close(&w->base);
}

static bool never(void *asked)
{
    sem_post(asked);
    return false;
}

/* A file system that does not answer: whoever waits for its images can be stopped all the same. */
static void test_waiting_for_a_source_that_hangs_can_be_stopped(void **state)
{
    struct watched *w = watched_source();
    struct error e = { 0 };
    sem_t asked;
    (void)state;

    sem_init(&asked, 0, 0);
    sem_init(&w->answers, 0, 0);
    w->hangs = true;
    const struct loader_options o = { .subset = SUBSET_TRAIN, .batch = 10, .go_on = never, .go_on_context = &asked };
    struct loader *l = open_loader(&w->base, &o);

    assert_true(loader_start(l, 0, 0, &e));
    assert_null(loader_next(l, &e));
    assert_int_equal(e.kind, ERROR_STOPPED);
    assert_int_equal(sem_trywait(&asked), 0);
    w->hangs = false;
    sem_post(&w->answers);
    loader_close(l);
    sem_destroy(&w->answers);
    sem_destroy(&asked);
    source_close(&w->base);
}

/* With labels given, order, labels and indices are the same, and nothing is read. */
static void test_without_images_all_else_is_the_same(void **state)
{
    struct loader_options o = {
        .subset = SUBSET_VALIDATION, .batch = 10, .shuffle = true, .seed = 5, .validation = 0.4
    };
    struct watched *w = watched_source();
    struct error e = { 0 };
    int32_t labels[TRAIN];
    const struct batch *whole, *bare;
    (void)state;

    for (uint32_t i = 0; i < TRAIN; i++)
        labels[i] = data_label(SPLIT_TRAIN, i, 10);

    struct loader *with = open_loader(&w->base, &o);

    o.labels = labels;

    struct loader *without = open_loader(&w->base, &o);

    assert_int_equal(subset_split(SUBSET_VALIDATION, 0.4), SPLIT_TRAIN);
    assert_true(loader_start(with, 2, 0, &e) && loader_start(without, 2, 0, &e));
    while ((whole = loader_next(with, &e))) {
        bare = loader_next(without, &e);
        assert_null(bare->images);
        assert_int_equal(bare->split, SPLIT_TRAIN);
        assert_int_equal(bare->count, whole->count);
        assert_memory_equal(bare->index, whole->index, (size_t)whole->count * sizeof *whole->index);
        assert_memory_equal(bare->labels, whole->labels, (size_t)whole->count * sizeof *whole->labels);
    }
    assert_null(loader_next(without, &e));
    assert_int_equal(e.kind, ERROR_NONE);
    assert_int_equal(w->count, loader_batches(with));
    loader_close(with);
    loader_close(without);
    source_close(&w->base);
}

/* Behind a slice is the first image of the next one, and behind the last slice the first of the batch. */
static void test_the_image_behind_a_slice_comes_with_it(void **state)
{
    enum { RANKS = 4, BATCH = 10 }; /* of the last batch, of 3, one has nothing */
    struct loader_options o = { .subset = SUBSET_TRAIN, .batch = BATCH, .shuffle = true, .seed = 5, .next = 1 };
    struct source *sources[RANKS + 1];
    struct loader *slices[RANKS], *whole;
    struct error e = { 0 };
    const struct batch *all, *b;
    (void)state;

    for (int i = 0; i <= RANKS; i++)
        sources[i] = small_source();
    for (int r = 0; r < RANKS; r++) {
        o.share = share_equal(r, RANKS);
        slices[r] = open_loader(sources[r], &o);
    }
    o.share = (struct batch_share){ .all = 0 };
    o.next = 0;
    whole = open_loader(sources[RANKS], &o);
    assert_true(loader_start(whole, 1, 0, &e));
    for (int r = 0; r < RANKS; r++)
        assert_true(loader_start(slices[r], 1, 0, &e));
    while ((all = loader_next(whole, &e)))
        for (int r = 0; r < RANKS; r++) {
            b = loader_next(slices[r], &e);
            assert_non_null(b);
            expect_images(b, SPLIT_TRAIN);
            assert_int_equal(b->next, b->count > 0);
            for (int i = 0; i < b->count + b->next; i++) {
                const int row = (b->first + i) % b->whole;

                assert_int_equal(b->index[i], all->index[row]);
                assert_int_equal(b->labels[i], all->labels[row]);
                assert_memory_equal(b->images + (size_t)i * 12, all->images + (size_t)row * 12, 12);
            }
        }
    loader_close(whole);
    for (int r = 0; r < RANKS; r++)
        loader_close(slices[r]);
    for (int i = 0; i <= RANKS; i++)
        source_close(sources[i]);
}

/* Of what is trained on, not of what is held out. */
static void test_balanced_classes_come_equally_often(void **state)
{
    struct loader_options o = { .subset = SUBSET_TRAIN, .batch = 10, .shuffle = true, .seed = 5, .validation = 0.4 };
    uint32_t order[TRAIN], other[TRAIN], times[2] = { 0 };
    bool member[TRAIN] = { false };
    struct source *s = small_source();
    int32_t labels[TRAIN];
    struct loader *l = open_loader(s, &o);
    (void)state;

    uint32_t count = run_epoch(l, 1, 0, SPLIT_TRAIN, order);
    loader_close(l);
    for (uint32_t i = 0; i < count; i++)
        member[order[i]] = true;
    for (uint32_t i = 0; i < TRAIN; i++)
        labels[i] = i % 10 == 0;
    o.balance = labels;
    l = open_loader(s, &o);
    assert_int_equal(loader_images(l), count);
    assert_int_equal(run_epoch(l, 1, 0, SPLIT_TRAIN, order), count);
    for (uint32_t i = 0; i < count; i++) {
        assert_true(member[order[i]]);
        times[order[i] % 10 == 0]++;
    }
    assert_in_range(times[1], count / 2, count / 2 + 1);
    assert_int_equal(run_epoch(l, 2, 0, SPLIT_TRAIN, other), count);
    assert_memory_not_equal(order, other, count * sizeof *order);
    assert_int_equal(run_epoch(l, 1, 2, SPLIT_TRAIN, other), count - 20); /* as when it is resumed */
    assert_memory_equal(order + 20, other, (count - 20) * sizeof *order);
    loader_close(l);
    source_close(s);
}

static int images_in_memory(void **state)
{
    (void)state;
    in_memory = true;
    return 0;
}

static int images_from_a_file(void **state)
{
    (void)state;
    in_memory = false;
    return 0;
}

#define BOTH_WAYS(test)                                                                                                \
    { #test "_in_memory", test, images_in_memory, NULL, NULL },                                                        \
    {                                                                                                                  \
#test "_from_a_file", test, images_from_a_file, NULL, NULL                                                     \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH_WAYS(test_an_epoch_has_every_image_once_in_an_order_of_its_own),
        BOTH_WAYS(test_a_resumed_epoch_goes_on_where_it_was),
        BOTH_WAYS(test_without_shuffling_the_files_order_is_kept),
        BOTH_WAYS(test_validation_takes_what_training_leaves),
        BOTH_WAYS(test_an_empty_part_is_an_error),
        BOTH_WAYS(test_it_can_be_stopped_and_restarted_anywhere),
        cmocka_unit_test_setup(test_files_are_read_ahead_and_the_given_batch_is_left_alone, images_from_a_file),
        BOTH_WAYS(test_a_failing_source_ends_the_epoch_with_its_words),
        cmocka_unit_test_setup(test_waiting_for_a_source_that_hangs_can_be_stopped, images_from_a_file),
        BOTH_WAYS(test_without_images_all_else_is_the_same),
        BOTH_WAYS(test_the_image_behind_a_slice_comes_with_it),
        BOTH_WAYS(test_balanced_classes_come_equally_often),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
