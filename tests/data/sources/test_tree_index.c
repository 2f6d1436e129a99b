/* The list of a large tree that is kept from one time to the next. */
#include "tests/support/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/sources/image_folders.h"
#include "data/sources/tree_index.h"
#include "tests/support/damage.h"
#include "tests/support/folder.h"
#include "tests/support/photo.h"

enum { FILES = TREE_INDEX_LEAST + 10, CLASSES = 5 };

static const struct source_wish nothing;

/* As if it had been made long ago. */
static void make_old(const char *path)
{
    const struct timespec long_ago[2] = { { .tv_sec = 1700000000 }, { .tv_sec = 1700000000, .tv_nsec = 5000 } };

    assert_int_equal(utimensat(AT_FDCWD, path, long_ago, 0), 0);
}

static void make_tree_old(const char *root)
{
    char path[64];

    for (int i = 0; i < CLASSES; i++) {
        snprintf(path, sizeof path, "tree/class %d", i);
        make_old(folder_path(root, path));
    }
    make_old(folder_path(root, "tree"));
}

/* Many names of one image in five classes. */
static int setup(void **state)
{
    const struct photo p = { .height = 8, .width = 8, .channels = 3 };

    if (folder_setup(state) != 0)
        return -1;
    setenv("CUVETTE_HOME", folder_path(*state, "home"), 1);
    for (int i = 0; i < CLASSES; i++) {
        char path[64];

        snprintf(path, sizeof path, "tree/class %d/first.jpg", i);
        folder_put(*state, path, "");
        photo_write(&p, folder_path(*state, path));
    }
    for (int i = CLASSES; i < FILES; i++) {
        char path[64];

        snprintf(path, sizeof path, "tree/class %d/%05d.jpg", i % CLASSES, i);
        assert_int_equal(link(folder_path(*state, "tree/class 0/first.jpg"), folder_path(*state, path)), 0);
    }
    make_tree_old(*state);
    return 0;
}

static struct image_tree read_well(const char *root)
{
    struct image_tree tree;
    struct error e = { 0 };

    assert_good(image_folders_read(folder_path(root, "tree"), &nothing, &tree, &e), e);
    return tree;
}

static uint32_t count_read(const char *root)
{
    struct image_tree tree = read_well(root);
    uint32_t count = tree.count[SPLIT_TRAIN] + tree.count[SPLIT_TEST];

    image_tree_free(&tree);
    return count;
}

static int kept(const char *root)
{
    const char *folder = folder_path(root, "home/cache/trees");

    return path_is_folder(folder) ? folder_entries(folder) : 0;
}

static void test_the_second_time_the_list_is_the_same(void **state)
{
    struct image_tree first = read_well(*state), second = { .text = NULL };

    assert_int_equal(kept(*state), 1);
    assert_true(tree_index_read(folder_path(*state, "tree"), &second));
    assert_int_equal(second.classes, first.classes);
    for (int i = 0; i < first.classes; i++)
        assert_string_equal(second.class_names[i], first.class_names[i]);
    for (int split = 0; split < SPLIT_COUNT; split++) {
        assert_int_equal(second.count[split], first.count[split]);
        for (uint32_t i = 0; i < first.count[split]; i++) {
            assert_string_equal(image_tree_path(&second, split, i), image_tree_path(&first, split, i));
            assert_int_equal(second.images[split][i].label, first.images[split][i].label);
        }
    }
    assert_string_equal(second.root, first.root);
    assert_string_equal(second.name, "tree");
    image_tree_free(&first);
    image_tree_free(&second);
}

