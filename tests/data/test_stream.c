/* Sets that are larger than the memory allowed: chunks are read in shuffled order, images shuffled over windows. */
#include "tests/support/check.h"

#include <string.h>

#include "data/loader.h"
#include "data/stream.h"
#include "tests/support/data_files.h"

enum { TRAIN = 1003, TEST = 45, CHUNK = 20, CHUNKS = 51, IMAGE = 3 * 2 * 2, CHUNK_BYTES = CHUNK * (IMAGE + 4) };

/* A source of a file in chunks, which counts what is read of each. */
struct chunked {
    struct source base;
    struct source *inner;
    int reads[CHUNKS], others; /* of whole chunks; of anything else */
    uint32_t chunk;            /* that it tells of */
    bool in_memory;
};

static void chunked_describe(const struct source *s, struct dataset_info *info)
{
    const struct chunked *c = (const struct chunked *)s;

    source_describe(c->inner, info);
    info->in_memory = c->in_memory;
    info->chunk = c->chunk;
}

static bool chunked_read(struct source *s, enum split split, const uint32_t *index, int n, uint8_t *images,
                         int32_t *labels, struct error *e)
{
    struct chunked *c = (struct chunked *)s;
    uint32_t chunk = index[0] / CHUNK, last = TRAIN - chunk * CHUNK;
    bool whole = split == SPLIT_TRAIN && index[0] % CHUNK == 0 && (uint32_t)n == (last < CHUNK ? last : CHUNK);

    for (int i = 1; whole && i < n; i++)
        whole = index[i] == index[0] + (uint32_t)i;
    if (whole)
        c->reads[chunk]++;
    else
        c->others++;
    return source_read(c->inner, split, index, n, images, labels, e);
}

static void chunked_close(struct source *s)
{
    source_close(((struct chunked *)s)->inner);
    free(s);
}

static struct chunked *chunked_source(void)
{
    static const struct source_ops ops = { .describe = chunked_describe, .read = chunked_read, .close = chunked_close };
    struct chunked *c = calloc(1, sizeof *c);

    assert_non_null(c);
    c->base.ops = &ops;
    c->inner = data_memory(TRAIN, TEST, 3, 2, 2, 10);
    c->chunk = CHUNK;
    return c;
}

/* Writes the indices of an epoch from a batch on in their order, with their pixels looked at; returns how many. */
static uint32_t read_epoch(struct loader *l, uint32_t epoch, uint32_t first_batch, uint32_t *order)
{
    struct error e = { 0 };
    const struct batch *b;
    uint32_t count = 0;

    assert_good(loader_start(l, epoch, first_batch, &e), e);
    while ((b = loader_next(l, &e))) {
        for (int i = 0; i < b->count; i++) {
            assert_int_equal(b->labels[i], data_label(b->split, b->index[i], 10));
            for (size_t k = 0; k < IMAGE; k++)
                assert_int_equal(b->images[(size_t)i * IMAGE + k], data_pixel(b->split, b->index[i], k));
            order[count++] = b->index[i];
        }
    }
    assert_int_equal(e.kind, ERROR_NONE);
    return count;
}

static struct loader *open_well(struct chunked *c, struct loader_options o)
{
    struct error e = { 0 };
    struct loader *l;

    o.batch = o.batch > 0 ? o.batch : 16;
    o.seed = 5;
    l = loader_open(&c->base, &o, &e);
    assert_good(l, e);
    return l;
}

static void expect_each_once(const uint32_t *order, uint32_t count)
{
    bool seen[TRAIN] = { false };

    for (uint32_t i = 0; i < count; i++) {
        assert_true(order[i] < TRAIN && !seen[order[i]]);
        seen[order[i]] = true;
    }
}

static void test_an_epoch_reads_each_chunk_once_and_brings_each_image_once(void **state)
{
    /* Windows of one chunk, of some, of all but a few, of all. */
    static const uint64_t memory[] = { 2 * CHUNK_BYTES, 9 * CHUNK_BYTES, 90 * CHUNK_BYTES, 1 << 20 };
    (void)state;

    for (size_t m = 0; m < sizeof memory / sizeof *memory; m++) {
        struct chunked *c = chunked_source();
        struct loader *l = open_well(c, (struct loader_options){ .shuffle = true, .memory = memory[m] });
        uint32_t first[TRAIN], second[TRAIN], again[TRAIN];

        assert_int_equal(read_epoch(l, 1, 0, first), TRAIN);
        expect_each_once(first, TRAIN);
        for (int i = 0; i < CHUNKS; i++)
            assert_int_equal(c->reads[i], 1);
        assert_int_equal(read_epoch(l, 2, 0, second), TRAIN);
        expect_each_once(second, TRAIN);
        assert_memory_not_equal(first, second, sizeof first);
        assert_int_equal(read_epoch(l, 1, 0, again), TRAIN);
        assert_memory_equal(first, again, sizeof first);
        for (int i = 0; i < CHUNKS; i++)
            assert_int_equal(c->reads[i], 3);
        assert_int_equal(c->others, 0);
        loader_close(l);
        source_close(&c->base);
    }
}

