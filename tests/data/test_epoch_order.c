#include "tests/support/check.h"

#include "base/random.h"
#include "data/epoch_order.h"

/* 600 images of which every third is a member, of classes 0, 1, 2 and 5: most of class 0, few of class 5. */
enum { ALL = 600, MEMBERS = ALL / 3, LABELS = 6, CLASSES = 4 };

static int32_t labels[ALL];
static uint32_t member[MEMBERS];

static int setup(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < ALL; i++)
        labels[i] = i % 3 ? 3 : i < 420 ? 0 : i < 528 ? 1 : i < 588 ? 2 : 5; /* 140, 36, 20 and 4 members */
    for (uint32_t i = 0; i < MEMBERS; i++)
        member[i] = 3 * i;
    return 0;
}

static void balanced(uint64_t seed, uint32_t epoch, uint32_t order[MEMBERS])
{
    struct error e = { 0 };
    struct epoch_classes *c = epoch_order_classes(member, MEMBERS, labels, &e);

    assert_good(c, e);
    epoch_order_balanced(c, seed, epoch, order);
    epoch_order_free(c);
}

static void test_each_class_comes_equally_often(void **state)
{
    (void)state;
    for (uint32_t epoch = 0; epoch < 20; epoch++) {
        uint32_t order[MEMBERS], of_label[LABELS] = { 0 };

        balanced(7, epoch, order);
        for (uint32_t i = 0; i < MEMBERS; i++)
            of_label[labels[order[i]]]++;
        for (int label = 0; label < LABELS; label++)
            assert_int_equal(of_label[label], label == 3 || label == 4 ? 0 : MEMBERS / CLASSES);
    }
}

static void test_the_images_of_a_class_come_equally_often_too(void **state)
{
    static uint32_t times[ALL], in_all[ALL], order[MEMBERS];
    const uint32_t epochs = 400, sizes[LABELS] = { 140, 36, 20, 0, 0, 4 };
    (void)state;

    for (uint32_t epoch = 0; epoch < epochs; epoch++) {
        memset(times, 0, sizeof times);
        balanced(3, epoch, order);
        for (uint32_t i = 0; i < MEMBERS; i++) {
            times[order[i]]++;
            in_all[order[i]]++;
        }
        for (uint32_t i = 0; i < MEMBERS; i++) {
            uint32_t least = MEMBERS / CLASSES / sizes[labels[member[i]]];

            assert_in_range(times[member[i]], least, least + 1);
        }
    }
    /* 50 of the 140 an epoch: 143 ± 10 in 400 epochs. */
    for (uint32_t i = 0; i < 140; i++)
        assert_in_range(in_all[member[i]], 143 - 50, 143 + 50);
}

static void test_it_depends_on_seed_and_epoch_alone(void **state)
{
    uint32_t once[MEMBERS], again[MEMBERS], other[MEMBERS];
    (void)state;

    balanced(1, 4, once);
    balanced(1, 4, again);
    assert_memory_equal(once, again, sizeof once);
    balanced(1, 5, other);
    assert_memory_not_equal(once, other, sizeof once);
    balanced(2, 4, other);
    assert_memory_not_equal(once, other, sizeof once);
}

/* One pass over the classes after the other would train on one class at a time. */
static void test_the_classes_are_mixed(void **state)
{
    uint32_t order[MEMBERS], changes = 0;
    (void)state;

    balanced(1, 1, order);
    for (uint32_t i = 1; i < MEMBERS; i++)
        changes += labels[order[i]] != labels[order[i - 1]];
    assert_in_range(changes, MEMBERS / 2, MEMBERS);
}

static void test_one_class_and_classes_alike_are_each_image_once(void **state)
{
    uint32_t order[MEMBERS];
    bool seen[ALL] = { false };
    (void)state;

    for (uint32_t i = 0; i < MEMBERS; i++)
        labels[member[i]] = (int32_t)(i % 2);
    balanced(1, 1, order);
    for (uint32_t i = 0; i < MEMBERS; i++) {
        assert_false(seen[order[i]]);
        seen[order[i]] = true;
    }
    for (uint32_t i = 0; i < MEMBERS; i++)
        labels[member[i]] = 0;
    balanced(1, 1, order);
    for (uint32_t i = 0; i < MEMBERS; i++) {
        assert_true(seen[order[i]]);
        seen[order[i]] = false;
    }
    setup(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_class_comes_equally_often),
        cmocka_unit_test(test_the_images_of_a_class_come_equally_often_too),
        cmocka_unit_test(test_it_depends_on_seed_and_epoch_alone),
        cmocka_unit_test(test_the_classes_are_mixed),
        cmocka_unit_test(test_one_class_and_classes_alike_are_each_image_once),
    };

    return cmocka_run_group_tests_name("orders of an epoch", tests, setup, NULL);
}
