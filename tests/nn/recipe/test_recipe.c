#include "tests/support/check.h"

#include <stdio.h>
#include <unistd.h>

#include "base/asset.h"
#include "nn/recipe/recipe_file.h"

static void every_preset_reads(void **state)
{
    static struct recipe r;
    struct error e = { 0 };
    int count = 0;
    (void)state;

    for (; recipe_preset_name(count); count++) {
        char words[128];

        recipe_preset_words(count, words, sizeof words);
        assert_true(strlen(words) > 20 && strlen(words) < 100 && !strchr(words, '\n') && !strchr(words, ';'));
        assert_good(recipe_load(&r, recipe_preset_name(count), &e), e);
        assert_string_equal(r.name, recipe_preset_name(count));
        assert_true(r.n_layers > 2);
    }
#define PRESET(symbol, name) +1
    assert_int_equal(count, 0 ASSET_RECIPES(PRESET));
#undef PRESET
}

static void a_preset_says_what_it_is(void **state)
{
    char words[128];
    (void)state;

    recipe_preset_words(0, words, sizeof words);
    assert_string_equal(words, "One hidden layer, 784-128-10: the smallest network worth training on "
                               "handwritten digits.");
    recipe_preset_words(0, words, 17);
    assert_string_equal(words, "One hidden layer");
}

static char *written(const struct recipe *r)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    assert_true(recipe_write(r, out));
    fclose(out);
    return text;
}

/* What a run folder keeps must be the very recipe that ran. */
static void writing_and_reading_gives_the_same_recipe(void **state)
{
    static struct recipe r, back;
    struct error e = { 0 };
    (void)state;

    assert_good(recipe_load(&r, "resnet20", &e), e);
    assert_good(recipe_set(&r, "optimiser.learning_rate=0.0123456789", &e), e);
    assert_good(recipe_set(&r, "data.dataset=/a folder/with = and blanks", &e), e);

    char *text = written(&r);

    assert_good(recipe_parse(&back, text, "resnet20.ini", &e), e);

    char *again = written(&back);

    assert_string_equal(text, again);
    assert_string_equal(back.data.dataset, "/a folder/with = and blanks");
    assert_true(back.optimiser.learning_rate == 0.0123456789);
    assert_int_equal(back.n_layers, r.n_layers);
    free(text);
    free(again);
}

static void mistakes_are_told_with_file_and_line(void **state)
{
    static const struct {
        const char *text, *says;
    } mistakes[] = {
        { "[training]\nepochs = 3\nepochz = 3\n", "r.ini:3: [training] has no key 'epochz'" },
        { "[training]\nbatch = many\n", "r.ini:2: batch = many: takes a whole number 1..65536" },
        { "[training]\nbatch = 0\n", "r.ini:2: batch = 0" },
        { "[training]\nbatch = 12.5\n", "r.ini:2: batch = 12.5" },
        { "[optimiser]\nlearning_rate = nan\n", "r.ini:2: learning_rate = nan" },
        { "[optimiser]\nkind = adagrad\n", "kind = adagrad: takes sgd, adam" },
        { "[optimizer]\nkind = adam\n", "r.ini:2: there is no section [optimizer]" },
        { "[layers]\nconv2d = filters=32\nconv3d = filters=2\n", "r.ini:3: there is no layer 'conv3d'" },
        { "[layers]\nconv2d = filter=32\n", "r.ini:2: conv2d has no setting 'filter' (it has filters, kernel" },
        { "[layers]\nconv2d = filters\n", "'filters' is not of the form name=value" },
        { "[data]\nflip = maybe\n", "r.ini:2: flip = maybe: takes no, yes or alternating" },
        { "[training]\n\nepochs\n", "r.ini:3: neither a [section] nor 'name = value'" },
        { "batch = 3\n", "r.ini:1: there is no section []" },
        { "[layers]\ndense = units=10\n   activation=linear\n",
          "r.ini:3: activation: 'linear' is not of the form name=value" },
    };
    static struct recipe r;
    struct error e = { 0 };
    (void)state;

    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        assert_bad(recipe_parse(&r, mistakes[i].text, "r.ini", &e), e, mistakes[i].says);
        assert_int_equal(e.kind, ERROR_INPUT);
    }
}

