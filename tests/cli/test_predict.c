/* The program as one uses it who shows images to a model. */
#include "tests/support/check.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/folder.h"
#include "tests/support/photo.h"
#include "tests/support/process.h"

static json_t *json_of(struct process *p)
{
    json_t *found = json_loads(p->out, 0, NULL);

    assert_non_null(found);
    process_free(p);
    return found;
}

static const json_t *top(const json_t *all, size_t image, size_t place)
{
    return json_array_get(json_object_get(json_array_get(json_object_get(all, "images"), image), "top"), place);
}

static double chance(const json_t *all, size_t image, size_t place)
{
    return json_number_value(json_object_get(top(all, image, place), "probability"));
}

static const char *name(const json_t *all, size_t image, size_t place)
{
    return json_string_value(json_object_get(top(all, image, place), "name"));
}

/* Photographs of three classes and of several sizes, in colour, and a model of what the recipe makes of them: small,
 * grey and padded. */
static void train_on_photos(const char *folder)
{
    static const char recipe[] = "[data]\nsize = 12\nfit = pad\ncolours = grey\n[training]\nepochs = 2\nbatch = 4\n"
                                 "[layers]\nflatten =\ndense = units=3\n";
    char path[64];

    for (int i = 0; i < 36; i++) {
        const struct photo p = { .height = 16 + i % 3, .width = 20 + i % 5, .channels = 3, .seed = i };

        snprintf(path, sizeof path, "photos/%s/%c/%02d.%s", i < 24 ? "train" : "test", 'a' + i % 3, i,
                 i % 2 ? "png" : "jpg");
        folder_put(folder, path, "");
        photo_write(&p, folder_path(folder, path));
    }
    folder_put(folder, "small.ini", recipe);

    struct process *p = process_cuvette(folder, "train", "small.ini", "--dataset", "photos", "--run", "out", "--quiet",
                                        NULL);

    assert_succeeded(p);
    process_free(p);
}

/* A file gets what the same image got when the model was tested on it. In which order products are summed depends on
 * how many images a step has: the last bits may differ. */
static void test_a_file_is_made_as_test_images_are(void **state)
{
    train_on_photos(*state);

    json_t *inspected = json_of(process_cuvette(*state, "inspect", "out", "--json", "--images", "12", NULL));
    json_t *images = json_object_get(inspected, "least_sure"), *image;
    size_t i;

    assert_int_equal(json_array_size(images), 12);
    json_array_foreach(images, i, image) {
        char file[64], number[16];

        snprintf(file, sizeof file, "photos/%s", json_string_value(json_object_get(image, "file")));
        snprintf(number, sizeof number, "%d", (int)json_integer_value(json_object_get(image, "index")));

        json_t *all = json_of(process_cuvette(*state, "predict", "out", file, number, "--json", NULL));

        for (size_t k = 0; k < 2; k++) {
            assert_true(fabs(chance(all, k, 0) - json_number_value(json_object_get(image, "confidence"))) < 1e-6);
            assert_string_equal(name(all, k, 0), json_string_value(json_object_get(image, "answer_name")));
            assert_true(fabs(chance(all, k, 0) + chance(all, k, 1) + chance(all, k, 2) - 1) < 1e-5);
        }
        json_decref(all);
    }
    json_decref(inspected);
}

static void test_a_folder_is_predicted_in_the_order_of_its_paths(void **state)
{
    static const char head[] = "image,class,probability,class_2,probability_2,class_3,probability_3\n";
    char before[64] = "";
    int lines = 0;

    train_on_photos(*state);
    folder_put(*state, "photos/test/a/24.jpg", "no image");
    folder_put(*state, "photos/test/readme.txt", "no image either");

    struct process *p = process_cuvette(*state, "predict", "out/model.h5", "photos/test", "--csv", NULL);

    assert_int_equal(p->exit_code, 0);
    assert_memory_equal(p->out, head, sizeof head - 1);
    for (const char *line = p->out + sizeof head - 1; *line; line += strcspn(line, "\n") + 1, lines++) {
        char path[64];

        assert_int_equal(sscanf(line, "%63[^,]", path), 1);
        assert_true(strcmp(before, path) < 0);
        snprintf(before, sizeof before, "%s", path);
    }
    assert_int_equal(lines, 11);
    assert_holds(p->err, "photos/test/a/24.jpg: it is neither JPEG nor PNG\n");
    assert_holds(p->err, "1 of 12 images could not be read, and were left out\n");
    process_free(p);
}

/* The others are printed before the error. */
static void test_a_broken_image_that_was_named_is_an_error(void **state)
{
    train_on_photos(*state);
    folder_put(*state, "b,r\"o.png", "no image");

    struct process *p = process_cuvette(*state, "predict", "out", "b,r\"o.png", "photos/test/b/25.png", "absent.png",
                                        NULL);

    assert_int_equal(p->exit_code, 3);
    assert_holds(p->out, "photos/test/b/25.png\n  0.");
    assert_holds(p->err, "absent.png: No such file or directory\n");
    assert_holds(p->err, "cuvette: 2 of 3 images could not be read\n");
    process_free(p);
}

