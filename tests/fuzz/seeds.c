/* Writes the seeds of the formats that cuvette, or its tests' libraries, write:  seeds tests/fuzz/seeds */
#include <stdlib.h>
#include <string.h>

#include "nn/recipe/recipe_file.h"
#include "run/metrics.h"
#include "tests/support/check.h"
#include "tests/support/data_files.h"
#include "tests/support/folder.h"
#include "tests/support/photo.h"
#include "tui/state/settings.h"

static const char *seeds;

static const char *seed(const char *target, const char *name)
{
    struct error e;

    if (!path_make_folders(folder_path(seeds, target), &e))
        fail_msg("%s", e.text);
    remove(folder_path(folder_path(seeds, target), name));
    return folder_path(folder_path(seeds, target), name);
}

/* One file of several, with the separator that fuzz_part() looks for. */
static void join(const char *target, const char *name, const char *const files[])
{
    FILE *out = fopen(seed(target, name), "wb");

    assert_non_null(out);
    for (int i = 0; files[i]; i++) {
        FILE *in = fopen(files[i], "rb");
        char bytes[8192];

        assert_non_null(in);
        if (i > 0)
            fputs("\n~~\n", out);
        size_t size = fread(bytes, 1, sizeof bytes, in);
        assert_int_equal(fwrite(bytes, 1, size, out), size);
        fclose(in);
    }
    assert_int_equal(fclose(out), 0);
}

static void write_idx(const char *scratch)
{
    for (int packed = 0; packed < 2; packed++) {
        const char *images = folder_path(scratch, "images"), *labels = folder_path(scratch, "labels");

        data_write_idx_images(images, 3, 4, 5, SPLIT_TRAIN, 3, packed);
        data_write_idx_labels(labels, 3, SPLIT_TRAIN, 3, packed);
        join("idx", packed ? "packed" : "plain", (const char *const[]){ images, labels, NULL });
    }
}

static void write_cifar(const char *scratch)
{
    static const char names[] = "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n";

    data_write_cifar(scratch, 1);
    join("cifar", "ten",
         (const char *const[]){ folder_put(scratch, "batches.meta.txt", names),
                                folder_path(scratch, "data_batch_1.bin"), NULL });
}

static void write_photos(void)
{
    photo_write(&(struct photo){ .height = 9, .width = 11, .channels = 3, .orientation = 6 },
                seed("image", "turned.jpg"));
    photo_write(&(struct photo){ .height = 8, .width = 8, .channels = 1 }, seed("image", "grey.jpg"));
    photo_write(&(struct photo){ .height = 8, .width = 8, .channels = 4 }, seed("image", "cmyk.jpg"));
    photo_write(&(struct photo){ .height = 7, .width = 5, .channels = 3 }, seed("image", "rgb.png"));
    photo_write(&(struct photo){ .height = 7, .width = 5, .channels = 4 }, seed("image", "alpha.png"));
    photo_write(&(struct photo){ .height = 7, .width = 5, .channels = 3, .palette = 1 }, seed("image", "palette.png"));
    photo_write(&(struct photo){ .height = 9, .width = 9, .channels = 1, .depth = 16, .interlaced = 1 },
                seed("image", "interlaced.png"));
}

static void write_recipes(void)
{
    struct recipe r;
    struct error e;

    for (int i = 0; recipe_preset_name(i); i++)
        if (!recipe_load(&r, recipe_preset_name(i), &e) || !recipe_save(&r, seed("recipe", recipe_preset_name(i)), &e))
            fail_msg("%s", e.text);
}

static void write_metrics(void)
{
    struct point p = { .position = 0.5, .loss = 2.25f, .accuracy = 0.125f, .learning_rate = 1e-3f, .seconds = 0.5 };
    struct summary begun = { .name = "lenet5", .dataset = "digits", .state = "running", .test_loss = -1 };
    struct error e;
    struct metrics_writer *w = metrics_create(seed("metrics", "whole"), &e);

    assert_non_null(w);
    assert_true(metrics_run(w, &begun, false, &e) && metrics_step(w, p, &e) && metrics_step(w, p, &e) &&
                metrics_epoch(w, 1, p, &p, &e) && metrics_epoch(w, 2, p, NULL, &e) && metrics_close(w, &e));
}

static void write_settings(const char *scratch)
{
    struct settings s = { .rate = 2.5, .mouse = true };
    struct error e;

    setenv("CUVETTE_HOME", scratch, 1);
    if (!settings_write(&s, &e))
        fail_msg("%s", e.text);
    join("settings", "whole", (const char *const[]){ folder_path(scratch, "config/settings.ini"), NULL });
}

static void test_write(void **state)
{
    write_idx(*state);
    write_cifar(*state);
    write_photos();
    write_recipes();
    write_metrics();
    write_settings(*state);
}

int main(int n, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_write, folder_setup, folder_teardown),
    };

    if (n != 2)
        return 2;
    seeds = arguments[1];
    return cmocka_run_group_tests_name("seeds", tests, NULL, NULL);
}