static void a_refused_recipe_leaves_the_old_one(void **state)
{
    static struct recipe r;
    struct error e = { 0 };
    (void)state;

    assert_good(recipe_load(&r, "lenet5", &e), e);
    assert_false(recipe_parse(&r, "[training]\nepochs = 77\nbatch = x\n", "r.ini", &e));
    assert_string_equal(r.name, "lenet5");
    assert_int_equal(r.training.epochs, 10);
    assert_bad(recipe_set(&r, "training.batch=-3", &e), e, "batch = -3");
    assert_int_equal(r.training.batch, 64);
}

/* As people wrote it before there were quotes: long, but plain. */
static void a_line_may_be_long(void **state)
{
    static struct recipe r;
    char text[3200] = "[training]\nepochs = 3\n[data]\ndataset = /";
    char *path = strrchr(text, '/');
    struct error e = { 0 };
    (void)state;

    memset(path + 1, 'x', 3000);
    assert_good(recipe_parse(&r, text, "r.ini", &e), e);
    assert_string_equal(r.data.dataset, path);
}

static void values_that_could_not_be_read_again_are_found(void **state)
{
    static struct recipe r;
    struct error e = { 0 };
    (void)state;

    assert_good(recipe_load(&r, "resnet20", &e), e);
    assert_good(recipe_check(&r, &e), e);
    r.optimiser.learning_rate = 13107.2;
    assert_bad(recipe_check(&r, &e), e, "optimiser: learning_rate = 13107.2: takes a number");
}

static void indented_lines_are_lines(void **state)
{
    static struct recipe r;
    struct error e = { 0 };
    (void)state;

    assert_good(recipe_parse(&r, "  [training]\n  epochs = 3\n\tbatch = 7\n", "r.ini", &e), e);
    assert_int_equal(r.training.epochs, 3);
    assert_int_equal(r.training.batch, 7);
}

static void assert_path_comes_back(const char *path)
{
    static struct recipe r, back;
    struct error e = { 0 };

    recipe_preset(&r);
    assert_good(recipe_set_key(&r, "data.dataset", path, &e), e);

    char *text = written(&r);

    assert_good(recipe_parse(&back, text, "r.ini", &e), e);
    assert_string_equal(back.data.dataset, path);
    free(text);
}

/* Whatever the system takes for a path, but for line breaks. */
static void data_set_paths_come_back(void **state)
{
    static const char *const paths[] = {
        "/a/b ;c", ";c", "/a/b\t;c", "/a/b;c", "/a\tb", "  /both ends  ", "\"quoted\"", "\"", "/a\\b\\", "#c", "/a # b",
        "[data]", "/a = b", "/a\r", "/\x01\x7f\x80\xff", "/M\xc3\xbc""ller",
    };
    static struct recipe r;
    char longest[PATH_MAX + 1];
    struct error e = { 0 };
    (void)state;

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_path_comes_back(paths[i]);
    memset(longest, '"', PATH_MAX);
    longest[PATH_MAX] = '\0';
    assert_path_comes_back(longest + 1);
    recipe_preset(&r);
    assert_bad(recipe_set_key(&r, "data.dataset", longest, &e), e, "longer than 4095 bytes");
    assert_bad(recipe_set_key(&r, "data.dataset", "/a\nb", &e), e, "line break");
    assert_bad(recipe_parse(&r, "[data]\ndataset = \"/a\\x0ab\"\n", "r.ini", &e), e, "r.ini:2: dataset: must not hold");
}

