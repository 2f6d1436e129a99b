/* `cuvette model` as a user runs it. */
#include "tests/support/check.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/support/folder.h"
#include "tests/support/process.h"

static const char branched[] = "[data]\ndataset = digits\n"
                               "[training]\nbatch = 100\nepochs = 1\ndevice = cpu:1\n[layers]\n"
                               "conv2d = filters=4 kernel=3 stride=4\nresidual = filters=6 stride=2\n"
                               "global_avgpool =\ndropout = rate=0.1\ndense = units=10\n";

/* A run in folder/run. */
static void train(const char *folder)
{
    folder_put(folder, "branched.ini", branched);
    struct process *p = process_cuvette(folder, "train", "branched.ini", "--run", "run", "--quiet", NULL);

    if (p->exit_code != 0)
        fail_msg("%s", p->err);
    process_free(p);
}

static json_t *parse(struct process *p)
{
    json_t *said = json_loads(p->out, 0, NULL);

    if (p->exit_code != 0 || !said)
        fail_msg("%s%s", p->out, p->err);
    process_free(p);
    return said;
}

static void test_info_tells_layers_and_writer(void **state)
{
    train(*state);
    struct process *p = process_cuvette(*state, "model", "info", "run", NULL);

    assert_int_equal(p->exit_code, 0);
    assert_non_null(strstr(p->out, "written by cuvette "));
    assert_non_null(strstr(p->out, "trained on digits"));
    assert_non_null(strstr(p->out, "images of 28x28x1 in 10 classes"));
    assert_non_null(strstr(p->out, "residual 6/2"));
    process_free(p);

    json_t *said = parse(process_cuvette(*state, "model", "info", "run/model.h5", "--json", NULL));
    json_t *layers = json_object_get(said, "layers");

    assert_int_equal(json_array_size(layers), 5);
    assert_string_equal(json_string_value(json_object_get(json_array_get(layers, 1), "layer")), "residual");
    assert_int_equal(json_integer_value(json_object_get(json_array_get(layers, 4), "parameters")), 70);
    json_decref(said);
}

/* A run that was killed has its weights in its checkpoint alone. */
static void test_info_tells_of_a_checkpoint(void **state)
{
    train(*state);
    assert_int_equal(unlink(folder_path(*state, "run/model.h5")), 0);
    assert_int_equal(unlink(folder_path(*state, "run/best.h5")), 0);
    struct process *p = process_cuvette(*state, "model", "info", "run", NULL);

    if (p->exit_code != 0)
        fail_msg("%s", p->err);
    assert_holds(p->out, "run/checkpoint.safetensors: checkpoint, written by cuvette, trained on digits");
    assert_holds(p->out, "residual 6/2");
    process_free(p);
}

static double loss_of(const char *folder, const char *model)
{
    json_t *said = parse(process_cuvette(folder, "evaluate", model, "--json", NULL));
    double loss = json_number_value(json_object_get(said, "test_loss"));

    json_decref(said);
    return loss;
}

static void test_what_is_converted_answers_as_before(void **state)
{
    train(*state);
    double before = loss_of(*state, "run");
    static const char *const ways[][2] = {
        { "run", "copy.h5" },
        { "run", "copy.safetensors" },
        { "copy.safetensors", "copy.keras" },
        { "copy.keras", "back.h5" },
    };

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct process *p = process_cuvette(*state, "model", "convert", ways[i][0], ways[i][1], NULL);

        if (p->exit_code != 0)
            fail_msg("%s", p->err);
        process_free(p);
        assert_true(loss_of(*state, ways[i][1]) == before);
    }
}

/* Whatever formats a model has gone through, the same one gives the same file. */
static void test_a_model_that_went_round_gives_the_same_file(void **state)
{
    static const char *const ways[][2] = {
        { "run", "first.keras" },    { "first.keras", "a.safetensors" },
        { "a.safetensors", "a.h5" }, { "a.h5", "second.keras" },
        { "run", "first.onnx" },     { "second.keras", "second.onnx" },
    };

    train(*state);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct process *p = process_cuvette(*state, "model", "convert", ways[i][0], ways[i][1], NULL);

        if (p->exit_code != 0)
            fail_msg("%s", p->err);
        process_free(p);
    }
    for (int i = 0; i < 2; i++) {
        const char *one = i == 0 ? "first.keras" : "first.onnx", *other = i == 0 ? "second.keras" : "second.onnx";
        FILE *a = fopen(folder_path(*state, one), "rb"), *b = fopen(folder_path(*state, other), "rb");
        int here, there;

        assert_true(a && b);
        do {
            here = getc(a);
            there = getc(b);
            assert_int_equal(here, there);
        } while (here != EOF);
        fclose(a);
        fclose(b);
    }
}