/* Programs find the file by the name that they read. */
static void test_names_are_exact_for_programs(void **state)
{
    static const char name_of_file[] = "e\x1b[31m\tc,\"q\".jpg";
    const struct photo photo = { .height = 12, .width = 12, .channels = 1, .seed = 1 };

    train_on_photos(*state);
    photo_write(&photo, folder_path(*state, name_of_file));

    struct process *p = process_cuvette(*state, "predict", "out", name_of_file, "--csv", NULL);

    assert_succeeded(p);
    assert_holds(p->out, "\n\"e\x1b[31m\tc,\"\"q\"\".jpg\",");
    process_free(p);

    json_t *all = json_of(process_cuvette(*state, "predict", "out", name_of_file, "--json", NULL));
    const json_t *image = json_array_get(json_object_get(all, "images"), 0);

    assert_string_equal(json_string_value(json_object_get(image, "image")), name_of_file);
    json_decref(all);
    p = process_cuvette(*state, "predict", "out", name_of_file, NULL);
    assert_succeeded(p);
    assert_holds(p->out, "e?[31m?c,\"q\".jpg\n");
    process_free(p);
}

static void test_a_folder_that_cannot_be_entered_is_told_of(void **state)
{
    char path[256] = "photos/test";

    train_on_photos(*state);
    for (int depth = 0; depth < 30; depth++)
        strcat(path, "/deep");
    strcat(path, "/one.jpg");
    folder_put(*state, path, "");

    struct process *p = process_cuvette(*state, "predict", "out", "photos/test", "--csv", NULL);

    assert_int_equal(p->exit_code, 0);
    assert_holds(p->err, "/deep: too many folders are above it; the images in it were left out\n");
    process_free(p);
}

static void test_names_come_on_standard_input(void **state)
{
    static const char script[] = "find photos/test -name '*.png' | sort | \"$CUVETTE_BINARY\" predict out - --json";
    static const char *const argv[] = { "/bin/sh", "-c", script, NULL };

    train_on_photos(*state);
    struct process *p = process_start(argv, *state, NULL);

    process_finish(p);
    assert_succeeded(p);

    json_t *all = json_of(p), *images = json_object_get(all, "images");

    assert_int_equal(json_array_size(images), 6);
    assert_string_equal(json_string_value(json_object_get(json_array_get(images, 0), "image")), "photos/test/a/27.png");
    json_decref(all);
}

static void test_what_cannot_be_asked_is_told(void **state)
{
    train_on_photos(*state);
    assert_refused(process_cuvette(*state, "predict", NULL), 2, "which run?");
    assert_refused(process_cuvette(*state, "predict", "out", NULL), 2, "which images?");
    assert_refused(process_cuvette(*state, "predict", "absent", "3", NULL), 3, "there is no run \"absent\"");
    assert_refused(process_cuvette(*state, "predict", "out", "12", NULL), 3, "has no test image 12: it has 12, from 0");
    assert_refused(process_cuvette(*state, "predict", "out", "3", "--csv", "--json", NULL), 2, "give one of them");
    assert_refused(process_cuvette(*state, "predict", "out", "out", NULL), 3, "has no images (JPEG or PNG)");
    assert_refused(process_cuvette(*state, "predict", "photos/test/b/25.png", "3", NULL), 3, "25.png is no model file");
    assert_refused(process_cuvette(*state, "predict", "out", "3", "--dataset", "digits", NULL), 3,
                   "the model takes images of 12x12x1 in 3 classes, and those of digits are 12x12x1 in 10");
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

/* The classes of a folder are in the order of their names: another name gives the others another number. */
static void test_other_names_of_classes_are_told(void **state)
{
    char from[PATH_SIZE];
    const char *folder = *state;

    train_on_photos(folder);
    struct process *p = process_cuvette(folder, "evaluate", "out", "--dataset", "photos", NULL);
    assert_succeeded(p);
    process_free(p);
    for (int i = 0; i < 2; i++) {
        strcpy(from, folder_path(folder, i ? "photos/test/b" : "photos/train/b"));
        assert_int_equal(rename(from, folder_path(folder, i ? "photos/test/z" : "photos/train/z")), 0);
    }
    p = process_cuvette(folder, "evaluate", "out", "--dataset", "photos", NULL);
    assert_int_equal(p->exit_code, 0);
    assert_holds(p->err, "note: class 1 is b to the model, and c in ");
    process_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(test_a_file_is_made_as_test_images_are),
        IN_A_FOLDER(test_a_folder_is_predicted_in_the_order_of_its_paths),
        IN_A_FOLDER(test_a_broken_image_that_was_named_is_an_error),
        IN_A_FOLDER(test_names_are_exact_for_programs),
        IN_A_FOLDER(test_a_folder_that_cannot_be_entered_is_told_of),
        IN_A_FOLDER(test_names_come_on_standard_input),
        IN_A_FOLDER(test_what_cannot_be_asked_is_told),
        IN_A_FOLDER(test_other_names_of_classes_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
