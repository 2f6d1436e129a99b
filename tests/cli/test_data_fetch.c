/* cuvette data fetch, as a user has it. */
#include "tests/support/check.h"

#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/support/file_server.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/toy_offer.h"

enum { FILES = TOY_MNIST_FILES };

struct setting {
    char *folder;
    struct served files[FILES];
    struct file_server *server;
};

/* A toy MNIST called "toy" among what can be fetched. */
static int begin(void **state)
{
    struct setting *s = calloc(1, sizeof *s);
    void *folder;

    if (!s || folder_setup(&folder) != 0)
        return -1;
    s->folder = folder;
    toy_mnist_served(folder_path(s->folder, "from"), s->files, 300, 40);
    s->server = file_server_start(s->files, FILES);

    const char *const mirrors[] = { file_server_url(s->server) };
    char *text = toy_offer_text("toy", mirrors, 1, s->files, FILES, "help = toys\ncite = A. Child, 2026\n");

    folder_put(s->folder, "home/config/datasets.ini", text);
    free(text);
    *state = s;
    return setenv("CUVETTE_HOME", folder_path(s->folder, "home"), 1);
}

static int end(void **state)
{
    struct setting *s = *state;
    void *folder = s->folder;

    file_server_stop(s->server);
    toy_served_free(s->files, FILES);
    free(s);
    return folder_teardown(&folder);
}

static void test_a_data_set_comes_and_trains(void **state)
{
    const struct setting *s = *state;
    struct process *p = process_cuvette(s->folder, "data", "fetch", "toy", NULL);

    assert_int_equal(p->exit_code, 0);
    assert_holds(p->out, "toy is in ");
    assert_holds(p->out, "28x28x1, 10 classes, 300 + 40 images\n");
    assert_holds(p->out, "cite     A. Child, 2026\n");
    assert_holds(p->err, "fetching toy: ");
    assert_holds(p->err, "toy: 100 % of ");
    process_free(p);

    p = process_cuvette(s->folder, "data", "fetch", "toy", NULL);
    assert_int_equal(p->exit_code, 0);
    assert_holds(p->out, "toy is already in ");
    assert_string_equal(p->err, "");
    process_free(p);

    p = process_cuvette(s->folder, "data", "list", NULL);
    assert_holds(p->out, "toy ");
    process_free(p);

    p = process_cuvette(s->folder, "train", "mnist-mlp", "--dataset", "toy", "--epochs", "1", NULL);
    assert_int_equal(p->exit_code, 0);
    process_free(p);
}

/* A network that a run begins with, by its name. */
static void test_weights_come_and_are_begun_with(void **state)
{
    const struct setting *s = *state;
    struct process *p = process_cuvette(s->folder, "train", "mnist-mlp", "--dataset", "digits", "--epochs", "1", NULL);
    char out[PATH_SIZE];

    assert_int_equal(p->exit_code, 0);
    process_free(p);
    snprintf(out, sizeof out, "%s", folder_path(s->folder, "from/tiny.safetensors"));
    p = process_cuvette(s->folder, "model", "convert", "1", out, NULL);
    assert_int_equal(p->exit_code, 0);
    process_free(p);

    struct served file = toy_served(folder_path(s->folder, "from"), "tiny.safetensors");
    struct file_server *server = file_server_start(&file, 1);
    const char *const mirrors[] = { file_server_url(server) };
    char *text = toy_offer_text("weights/tiny", mirrors, 1, &file, 1, "help = a perceptron\n");

    folder_put(s->folder, "home/config/datasets.ini", text);
    free(text);
    p = process_cuvette(s->folder, "data", "fetch", "weights/tiny", NULL);
    assert_int_equal(p->exit_code, 0);
    assert_holds(p->out, "weights/tiny is in ");
    process_free(p);
    assert_true(path_is_file(folder_path(s->folder, "home/weights/tiny/tiny.safetensors")));
    p = process_cuvette(s->folder, "train", "mnist-mlp", "--dataset", "digits", "--epochs", "1", "--set",
                        "training.weights=tiny", NULL);
    assert_int_equal(p->exit_code, 0);
    assert_holds(p->out, "begins with the weights of tiny.safetensors\n");
    process_free(p);
    file_server_stop(server);
    toy_served_free(&file, 1);
}

/* A number or a truth, 0 or 1, of the JSON array that `data fetch --json` prints. */
static json_int_t listed(const struct setting *s, const char *name, const char *key)
{
    struct process *p = process_cuvette(s->folder, "data", "fetch", "--json", NULL);
    json_t *all = json_loads(p->out, 0, NULL), *one;
    json_int_t found = -1;
    size_t i;

    assert_int_equal(p->exit_code, 0);
    process_free(p);
    assert_non_null(all);
    json_array_foreach(all, i, one)
    {
        const json_t *value = json_object_get(one, key);

        if (strcmp(json_string_value(json_object_get(one, "name")), name) == 0)
            found = json_is_boolean(value) ? json_is_true(value) : json_integer_value(value);
    }
    json_decref(all);
    return found;
}