static void test_words_that_make_no_sense_are_told(void **state)
{
    static const struct {
        const char *words[3], *answer;
        int code;
    } cases[] = {
        { { NULL }, "say what to do", 2 },
        { { "info" }, "usage: cuvette model info RUN|MODEL", 2 },
        { { "convert", "a.h5" }, "usage: cuvette model convert", 2 },
        { { "convert", "a.h5", "b.xyz" }, "b.xyz does not end in the extension of a model file", 2 },
        { { "info", "text.onnx" }, "cuvette writes ONNX and does not read it; it reads .h5", 3 },
        { { "info", "text.h5" }, "text.h5 is damaged, or not a model file", 3 },
        { { "info", "empty.h5" }, "empty.h5 is empty", 3 },
        { { "info", "length.safetensors" }, "length.safetensors is damaged or no safetensors file", 3 },
        { { "info", "text" }, "text is no model file that cuvette reads", 3 },
    };

    folder_put(*state, "text.h5", "not HDF5 at all");
    folder_put(*state, "text", "not HDF5 at all");
    folder_put(*state, "empty.h5", "");
    folder_write(*state, "length.safetensors", "\x80\x02\x30\0\0\0\0\0{}", 10); /* no pickle of protocol 2 */
    folder_put(*state, "text.onnx", "not ONNX either");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const *w = cases[i].words;
        struct process *p = process_cuvette(*state, "model", w[0], w[1], w[2], NULL);

        if (p->exit_code != cases[i].code || !strstr(p->err, cases[i].answer))
            fail_msg("case %zu: %d, %s", i, p->exit_code, p->err);
        process_free(p);
    }
}

/* The beginning of the zip that torch.save() writes. */
static const char zipped[] = "PK\x03\x04\0\0\x08\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x0e\0\0\0"
                             "model/data.pkl";

static void test_a_pickle_is_refused_with_what_converts_it(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t size;
    } files[] = {
        { "zip.pt", zipped, sizeof zipped - 1 },
        { "zip", zipped, sizeof zipped - 1 },
        { "zip.keras", zipped, sizeof zipped - 1 },
        { "zip.h5", zipped, sizeof zipped - 1 },
        { "bare.safetensors", "\x80\x02\x8a\nl\xfc\x9c\x46\xf9 j\xa8P\x19.", 14 },
        { "bare", "\x80\x02}q\0.", 6 },
        { "text.pth", "(dp0\n.", 6 },
        { "empty.pt", "", 0 },
    };

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char load[128];

        folder_write(*state, files[i].name, files[i].bytes, files[i].size);
        struct process *p = process_cuvette(*state, "model", "info", files[i].name, NULL);

        snprintf(load, sizeof load, "\n    state = torch.load(\"%s\", map_location=\"cpu\", weights_only=True)\n",
                 files[i].name);
        if (p->exit_code != 3 || !strstr(p->err, " is a pickle") || !strstr(p->err, load) ||
            !strstr(p->err, "\n    import torch; ") || !strstr(p->err, "\n    save_file("))
            fail_msg("%s: %d, %s", files[i].name, p->exit_code, p->err);
        process_free(p);
    }

    /* A name that would be a program is not put into one. */
    folder_write(*state, "\", exit() #.pt", zipped, sizeof zipped - 1);
    struct process *p = process_cuvette(*state, "model", "info", "\", exit() #.pt", NULL);

    assert_non_null(strstr(p->err, "torch.load(\"model.pt\", "));
    process_free(p);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_info_tells_layers_and_writer),
        TEST(test_info_tells_of_a_checkpoint),
        TEST(test_what_is_converted_answers_as_before),
        TEST(test_a_pickle_is_refused_with_what_converts_it),
        TEST(test_a_model_that_went_round_gives_the_same_file),
        TEST(test_words_that_make_no_sense_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
