/* The program as one uses it who wants to know what a model gets wrong. */
#include "tests/support/check.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/support/folder.h"
#include "tests/support/photo.h"
#include "tests/support/process.h"

static void train(const char *folder, const char *dataset, const char *setting)
{
    struct process *p = process_cuvette(folder, "train", "mnist-mlp", "--dataset", dataset, "--epochs", "2", "--run",
                                        "out", "--quiet", "--set", setting, NULL);

    assert_succeeded(p);
    process_free(p);
}

static json_t *json_of(const char *folder, const char *command, const char *of)
{
    struct process *p = process_cuvette(folder, command, of, "--json", NULL);
    json_t *found;

    assert_succeeded(p);
    found = json_loads(p->out, 0, NULL);
    assert_non_null(found);
    process_free(p);
    return found;
}

static double number(const json_t *object, const char *name)
{
    const json_t *found = json_object_get(object, name);

    assert_true(json_is_number(found));
    return json_number_value(found);
}

static double cell(const json_t *all, size_t label, size_t answer)
{
    return json_number_value(json_array_get(json_array_get(json_object_get(all, "confusion"), label), answer));
}

/* Every layer that is trained has its figures, and the table says what the object does. */
static void test_the_health_of_a_run(void **state)
{
    train(*state, "digits", "training.batch=20");

    struct process *p = process_cuvette(*state, "inspect", "out", "--health", NULL);
    struct process *json = process_cuvette(*state, "inspect", "out", "--health", "--json", NULL);
    json_t *all = json_loads(json->out, 0, NULL), *layer;
    size_t i;

    assert_succeeded(p);
    assert_succeeded(json);
    assert_null(strstr(p->out, "flatten")); /* nothing is known of it */
    assert_non_null(strstr(p->out, "dense"));
    assert_non_null(all);
    assert_true(number(all, "step") >= 6);
    assert_int_equal(number(all, "images"), 20);
    assert_true(json_array_size(json_object_get(all, "layers")) >= 2);
    json_array_foreach(json_object_get(all, "layers"), i, layer)
    {
        assert_true(number(layer, "gradient") > 0);
        assert_true(number(layer, "weight") > 0);
        assert_true(number(layer, "update_ratio") > 0);
        assert_true(json_is_null(json_object_get(layer, "dead")) || number(layer, "dead") <= 1);
    }
    assert_non_null(strstr(p->out, json_string_value(json_object_get(all, "sentence"))));
    json_decref(all);
    process_free(json);
    process_free(p);
}

/* All the tables are those of the same images, and of what evaluate says of them. */
static void test_the_tables_agree_with_each_other_and_with_evaluate(void **state)
{
    train(*state, "digits", "training.seed=1");

    json_t *all = json_of(*state, "inspect", "out"), *again = json_of(*state, "evaluate", "out");
    double images = 0, right = 0, binned = 0, sure = 0;
    size_t b;
    json_t *bin;

    assert_true(number(all, "accuracy") == number(again, "test_accuracy"));
    assert_true(number(all, "loss") == number(again, "test_loss"));
    assert_int_equal(json_array_size(json_object_get(all, "classes")), 10);
    for (size_t label = 0; label < 10; label++) {
        double of_label = 0, answered = 0;

        for (size_t other = 0; other < 10; other++) {
            of_label += cell(all, label, other);
            answered += cell(all, other, label);
        }

        const json_t *class = json_array_get(json_object_get(all, "classes"), label);

        assert_true(number(class, "images") == of_label);
        assert_true(fabs(number(class, "recall") - cell(all, label, label) / of_label) < 1e-6);
        assert_true(fabs(number(class, "precision") - cell(all, label, label) / answered) < 1e-6);
        images += of_label;
        right += cell(all, label, label);
    }
    assert_true(images == 1000 && images == number(all, "images"));
    assert_true(fabs(right / images - number(all, "accuracy")) < 1e-6);
    json_array_foreach(json_object_get(all, "calibration"), b, bin)
        if (number(bin, "images") > 0) {
            binned += number(bin, "images");
            sure += number(bin, "images") * number(bin, "accuracy");
        }
    assert_true(binned == 1000 && fabs(sure - right) < 1e-3);
    json_decref(all);
    json_decref(again);
}

static void test_the_worst_images_are_named(void **state)
{
    train(*state, "digits", "training.seed=1");

    json_t *all = json_of(*state, "inspect", "out"), *worst = json_object_get(all, "most_wrong");
    double before = 0;
    size_t i;
    json_t *image;

    assert_int_equal(json_array_size(worst), 5);
    json_array_foreach(worst, i, image) {
        assert_true(number(image, "label") != number(image, "answer"));
        assert_true(number(image, "label_probability") < number(image, "confidence"));
        assert_true(number(image, "label_probability") >= before);
        before = number(image, "label_probability");
    }
    json_decref(all);

    struct process *p = process_cuvette(*state, "inspect", "out", "--images", "1", NULL);
    assert_succeeded(p);
    assert_holds(p->out, "\nclass                          precision    recall        F1    images\n0 ");
    assert_holds(p->out, "\nmost wrong\n");
    assert_holds(p->out, "\nleast sure\n");
    for (const char *line = p->out; *line; line += strcspn(line, "\n") + 1)
        if (strcspn(line, "\n") > 80)
            fail_msg("longer than 80 columns: %s", line);
    process_free(p);
}