static void test_what_can_be_had_is_listed(void **state)
{
    const struct setting *s = *state;
    struct process *p = process_cuvette(s->folder, "data", "fetch", NULL);

    assert_int_equal(p->exit_code, 0);
    assert_holds(p->out, "\nplaces365-small   24.9 G ");
    assert_holds(p->out, "\nweights/resnet50  98.2 M ");
    assert_holds(p->out, "  toys\n");
    process_free(p);

    assert_int_equal(listed(s, "cifar10", "bytes"), 170052171);
    assert_int_equal(listed(s, "toy", "here"), 0);
    process_free(process_cuvette(s->folder, "data", "fetch", "toy", NULL));
    assert_int_equal(listed(s, "toy", "here"), 1);
}

static void test_a_signal_keeps_what_has_come(void **state)
{
    struct setting *s = *state;

    s->files[2].stalls_after = s->files[2].size / 2;
    struct process *p = process_cuvette_start(s->folder, "data", "fetch", "toy", NULL);

    file_server_expect(s->server, &s->files[2], 1);
    process_signal(p, SIGINT);
    process_finish(p);
    assert_int_equal(p->exit_code, 5);
    assert_holds(p->err, "% of toy is kept, and `cuvette data fetch toy` goes on from there\n");
    process_free(p);
    assert_true(listed(s, "toy", "percent") > 0);

    s->files[2].stalls_after = 0;
    p = process_cuvette(s->folder, "data", "fetch", "toy", NULL);
    assert_int_equal(p->exit_code, 0);
    assert_int_equal(s->files[0].asked, 1);
    process_free(p);
}

static void test_without_network_it_is_one_sentence(void **state)
{
    const struct setting *s = *state;
    char *text = folder_text(s->folder, "home/config/datasets.ini");
    char *mirror = strstr(text, "mirror = http://127");

    /* A name that cannot be found, as on a node without network. */
    memcpy(mirror, "mirror = http://nowhere.invalid/;", strlen("mirror = http://nowhere.invalid/;"));
    mirror[strcspn(mirror, "\n")] = '\n';
    folder_put(s->folder, "home/config/datasets.ini", text);
    free(text);

    struct process *p = process_cuvette(s->folder, "data", "fetch", "toy", NULL);
    assert_int_equal(p->exit_code, 1);
    assert_holds(p->err, "this node reaches no server of toy");
    assert_holds(p->err, "please run `cuvette data fetch toy` on the login node");
    assert_holds(p->err, "home/datasets/toy\n");
    process_free(p);
}

/* One of the program's own, of which there is nothing here: the way to its server leads through a proxy that cannot be
 * found. */
static void test_without_network_published_weights_are_one_sentence(void **state)
{
    const struct setting *s = *state;

    unsetenv("no_proxy");
    unsetenv("NO_PROXY");
    setenv("https_proxy", "http://nowhere.invalid:1", 1);
    struct process *p = process_cuvette(s->folder, "data", "fetch", "weights/resnet50", NULL);
    unsetenv("https_proxy");
    assert_int_equal(p->exit_code, 1);
    assert_holds(p->err, "fetching weights/resnet50: 98.2 M from storage.googleapis.com");
    assert_holds(p->err, "please run `cuvette data fetch weights/resnet50` on the login node");
    process_free(p);

    p = process_cuvette(s->folder, "train", "resnet50", "--dataset", "digits", "--set", "training.weights=resnet50",
                        NULL);
    assert_int_equal(p->exit_code, 3);
    assert_holds(p->err, "no fetched network");
    assert_holds(p->err, "`cuvette data fetch` lists the networks");
    process_free(p);
}

static void test_misuse_is_told(void **state)
{
    const struct setting *s = *state;

    assert_refused(process_cuvette(s->folder, "data", "fetch", "tyo", NULL), 3, "did you mean toy?");
    assert_refused(process_cuvette(s->folder, "data", "fetch", "a", "b", NULL), 2, "unexpected argument 'b'");
    assert_refused(process_cuvette(s->folder, "data", "fetch", "toy", "--json", NULL), 2, "no option --json");
    assert_refused(process_cuvette(s->folder, "data", "list", "--to", "x", NULL), 2, "list has no option --to");
    folder_put(s->folder, "home/config/datasets.ini", "[toy]\nfile = x\n");
    assert_refused(process_cuvette(s->folder, "data", "fetch", NULL), 3, "datasets.ini:2: a file is");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_a_data_set_comes_and_trains),
        TEST(test_weights_come_and_are_begun_with),
        TEST(test_what_can_be_had_is_listed),
        TEST(test_a_signal_keeps_what_has_come),
        TEST(test_without_network_it_is_one_sentence),
        TEST(test_without_network_published_weights_are_one_sentence),
        TEST(test_misuse_is_told),
    };

    return cmocka_run_group_tests_name("cuvette data fetch", tests, NULL, NULL);
}