static void test_images_are_shuffled_over_the_window(void **state)
{
    struct chunked *c = chunked_source();
    struct loader *l = open_well(c, (struct loader_options){ .shuffle = true, .memory = 20 * CHUNK_BYTES });
    uint32_t order[TRAIN];
    bool in_window[CHUNKS] = { false };
    int chunks = 0, neighbours = 0, begin = (1 + 2 + 4 + 8) * CHUNK; /* of the first window of full size */
    (void)state;

    read_epoch(l, 1, 0, order);
    for (int i = 0, all = begin; i < all; i++) /* the last chunk of the set is a short one */
        if (order[i] == TRAIN - 1)
            begin -= CHUNKS * CHUNK - TRAIN;
    for (int i = begin; i < begin + 10 * CHUNK; i++) {
        chunks += !in_window[order[i] / CHUNK];
        in_window[order[i] / CHUNK] = true;
        neighbours += order[i + 1] / CHUNK == order[i] / CHUNK;
    }
    assert_in_range(chunks, 10, 11);
    assert_in_range(neighbours, 0, 10 * CHUNK / 4);
    loader_close(l);
    source_close(&c->base);
}

static int whole_reads(const struct chunked *c)
{
    int reads = 0;

    for (int i = 0; i < CHUNKS; i++)
        reads += c->reads[i];
    return reads;
}

/* Not even for the first window, which would take seconds where it has half a gigabyte. */
static void test_no_batch_has_to_wait_for_many_chunks(void **state)
{
    enum { BATCH = 16, MOST = 4 };
    struct chunked *c = chunked_source();
    struct dataset_info info;
    struct error e = { 0 };
    uint8_t images[BATCH * IMAGE];
    int32_t labels[BATCH];
    uint32_t order[TRAIN];
    (void)state;

    source_describe(&c->base, &info);
    const struct stream_cut cut = stream_cut(&info, SPLIT_TRAIN, 40 * CHUNK_BYTES);
    struct stream_order *o = stream_order_open(&cut, TRAIN, &e);
    assert_good(o, e);
    struct stream *s = stream_open(&c->base, SPLIT_TRAIN, &cut, &e);
    assert_good(s, e);
    assert_int_equal(cut.window, 20);
    for (uint32_t i = 0; i < TRAIN; i++)
        order[i] = i;
    const uint32_t *chunks = stream_order_chunks(o, true, 5, 1);
    stream_order_arrange(o, order);
    stream_start(s, chunks, NULL);
    for (int i = 0, before = 0, n; i < TRAIN; i += n, before = whole_reads(c)) {
        n = i + BATCH <= TRAIN ? BATCH : TRAIN - i;
        assert_good(stream_read(s, order + i, n, images, labels, &e), e);
        assert_in_range(whole_reads(c) - before, 0, MOST);
    }
    assert_int_equal(whole_reads(c), CHUNKS);
    stream_close(s);
    stream_order_close(o);
    source_close(&c->base);
}

static void test_a_set_in_memory_and_one_that_fits_have_the_usual_order(void **state)
{
    struct chunked *streamed = chunked_source(), *held = chunked_source(), *plain = chunked_source();
    uint32_t orders[3][TRAIN];
    struct loader *loaders[3];
    (void)state;

    held->in_memory = true;
    plain->chunk = 0;
    loaders[0] = open_well(streamed, (struct loader_options){ .shuffle = true, .memory = 1 << 20 });
    loaders[1] = open_well(plain, (struct loader_options){ .shuffle = true });
    for (int i = 0; i < 2; i++)
        read_epoch(loaders[i], 3, 0, orders[i]);
    assert_memory_equal(orders[0], orders[1], sizeof orders[0]);
    loader_close(loaders[0]);
    loaders[0] = open_well(streamed, (struct loader_options){ .shuffle = true, .memory = 8 * CHUNK_BYTES });
    loaders[2] = open_well(held, (struct loader_options){ .shuffle = true, .memory = 8 * CHUNK_BYTES });
    read_epoch(loaders[0], 3, 0, orders[0]);
    read_epoch(loaders[2], 3, 0, orders[2]);
    assert_memory_equal(orders[0], orders[2], sizeof orders[0]);
    for (int i = 0; i < 3; i++)
        loader_close(loaders[i]);
    source_close(&streamed->base);
    source_close(&held->base);
    source_close(&plain->base);
}

static void test_an_epoch_can_begin_in_its_middle(void **state)
{
    struct chunked *c = chunked_source();
    struct loader *l = open_well(c, (struct loader_options){ .shuffle = true, .memory = 8 * CHUNK_BYTES });
    uint32_t whole[TRAIN], rest[TRAIN];
    const uint32_t batches[] = { 1, 7, 31, 62 };
    (void)state;

    read_epoch(l, 1, 0, whole);
    for (size_t i = 0; i < sizeof batches / sizeof *batches; i++) {
        uint32_t count = read_epoch(l, 1, batches[i], rest);

        assert_int_equal(count, TRAIN - 16 * batches[i]);
        assert_memory_equal(rest, whole + 16 * batches[i], count * sizeof *rest);
    }
    loader_close(l);
    source_close(&c->base);
}

