/* A recipe is profiled as it is trained: its replicas run where those of a training do, on batches like theirs. */
#include "tests/support/check.h"

#include <stdatomic.h>
#include <stdio.h>

#include "cpu/cpu_backend.h"
#include "nn/recipe/recipe_file.h"
#include "run/recipe_profile.h"

enum { BATCH = 60, REPLICAS = 2, ROWS = BATCH / REPLICAS, IMAGE = 28 * 28 };

/* What the backend was asked for. */
static struct device_choice opened[REPLICAS];
static atomic_int n_opened, bare, followed; /* uploads of a replica's images alone, and with the next one's first */
static atomic_int places; /* bit i: a plan has place i where batch norm is over all replicas */
static const struct backend_ops *cpu_ops;
static struct backend_ops watching_ops;

static void watching_upload(struct backend *b, struct buffer to, size_t offset, const void *from, size_t bytes)
{
    bare += bytes == ROWS * IMAGE;
    followed += bytes == (ROWS + 1) * IMAGE;
    cpu_ops->upload(b, to, offset, from, bytes);
}

static bool watching_prepare(struct backend *b, const struct plan *plan, const struct buffer arenas[ARENA_COUNT])
{
    for (int i = 0; i < plan->n_ops; i++)
        if (plan->ops[i].kind == OP_SPREAD_MOMENTS)
            places |= 1 << plan->ops[i].norm.rank;
    return cpu_ops->prepare(b, plan, arenas);
}

static struct backend *watching_open(const struct device_choice *choice, struct error *e)
{
    const int number = n_opened++;
    struct backend *b = cpu_backend_class.open(choice, e);

    if (number < REPLICAS)
        opened[number] = *choice;
    if (b)
        b->ops = &watching_ops;
    return b;
}

static int setup(void **state)
{
    struct error e = { 0 };
    struct backend *b = cpu_backend_class.open(&(struct device_choice){ .threads = 1 }, &e);
    (void)state;

    assert_good(b, e);
    cpu_ops = b->ops;
    watching_ops = *b->ops;
    watching_ops.upload = watching_upload;
    watching_ops.prepare = watching_prepare;
    b->ops->close(b);
    return 0;
}

/* `data`, `training`: lines of these sections. */
static void profile(const char *data, const char *training, int replicas)
{
    struct backend_class watching = cpu_backend_class;
    struct device device = { .backend = &watching, .choice = { .threads = 1, .replicas = replicas } };
    struct recipe_profile p;
    struct recipe recipe;
    struct error e = { 0 };
    char text[200];

    watching.open = watching_open;
    n_opened = bare = followed = places = 0;
    snprintf(text, sizeof text, "[data]\ndataset = digits\n%s[training]\nbatch = %d\n%s[layers]\nbatch_norm =\n"
             "flatten =\ndense = units=10\n", data, BATCH * replicas / REPLICAS, training);
    assert_good(recipe_parse(&recipe, text, "two", &e), e);
    assert_good(recipe_profile_measure(&recipe, NULL, &device, &p, &e), e);
    assert_int_equal(n_opened, replicas);
    assert_int_equal(p.profile->ranks, replicas);
    assert_int_equal(p.profile->images, ROWS);
    recipe_profile_free(&p);
}

static void test_replicas_know_their_place(void **state)
{
    (void)state;
    profile("", "", REPLICAS);
    for (int i = 0; i < REPLICAS; i++) {
        assert_int_equal(opened[i].of, REPLICAS);
        assert_int_equal(opened[i].threads, 1);
    }
    assert_int_equal(opened[0].one + opened[1].one, 1);
    assert_true(bare > 0 && followed == 0);
    profile("", "", 1);
    assert_int_equal(opened[0].of, 0);
}

static void test_mixed_images_come_with_the_one_behind_them(void **state)
{
    (void)state;
    profile("mixup = 0.2\n", "", REPLICAS);
    assert_true(bare == 0 && followed > 0);
    profile("mixup = 0.2\n", "", 1);
    assert_true(bare > 0 && followed == 0);
}

static void test_batch_norm_over_all_has_a_place_for_each(void **state)
{
    (void)state;
    profile("", "batch_norm = all\n", REPLICAS);
    assert_int_equal(places, 3);
    profile("", "", REPLICAS);
    assert_int_equal(places, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replicas_know_their_place),
        cmocka_unit_test(test_mixed_images_come_with_the_one_behind_them),
        cmocka_unit_test(test_batch_norm_over_all_has_a_place_for_each),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
