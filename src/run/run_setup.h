/* What is asked of a run, and what a run is that does it: chosen and checked before anything of it starts. */
#ifndef RUN_RUN_SETUP_H
#define RUN_RUN_SETUP_H

#include "nn/recipe/recipe_warnings.h"
#include "nn/train/trainer.h"
#include "run/devices.h"
#include "run/run_alerts.h"
#include "run/run_folder.h"

struct run_setup {
    const struct recipe *recipe;
    const struct device *device;   /* the recipe's device when it has been found already; NULL: it is looked for */
    const char *folder;            /* NULL: the next numbered one under the runs folder */
    bool resume;                   /* the folder is that of a run that was left, and that goes on from its checkpoint */
    bool again;                    /* with `resume`: from the first step, since it has no checkpoint */
    int last_epoch;                /* as in trainer_setup, and so is the next one */
    bool other_images;
    bool insists;                  /* also where more memory is needed than there is */
    struct source *source;         /* as in trainer_setup */
    struct communicator *communicator; /* as in trainer_setup */
    bool follows;                  /* rank 0 has the run's folder; this one is another rank of it, and writes nothing */
    struct gpu_sampler *gpus;      /* tells what is used of them; outlives the run; NULL: nobody reads them */
    struct run_commands commands;  /* of the user's */
    struct trainer_events events;  /* also called on the recorder's thread when run_over() has become true */
};

struct run_choice {
    struct recipe recipe; /* the recipe in the run's folder may be read from another current folder, so it has absolute
                             paths */
    struct pretrained pretrained; /* what it begins with, until the trainer has it */
    struct device device;
    size_t parameters;
    struct recipe_warnings warnings;
    struct run_folder folder; /* a new one is there, and claimed, when this is the last thing that could fail */
};

/* False with an error, and nothing is left behind. Else pretrained_free() that of *out. */
bool run_setup_choose(const struct run_setup *setup, struct run_choice *out, struct error *e);

#endif