/* The picture says the same of the worst image as the table does. */
static void test_images_are_drawn_with_their_answers(void **state)
{
    char title[64];

    train(*state, "digits", "training.seed=1");

    struct process *p = process_cuvette(*state, "inspect", "out", "--json", "--grid", "worst.svg", NULL);

    assert_succeeded(p);
    json_t *all = json_loads(p->out, 0, NULL);
    const json_t *worst = json_array_get(json_object_get(all, "most_wrong"), 0);
    char *svg = folder_text(*state, "worst.svg");

    snprintf(title, sizeof title, ">%.0f, not %.0f</text>", number(worst, "answer"), number(worst, "label"));
    assert_holds(svg, title);
    assert_holds(svg, "most wrong: 24 of ");
    free(svg);
    json_decref(all);
    process_free(p);
    assert_refused(process_cuvette(*state, "inspect", "out", "--grid", "x.svg", "--order", "best", NULL), 2,
                   "worst, unsure or order");
    assert_refused(process_cuvette(*state, "inspect", "out", "--grid", "x.jpg", NULL), 2, ".png, .svg");
}

/* A model file needs no run around it. */
static void test_a_model_file_is_enough(void **state)
{
    char from[PATH_SIZE], to[PATH_SIZE];

    train(*state, "digits", "training.seed=2");
    json_t *whole = json_of(*state, "inspect", "out");

    snprintf(from, sizeof from, "%s/out/model.h5", (const char *)*state);
    snprintf(to, sizeof to, "%s/alone.h5", (const char *)*state);
    assert_int_equal(rename(from, to), 0);

    json_t *alone = json_of(*state, "inspect", "alone.h5"), *measured = json_of(*state, "evaluate", "alone.h5");

    assert_true(json_equal(json_object_get(whole, "confusion"), json_object_get(alone, "confusion")));
    assert_true(number(measured, "test_accuracy") == number(whole, "accuracy"));
    json_decref(whole);
    json_decref(alone);
    json_decref(measured);
}

/* Images of two classes; one of the test images is broken. */
static void put_photos(const char *folder)
{
    char name[64];

    for (int class = 0; class < 2; class++)
        for (int i = 0; i < 12; i++) {
            snprintf(name, sizeof name, "photos/%s/%c/%02d.png", i < 8 ? "train" : "test", 'a' + class, i);
            folder_put(folder, name, "no image");
            if (class == 0 || i != 9)
                photo_write(&(struct photo){ .height = 8, .width = 8, .channels = 1, .seed = 2 * i + class },
                            folder_path(folder, name));
        }
}

static void test_images_that_cannot_be_read_are_left_out(void **state)
{
    static const char recipe[] = "[training]\nepochs = 1\nbatch = 4\n[layers]\nflatten =\ndense = units=2\n";
    struct process *p;

    put_photos(*state);
    folder_put(*state, "small.ini", recipe);
    p = process_cuvette(*state, "train", "small.ini", "--dataset", "photos", "--run", "out", "--quiet", NULL);
    assert_succeeded(p);
    process_free(p);

    json_t *all = json_of(*state, "inspect", "out"), *least = json_object_get(all, "least_sure");

    assert_int_equal(number(all, "images"), 7);
    assert_int_equal(number(all, "unreadable"), 1);
    assert_true(cell(all, 0, 0) + cell(all, 0, 1) == 4 && cell(all, 1, 0) + cell(all, 1, 1) == 3);
    assert_true(json_is_null(json_object_get(all, "loss")));
    assert_holds(json_string_value(json_object_get(json_array_get(least, 0), "file")), ".png");
    json_decref(all);
    p = process_cuvette(*state, "inspect", "out", NULL);
    assert_succeeded(p);
    assert_holds(p->out, "\n1 more cannot be read, the first is test/b/09.png: ");
    process_free(p);
}

static void test_what_cannot_be_inspected_is_told(void **state)
{
    train(*state, "digits", "training.seed=3");
    assert_refused(process_cuvette(*state, "inspect", NULL), 2, "which run?");
    assert_refused(process_cuvette(*state, "inspect", "absent", NULL), 3, "there is no run \"absent\"");
    assert_refused(process_cuvette(*state, "inspect", "out", "--images", "many", NULL), 2, "--images takes 0 to ");
    assert_refused(process_cuvette(*state, "inspect", "out", "--device", "tpu", NULL), 4, "tpu");

    folder_put(*state, "out/model.h5", "half of it");
    assert_refused(process_cuvette(*state, "inspect", "out", NULL), 3, "is damaged, or not a model file");
    unlink(folder_path(*state, "out/model.h5"));
    unlink(folder_path(*state, "out/best.h5"));
    unlink(folder_path(*state, "out/checkpoint.safetensors"));
    assert_refused(process_cuvette(*state, "inspect", "out", NULL), 3, "cut off before its first checkpoint");
    unlink(folder_path(*state, "out/recipe.ini"));
    assert_refused(process_cuvette(*state, "inspect", "out", NULL), 3, "it has no recipe.ini");
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(test_the_health_of_a_run),
        IN_A_FOLDER(test_the_tables_agree_with_each_other_and_with_evaluate),
        IN_A_FOLDER(test_the_worst_images_are_named),
        IN_A_FOLDER(test_images_are_drawn_with_their_answers),
        IN_A_FOLDER(test_a_model_file_is_enough),
        IN_A_FOLDER(test_images_that_cannot_be_read_are_left_out),
        IN_A_FOLDER(test_what_cannot_be_inspected_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
