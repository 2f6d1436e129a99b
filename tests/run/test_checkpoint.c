#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>
#include <sys/stat.h>

#include "run/checkpoint.h"
#include "run/model/torch/safetensors.h"
#include "tests/support/damage.h"
#include "tests/support/folder.h"

enum { FLOATS = 100 };

/* Every number its own, and some that are no numbers. */
static void make_snapshot(struct snapshot *s)
{
    uint64_t n = 1;

    *s = (struct snapshot){ .layout = UINT64_MAX };
#define COUNT(name) s->name = n++ * UINT64_C(0x10000001);
    SNAPSHOT_COUNTS(COUNT)
#undef COUNT
#define MEASURE(name) s->name = 1.0 / (double)++n;
    SNAPSHOT_MEASURES(MEASURE)
#undef MEASURE
#define DATA(name, words) s->data.name = ++n << 50;
    FINGERPRINT_COUNTS(DATA)
    FINGERPRINT_HASHES(DATA)
#undef DATA
    s->valid_loss = NAN;
    s->best_valid_loss = -INFINITY;
    for (int i = 0; i < SNAPSHOT_ARRAY_COUNT; i++) {
        size_t count = i == SNAPSHOT_OPTIMISER ? 0 : (size_t)(FLOATS + i);

        s->bytes[i] = count * sizeof(float);
        s->array[i] = count ? malloc(s->bytes[i]) : NULL;
        for (size_t k = 0; k < count; k++)
            s->array[i][k] = (float)i + (float)k / 3;
    }
}

static void assert_equal(const struct snapshot *a, const struct snapshot *b)
{
#define COUNT(name) assert_true(a->name == b->name);
    SNAPSHOT_COUNTS(COUNT)
#undef COUNT
#define MEASURE(name) assert_true(a->name == b->name || (isnan(a->name) && isnan(b->name)));
    SNAPSHOT_MEASURES(MEASURE)
#undef MEASURE
    assert_true(a->layout == b->layout);
    assert_memory_equal(&a->data, &b->data, sizeof a->data);
    for (int i = 0; i < SNAPSHOT_ARRAY_COUNT; i++) {
        assert_int_equal(a->bytes[i], b->bytes[i]);
        if (a->bytes[i])
            assert_memory_equal(a->array[i], b->array[i], a->bytes[i]);
    }
}

static void test_what_is_written_is_read(void **state)
{
    struct snapshot written, read;
    struct error e = { 0 };

    make_snapshot(&written);
    assert_false(checkpoint_exists(*state));
    assert_good(checkpoint_write(*state, &written, NULL, &e), e);
    assert_true(checkpoint_exists(*state));
    assert_good(checkpoint_read(*state, &read, &e), e);
    assert_equal(&written, &read);
    assert_int_equal(folder_entries(*state), 1);
    snapshot_free(&written);
    snapshot_free(&read);
}

/* Those of the first versions say nothing of the images. */
static void test_an_older_one_is_read(void **state)
{
    static const char prefix[] = "\"data_";
    static char bytes[1 << 16];
    struct snapshot written, read;
    struct error e = { 0 };
    char path[PATH_SIZE];

    make_snapshot(&written);
    assert_good(checkpoint_write(*state, &written, NULL, &e), e);
    assert_true(checkpoint_find(*state, path));
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t size = fread(bytes, 1, sizeof bytes, file);
    assert_int_equal(fclose(file), 0);
    assert_true(size < sizeof bytes);
    for (char *at = bytes; (at = memmem(at, size - (size_t)(at - bytes), prefix, strlen(prefix))); at++)
        if (strncmp(at, "\"data_offsets", 13) != 0) /* safetensors' own */
            memcpy(at, "\"none_", strlen(prefix));
    folder_write(*state, path_name(path), bytes, size);
    assert_good(checkpoint_read(*state, &read, &e), e);
    memset(&written.data, 0, sizeof written.data);
    assert_equal(&written, &read);
    snapshot_free(&written);
    snapshot_free(&read);
}