static void test_what_is_held_out_is_not_trained_on(void **state)
{
    struct chunked *c = chunked_source();
    struct loader_options o = { .shuffle = true, .memory = 8 * CHUNK_BYTES, .validation = 0.3 };
    struct loader *train = open_well(c, o), *valid;
    uint32_t order[TRAIN], trained;
    (void)state;

    trained = read_epoch(train, 1, 0, order);
    loader_close(train);
    o.subset = SUBSET_VALIDATION;
    o.shuffle = false;
    valid = open_well(c, o);
    assert_int_equal(read_epoch(valid, 0, 0, order + trained), TRAIN - trained);
    expect_each_once(order, TRAIN);
    for (int i = 0; i < CHUNKS; i++)
        assert_int_equal(c->reads[i], 2);
    loader_close(valid);
    source_close(&c->base);
}

/* Slices of `ranks` have the image behind them, over the ends of windows, too. */
static void expect_the_image_behind(int ranks, int batch, uint64_t memory)
{
    struct loader_options o = { .shuffle = true, .memory = memory, .batch = batch, .next = 1 };
    struct chunked *sources[4], *c = chunked_source();
    struct loader *slices[4], *plain;
    uint32_t order[TRAIN];
    struct error e = { 0 };

    plain = open_well(c, (struct loader_options){ .shuffle = true, .memory = memory, .batch = batch });
    read_epoch(plain, 2, 0, order);
    for (int r = 0; r < ranks; r++) {
        o.share = share_equal(r, ranks);
        sources[r] = chunked_source();
        slices[r] = open_well(sources[r], o);
        assert_good(loader_start(slices[r], 2, 0, &e), e);
    }
    for (uint32_t k = 0; k < loader_batches(plain); k++)
        for (int r = 0; r < ranks; r++) {
            const struct batch *b = loader_next(slices[r], &e);

            assert_good(b, e);
            assert_int_equal(b->next, b->count > 0);
            for (int i = 0; i < b->count + b->next; i++) {
                const uint32_t image = order[k * (uint32_t)batch + (uint32_t)((b->first + i) % b->whole)];

                assert_int_equal(b->index[i], image);
                assert_int_equal(b->labels[i], data_label(b->split, image, 10));
                for (size_t p = 0; p < IMAGE; p++)
                    assert_int_equal(b->images[(size_t)i * IMAGE + p], data_pixel(b->split, image, p));
            }
        }
    loader_close(plain);
    source_close(&c->base);
    for (int r = 0; r < ranks; r++) {
        assert_null(loader_next(slices[r], &e));
        assert_int_equal(e.kind, ERROR_NONE);
        for (int i = 0; i < CHUNKS; i++)
            assert_in_range(sources[r]->reads[i], 0, 1);
        loader_close(slices[r]);
        source_close(&sources[r]->base);
    }
}

/* Pairs that are mixed are those of the whole batch: behind its last image comes its first, of a window before. */
static void test_the_image_behind_a_slice_comes_with_it(void **state)
{
    (void)state;
    for (int ranks = 1; ranks <= 4; ranks++) {
        expect_the_image_behind(ranks, 16, 2 * CHUNK_BYTES);
        expect_the_image_behind(ranks, 70, 2 * CHUNK_BYTES);
        expect_the_image_behind(ranks, 16, 9 * CHUNK_BYTES);
    }
}

/* As much as was said, whatever the chunks are. */
static void test_the_memory_is_known_before(void **state)
{
    static const uint32_t chunks[] = { 1, 7, CHUNK, 500, 100000 };
    struct dataset_info info = { .count = { TRAIN, TEST }, .height = 3, .width = 2, .channels = 2 };
    (void)state;

    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
        const struct loader_options o = { .shuffle = true, .memory = 4096, .batch = 1 };
        uint64_t without = loader_bytes(&o, &(struct dataset_info){ .count = { TRAIN, TEST }, .height = 3, .width = 2,
                                                                   .channels = 2 });

        info.chunk = chunks[i];
        assert_in_range(loader_bytes(&o, &info) - without, 2048, 4096 + 3 * TRAIN * sizeof(uint32_t));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_epoch_reads_each_chunk_once_and_brings_each_image_once),
        cmocka_unit_test(test_images_are_shuffled_over_the_window),
        cmocka_unit_test(test_no_batch_has_to_wait_for_many_chunks),
        cmocka_unit_test(test_a_set_in_memory_and_one_that_fits_have_the_usual_order),
        cmocka_unit_test(test_an_epoch_can_begin_in_its_middle),
        cmocka_unit_test(test_what_is_held_out_is_not_trained_on),
        cmocka_unit_test(test_the_image_behind_a_slice_comes_with_it),
        cmocka_unit_test(test_the_memory_is_known_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