static void assignments_on_the_command_line(void **state)
{
    static struct recipe r;
    struct error e = { 0 };
    (void)state;

    recipe_preset(&r);
    assert_good(recipe_set(&r, "training.epochs=3", &e), e);
    assert_good(recipe_set(&r, "schedule.kind = cosine", &e), e);
    assert_int_equal(r.training.epochs, 3);
    assert_int_equal(r.schedule.kind, SCHEDULE_COSINE);
    assert_bad(recipe_set(&r, "epochs=3", &e), e, "section.key=value");
    assert_int_equal(e.kind, ERROR_USAGE);
    assert_bad(recipe_set(&r, "training.epoch=3", &e), e, "has no key 'epoch'");
}

static void unknown_names_list_the_presets(void **state)
{
    static struct recipe r;
    struct error e = { 0 };
    (void)state;

    assert_bad(recipe_load(&r, "mnist-cmm", &e), e, "mnist-cnn");
    assert_int_equal(e.kind, ERROR_INPUT);
}

static void layers_are_inserted_moved_and_removed(void **state)
{
    static struct recipe r;
    struct layer flatten = layer_new(layer_class_find("flatten")), dense = layer_new(layer_class_find("dense"));
    (void)state;

    recipe_preset(&r);
    assert_true(recipe_insert_layer(&r, 0, &dense));
    assert_true(recipe_insert_layer(&r, 0, &flatten));
    assert_string_equal(r.layers[0].class->name, "flatten");
    recipe_move_layer(&r, 0, 1);
    assert_string_equal(r.layers[1].class->name, "flatten");
    recipe_remove_layer(&r, 0);
    assert_int_equal(r.n_layers, 1);
    while (r.n_layers < LAYERS_MAX)
        assert_true(recipe_insert_layer(&r, r.n_layers, &dense));
    assert_false(recipe_insert_layer(&r, 0, &dense));
}

static void nudging_goes_by_steps_a_person_would_take(void **state)
{
    static struct recipe r;
    const struct recipe_section *optimiser = &recipe_sections[2];
    const struct field *rate = fields_find(*optimiser->fields, "learning_rate"),
                       *kind = fields_find(*optimiser->fields, "kind");
    char text[32];
    (void)state;

    recipe_preset(&r);
    field_nudge(rate, &r.optimiser, 1);
    field_format(rate, &r.optimiser, text, sizeof text);
    assert_string_equal(text, "0.002");
    field_nudge(rate, &r.optimiser, -1);
    field_nudge(rate, &r.optimiser, -1);
    field_format(rate, &r.optimiser, text, sizeof text);
    assert_string_equal(text, "0.0005");
    for (int i = 0; i < 100; i++)
        field_nudge(rate, &r.optimiser, 1);
    assert_true(r.optimiser.learning_rate == 100);
    r.optimiser.kind = OPTIMISER_SGD;
    field_nudge(kind, &r.optimiser, -1); /* around to the last */
    assert_null(kind->choices[r.optimiser.kind + 1]);
    field_nudge(kind, &r.optimiser, 1);
    assert_int_equal(r.optimiser.kind, OPTIMISER_SGD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_preset_reads),
        cmocka_unit_test(a_preset_says_what_it_is),
        cmocka_unit_test(writing_and_reading_gives_the_same_recipe),
        cmocka_unit_test(mistakes_are_told_with_file_and_line),
        cmocka_unit_test(a_refused_recipe_leaves_the_old_one),
        cmocka_unit_test(a_line_may_be_long),
        cmocka_unit_test(values_that_could_not_be_read_again_are_found),
        cmocka_unit_test(indented_lines_are_lines),
        cmocka_unit_test(data_set_paths_come_back),
        cmocka_unit_test(assignments_on_the_command_line),
        cmocka_unit_test(unknown_names_list_the_presets),
        cmocka_unit_test(layers_are_inserted_moved_and_removed),
        cmocka_unit_test(nudging_goes_by_steps_a_person_would_take),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
