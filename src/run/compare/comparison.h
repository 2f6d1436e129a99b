/* A comparison: runs whose results are put beside each other. Either one recipe on several devices or with several
 * values, in a folder of its own that has them all, or runs that are there already.
 *
 *     runs/comparisons/0001-mnist-cnn/comparison.json   what is compared, and the folders of the runs
 *                                     recipe.ini        what they have in common
 *                                     01-cpu-1/ …       an ordinary run each
 *
 * What is in the runs' folders is the only state: a comparison can be left at any time and gone on with. */
#ifndef RUN_COMPARE_COMPARISON_H
#define RUN_COMPARE_COMPARISON_H

#include <stdint.h>

#include "base/path.h"
#include "nn/recipe/recipe.h"

enum { COMPARISON_AXES_MOST = 6, COMPARISON_VALUES_MOST = 64, COMPARISON_MOST = 256, COMPARISON_LABEL_SIZE = 96 };

#define COMPARISON_DEVICE_KEY "training.device"
#define COMPARISON_SEED_KEY "training.seed"
#define COMPARISON_EPOCHS_KEY "training.epochs"

/* A key of the recipe and the values that it has. Those of devices come first, those of seeds last. */
struct comparison_axis {
    char key[64]; /* "training.batch" */
    int count;
    char values[COMPARISON_VALUES_MOST][FIELD_TEXT_SIZE];
};

struct comparison_entry {
    char label[COMPARISON_LABEL_SIZE]; /* tells it from the others: "cuda:0", "batch 32 seed 2"; safe to show */
    char group[COMPARISON_LABEL_SIZE]; /* the same without its seed */
    char folder[PATH_SIZE];            /* of the run, which may not be there yet */
    char device[64];
    int seed;
    int at[COMPARISON_AXES_MOST]; /* its value of each axis */
    uint64_t alike;               /* the same number for those that differ in the seed alone */
};

struct comparison {
    char folder[PATH_SIZE]; /* "": of runs that were there already, and what follows up to the axes says nothing */
    struct recipe recipe;   /* what they have in common */
    int halving;            /* the best 1/halving go on after each part of the epochs; 0: all go to the end */
    bool race;              /* all are trained at the same time */
    int n_axes;
    struct comparison_axis axes[COMPARISON_AXES_MOST];
    int count;
    struct comparison_entry *entries; /* the last axis changes fastest */
};

/* Of runs: 2 to RECIPE_DIFFERENCES_MOST of their folders. Each must be whole as far as its recipe goes. NULL with an
 * error; comparison_free() it. */
struct comparison *comparison_of_runs(const char *const *folders, int count, struct error *e);

/* What an entry trains: the recipe with its values. False with an error. */
bool comparison_recipe(const struct comparison *c, int entry, struct recipe *out, struct error *e);

/* The number of a recipe, whatever its seed, and whatever shares its run measured. False with an error. */
bool comparison_alike(const struct recipe *r, uint64_t *out, struct error *e);

/* Where the axis is that has the seeds, the devices, or the numbers of epochs; -1: there is none. */
int comparison_seeds(const struct comparison *c);
int comparison_devices(const struct comparison *c);
int comparison_epochs(const struct comparison *c);

/* Do two entries use the same cores or the same GPU? Together they would tell nothing of each alone. `what`: "the
 * node's cores", "cuda:0". */
bool comparison_shares(const struct comparison *c, char *what, size_t size);

/* NULL without memory. */
struct comparison *comparison_copy(const struct comparison *c, struct error *e);

void comparison_free(struct comparison *c); /* takes NULL */

#endif
