/* Curves of a trainer whose lines find no memory at first: later the file has all of them. */
#include "tests/support/check.h"

#include <unistd.h>

#include <jansson.h>

#include "nn/recipe/recipe_file.h"
#include "run/run_lines.h"
#include "tests/support/folder.h"
#include "tests/support/toy_data.h"

enum { NEVER = -1 };

static int given; /* allocations of Jansson's so far */
static int missing = NEVER;

static void *give(size_t size)
{
    return given++ == missing ? NULL : malloc(size);
}

struct scene {
    void *folder;
    struct source *source;
    struct trainer *trainer;
    struct device device;
};

static int train(void **state)
{
    static struct scene s;
    static const char text[] = "[training]\nbatch = 32\nepochs = 2\n[layers]\nflatten =\ndense = units=4\n";
    struct recipe recipe = { 0 };
    struct error e = { 0 };

    if (folder_setup(&s.folder) != 0)
        return -1;
    json_set_alloc_funcs(give, free);
    s.source = toy_data(64, 32, true);
    assert_good(recipe_parse(&recipe, text, "toy.ini", &e), e);
    assert_good(devices_choose("cpu:1", &s.device, &e), e);

    const struct trainer_setup setup = {
        .recipe = &recipe, .backend = s.device.backend, .source = s.source, .device = s.device.choice
    };

    s.trainer = trainer_start(&setup, &e);
    assert_good(s.trainer != NULL, e);
    trainer_wait(s.trainer);
    *state = &s;
    return 0;
}

static int teardown(void **state)
{
    struct scene *s = *state;

    trainer_close(s->trainer);
    source_close(s->source);
    json_set_alloc_funcs(malloc, free);
    return folder_teardown(&s->folder);
}

/* The first line has the time when it was written. */
static void forget_date(char *text)
{
    char *date = strstr(text, "\"date\":\"");

    for (char *c = date ? date + strlen("\"date\":\"") : NULL; c && *c && *c != '"'; c++)
        *c = '-';
}

/* All lines of a file, the `number`-th allocation failing the first time. The caller frees it. */
static char *lines_of(struct scene *s, bool resumed, int number, bool *failed)
{
    struct error e = { 0 };
    struct run_lines lines = { .trainer = s->trainer, .device = &s->device, .resumed = resumed };
    const char *path = folder_path(s->folder, "metrics.jsonl");

    unlink(path);
    lines.metrics = metrics_create(path, &e);
    assert_good(lines.metrics != NULL, e);
    given = 0;
    missing = number;
    *failed = !run_lines_append(&lines, &e);
    missing = NEVER;
    if (*failed) {
        assert_int_equal(e.kind, ERROR_MEMORY);
        assert_good(run_lines_append(&lines, &e), e);
    }
    assert_good(metrics_close(lines.metrics, &e), e);

    char *text = folder_text(s->folder, "metrics.jsonl");

    forget_date(text);
    return text;
}

static void what_found_no_memory_is_written_later(struct scene *s, bool resumed)
{
    bool failed;
    char *whole = lines_of(s, resumed, NEVER, &failed);
    int all = given;

    assert_false(failed);
    assert_non_null(strstr(whole, resumed ? "{\"kind\":\"resume\"" : "{\"kind\":\"run\""));
    for (int number = 0; number < all; number++) {
        char *text = lines_of(s, resumed, number, &failed);

        assert_true(failed);
        assert_string_equal(text, whole);
        free(text);
    }
    free(whole);
}

static void test_of_a_new_run(void **state)
{
    what_found_no_memory_is_written_later(*state, false);
}

static void test_of_a_run_that_goes_on(void **state)
{
    what_found_no_memory_is_written_later(*state, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_of_a_new_run, train, teardown),
        cmocka_unit_test_setup_teardown(test_of_a_run_that_goes_on, train, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
