#include "tests/support/small_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nn/recipe/recipe_file.h"
#include "tests/support/check.h"
#include "tests/support/data_files.h"
#include "tests/support/folder.h"

enum { TRAINED = 96, TESTED = 20 };

static const char text[] = "[data]\n"
                           "dataset = squares\n"
                           "[training]\n"
                           "epochs = 3\n"
                           "batch = 10\n"
                           "device = cpu:1\n"
                           "[layers]\n"
                           "conv2d = filters=4 activation=relu\n"
                           "flatten =\n"
                           "dense = units=3\n";

struct small_run small;

int small_run_setup(void **state)
{
    struct error e = { 0 };

    (void)state;
    small = (struct small_run){ .bell = BELL };
    if (folder_setup(&small.folder) != 0)
        return -1;
    setenv("CUVETTE_RUNS", folder_path(small.folder, "runs"), 1);
    recipe_preset(&small.recipe);
    if (!recipe_parse(&small.recipe, text, "test", &e)) {
        fprintf(stderr, "%s\n", e.text);
        return -1;
    }
    strcpy(small.recipe.name, "tiny");
    small.source = data_memory(TRAINED, TESTED, SMALL_SIDE, SMALL_SIDE, 1, SMALL_CLASSES);
    return 0;
}

int small_run_teardown(void **state)
{
    (void)state;
    source_close(small.source);
    unsetenv("CUVETTE_RUNS");
    return folder_teardown(&small.folder);
}

struct run *small_run_start(const char *folder, struct source *source, struct error *e)
{
    const struct run_setup s = {
        .recipe = &small.recipe, .folder = folder, .source = source, .events = { bell_ring, &small.bell }
    };

    return run_start(&s, e);
}

struct run *small_run_start_well(void)
{
    struct error e = { 0 };
    struct run *r = small_run_start(NULL, small.source, &e);

    if (!r)
        fail_msg("%s", e.text);
    return r;
}

struct trainer_status small_run_status(const struct run *r)
{
    struct trainer_status status;

    trainer_status(run_trainer(r), &status);
    return status;
}

const char *small_run_file(const struct run *r, const char *name)
{
    return folder_path(run_folder(r), name);
}
