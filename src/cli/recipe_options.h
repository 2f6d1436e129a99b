/* The options that change values of a recipe, which `cuvette train` and `cuvette sbatch` have alike. They come first in
 * a command's table:
 *
 *     enum { RUN = RECIPE_OPTIONS, … };
 *     static const struct command_option options[] = { RECIPE_OPTION_ROWS [RUN] = … };                          */
#ifndef CLI_RECIPE_OPTIONS_H
#define CLI_RECIPE_OPTIONS_H

#include "nn/recipe/recipe.h"

enum {
    RECIPE_OPTION_DATASET,
    RECIPE_OPTION_SET,
    RECIPE_OPTION_DEVICE,
    RECIPE_OPTION_EPOCHS,
    RECIPE_OPTION_BATCH,
    RECIPE_OPTION_SEED,
    RECIPE_OPTION_TENSORBOARD,
    RECIPE_OPTIONS
};

#define RECIPE_OPTION_ROWS \
    [RECIPE_OPTION_DATASET] = { "dataset", "NAME|PATH", "train on this data set instead of the recipe's" }, \
    [RECIPE_OPTION_SET] = { "set", "SECTION.KEY=VALUE", \
                            "change a value of the recipe (cuvette help recipe lists them); any number of times" }, \
    [RECIPE_OPTION_DEVICE] = { "device", "cpu|cpu:N|cpu:RxN|cuda:N|cuda:N-M", \
                               "train on the CPU, with N threads or R replicas of N threads each, or on a GPU" }, \
    [RECIPE_OPTION_EPOCHS] = { "epochs", "N", "passes over the training images" }, \
    [RECIPE_OPTION_BATCH] = { "batch", "N", "images a step, on all ranks and replicas together" }, \
    [RECIPE_OPTION_SEED] = { "seed", "N", "seed of weights, order and dropout: the same seed gives the same curve" }, \
    [RECIPE_OPTION_TENSORBOARD] = { "tensorboard", NULL, "write event files for TensorBoard into the run's folder" },

/* One of them, as it was given. */
struct recipe_option {
    int option;
    const char *text; /* NULL of a switch */
};

/* On the command line, as "--epochs". */
const char *recipe_option_word(int option);

/* False with ERROR_USAGE: a wrong value on the command line is none of an input file. */
bool recipe_option_apply(struct recipe *recipe, const struct recipe_option *given, struct error *e);

#endif