/* A name that hides behind an old time shows that the kept list was taken; with a time of its own it is found. */
static void test_what_changes_is_noticed(void **state)
{
    char link_to[PATH_SIZE];

    snprintf(link_to, sizeof link_to, "%s/tree/class 0/first.jpg", (char *)*state);
    assert_int_equal(count_read(*state), FILES);
    assert_int_equal(link(link_to, folder_path(*state, "tree/class 3/new.jpg")), 0);
    assert_int_equal(count_read(*state), FILES + 1);
    make_tree_old(*state);
    assert_int_equal(unlink(folder_path(*state, "tree/class 3/new.jpg")), 0);
    make_tree_old(*state);
    assert_int_equal(count_read(*state), FILES); /* kept before the first change */
    assert_int_equal(link(link_to, folder_path(*state, "tree/class 3/new.jpg")), 0);
    make_tree_old(*state);
    assert_int_equal(count_read(*state), FILES); /* as nobody could tell */

    assert_int_equal(
        rename(folder_path(*state, "tree/class 3/new.jpg"), folder_path(*state, "tree/class 3/newer.jpg")), 0);
    assert_int_equal(count_read(*state), FILES + 1);
    make_tree_old(*state);
    assert_int_equal(mkdir(folder_path(*state, "tree/class 9"), 0700), 0);
    assert_int_equal(link(link_to, folder_path(*state, "tree/class 9/a.jpg")), 0);
    assert_int_equal(count_read(*state), FILES + 2);
}

static void test_what_changes_now_is_not_kept(void **state)
{
    assert_int_equal(utimensat(AT_FDCWD, folder_path(*state, "tree/class 2"), NULL, 0), 0);
    assert_int_equal(count_read(*state), FILES);
    assert_int_equal(kept(*state), 0);
}

static void test_small_trees_are_not_kept(void **state)
{
    for (int i = FILES - 20; i < FILES; i++) {
        char path[64];

        snprintf(path, sizeof path, "tree/class %d/%05d.jpg", i % CLASSES, i);
        assert_int_equal(unlink(folder_path(*state, path)), 0);
    }
    make_tree_old(*state);
    assert_int_equal(count_read(*state), FILES - 20);
    assert_int_equal(kept(*state), 0);
}

/* Whatever happened to the file, the tree is listed. */
static void test_a_damaged_list_is_none(void **state)
{
    char name[64] = "", path[PATH_SIZE], good[PATH_SIZE];
    const char *folder = folder_path(*state, "home/cache/trees");
    FILE *names;

    assert_int_equal(count_read(*state), FILES);
    snprintf(path, sizeof path, "ls '%s'", folder);
    names = popen(path, "r");
    assert_true(names && fscanf(names, "%63s", name) == 1);
    pclose(names);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(good, sizeof good, "%s/good", (char *)*state);
    assert_int_equal(rename(path, good), 0);
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct image_tree tree = { .text = NULL };

        damage_file(good, path, seed);
        if (tree_index_read(folder_path(*state, "tree"), &tree)) {
            assert_int_equal(tree.count[SPLIT_TRAIN] + tree.count[SPLIT_TEST], FILES);
            image_tree_free(&tree);
        }
    }
    folder_put(*state, "home/cache/trees/cut", "");
    assert_int_equal(truncate(path, 100), 0);
    assert_int_equal(count_read(*state), FILES);
}

static bool note(void *context, double done)
{
    double *last = context;

    assert_true(done >= *last && done <= 1);
    *last = done;
    return done < 0.7;
}

static void test_listing_tells_how_far_it_is_and_can_be_stopped(void **state)
{
    double last = 0;
    const struct source_wish wish = { .progress = note, .context = &last };
    struct image_tree tree;
    struct error e = { 0 };

    assert_false(image_folders_read(folder_path(*state, "tree"), &wish, &tree, &e));
    assert_int_equal(e.kind, ERROR_STOPPED);
    assert_true(last >= 0.7 && last < 0.9);
    assert_int_equal(kept(*state), 0);
}

int main(void)
{
#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_TREE(test_the_second_time_the_list_is_the_same),
        IN_TREE(test_what_changes_is_noticed),
        IN_TREE(test_what_changes_now_is_not_kept),
        IN_TREE(test_small_trees_are_not_kept),
        IN_TREE(test_a_damaged_list_is_none),
        IN_TREE(test_listing_tells_how_far_it_is_and_can_be_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