static void test_the_one_before_stays_when_a_new_one_cannot_be_written(void **state)
{
    struct snapshot first, second, read;
    struct error e = { 0 };

    make_snapshot(&first);
    make_snapshot(&second);
    second.steps++;
    assert_good(checkpoint_write(*state, &first, NULL, &e), e);
    folder_forbid(*state);
    assert_bad(checkpoint_write(*state, &second, NULL, &e), e, "cannot write ");
    folder_allow();
    assert_good(checkpoint_read(*state, &read, &e), e);
    assert_equal(&first, &read);
    snapshot_free(&first);
    snapshot_free(&second);
    snapshot_free(&read);
}

static void test_what_is_no_checkpoint_is_refused(void **state)
{
    static const char *const headers[] = {
        "",
        "\x02\0\0\0\0\0\0\0{}",
        "\x02\0\0\0\0\0\0\0{",
        "\xff\xff\xff\xff\xff\xff\xff\x7f{}",
        "\x02\0\0\0\0\0\0\0[]",
    };
    static const size_t sizes[] = { 0, 10, 9, 10, 10 };
    struct snapshot read;
    struct error e = { 0 };

    assert_bad(checkpoint_read(*state, &read, &e), e, "has no checkpoint to go on from");
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        folder_write(*state, "checkpoint.safetensors", headers[i], sizes[i]);
        assert_bad(checkpoint_read(*state, &read, &e), e, i == 1 ? "no checkpoint that this version" : "is damaged");
    }
}

/* Arrays that leave the file, lie about their shape, or whose length overflows. */
static void test_a_lying_header_is_refused(void **state)
{
    static const char *const headers[] = {
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,800]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387905],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}",
        "{\"a\":7}",
    };
    struct error e = { 0 };

    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        char bytes[256] = { 0 };
        size_t length = strlen(headers[i]);

        bytes[0] = (char)length;
        memcpy(bytes + 8, headers[i], length);
        folder_write(*state, "lie.safetensors", bytes, 8 + length + 8);
        struct safetensors *file = safetensors_open(folder_path(*state, "lie.safetensors"), &e);
        if (file)
            fail_msg("opened: %s", headers[i]);
        assert_non_null(strstr(e.text, "lie.safetensors is damaged: its array a "));
    }
}

/* Whatever bytes change, it is read with other numbers or refused. */
static void test_damage_is_no_accident(void **state)
{
    struct snapshot written, read;
    char good[PATH_SIZE], bad[PATH_SIZE], folder[PATH_SIZE];
    struct error e = { 0 };
    int refused = 0;

    make_snapshot(&written);
    assert_good(checkpoint_write(*state, &written, NULL, &e), e);
    assert_good(path_join(good, *state, "checkpoint.safetensors", &e), e);
    assert_good(path_join(folder, *state, "bad", &e) && path_make_folders(folder, &e), e);
    assert_good(path_join(bad, folder, "checkpoint.safetensors", &e), e);
    for (uint64_t seed = 0; seed < 2000; seed++) {
        damage_file(good, bad, seed);
        if (checkpoint_read(folder, &read, &e)) {
            snapshot_free(&read);
            continue;
        }
        assert_non_null(strstr(e.text, bad));
        refused++;
    }
    assert_true(refused > 200);
    snapshot_free(&written);
}

static void test_a_pipe_is_not_waited_for(void **state)
{
    struct error e = { 0 };

    assert_int_equal(mkfifo(folder_path(*state, "pipe"), 0666), 0);
    assert_null(safetensors_open(folder_path(*state, "pipe"), &e));
    assert_non_null(strstr(e.text, "is no file"));
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_what_is_written_is_read),
        IN_FOLDER(test_an_older_one_is_read),
        IN_FOLDER(test_the_one_before_stays_when_a_new_one_cannot_be_written),
        IN_FOLDER(test_what_is_no_checkpoint_is_refused),
        IN_FOLDER(test_a_lying_header_is_refused),
        IN_FOLDER(test_damage_is_no_accident),
        IN_FOLDER(test_a_pipe_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
