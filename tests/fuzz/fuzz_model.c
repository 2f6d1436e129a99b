/* Model files, behind the guard (see fuzz_hdf5.c): weights for the network of the seed. */
#include "tests/fuzz/fuzz.h"

#include "base/memory.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"
#include "run/model/h5/h5_weights.h"

static const char text[] = "[layers]\nconv2d = filters=2 kernel=3 stride=4 activation=relu\nbatch_norm =\n"
                           "global_avgpool =\ndense = units=10\n";

static struct recipe recipe;
static struct plan *plan;
static float *parameters, *statistics;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct error e;
    (void)argc;
    (void)argv;

    fuzz_begin();
    fuzz_forget_guards();
    FUZZ_HOLDS(recipe_parse(&recipe, text, "recipe.ini", &e));
    plan = compile_recipe(&recipe, shape_image(28, 28, 1), 10, false, &e);
    FUZZ_HOLDS(plan);
    parameters = memory_new_aligned(1, plan->arena_bytes[ARENA_PARAMETERS], &e);
    statistics = memory_new_aligned(1, plan->arena_bytes[ARENA_STATISTICS], &e);
    FUZZ_HOLDS(parameters && statistics);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct error e;

    fuzz_write("model.h5", bytes, size);
    h5_weights_read("model.h5", &recipe, plan, parameters, statistics, &e);
    return 0;
}
