/* A model in memory, whatever file it came from: what it is, and its weights as a plan lays them out. Formats
 * (model_format.h) make one of a file, and a file of one. */
#ifndef RUN_STORED_MODEL_H
#define RUN_STORED_MODEL_H

#include "nn/recipe/pixels.h"
#include "nn/train/trainer_status.h"
#include "run/model/model_header.h"

/* What the user says of a file, where that does not say it, or says it otherwise. All zero: nothing. */
struct model_wish {
    const struct recipe *recipe; /* counts, not the file's own */
    struct shape input;          /* of images; rank 0: the file says it */
    enum pixels pixels;
};

enum { MODEL_WRITER_SIZE = 64 };

/* Of which moment of a training weights are. */
struct model_moment {
    bool unended;   /* its run has not ended, and has left no others */
    int epoch;      /* at whose end, 1 for the first; 0: it is not known, or there was none yet */
    uint64_t steps; /* after how many, where no epoch has ended; 0: it is not known */
};

/* What neither the file nor the user says. */
struct model_assumed {
    bool pixels;         /* what its network takes: from 0 to 1 */
    const char *network; /* which of several that have the same names it is, as a sentence; NULL: there is no doubt */
};

struct stored_model {
    struct model_header header;
    const char *format;             /* of the file: "Keras HDF5" */
    const char *network;            /* that others published: "torchvision's resnet18"; NULL: none */
    char writer[MODEL_WRITER_SIZE]; /* "cuvette 0.1.0"; foreign text: sanitise */
    char dataset[64];               /* that it was trained on; "": not known; foreign text: sanitise */
    struct plan *plan;              /* to train with, of header.recipe */
    float *parameters, *statistics; /* whole arenas of the plan, normalisation included */
    struct model_moment moment;
    struct model_assumed assumed;
};

/* A header that is complete gets its plan, and no memory for weights yet. False with an error. */
bool stored_model_plan(struct stored_model *m, struct error *e);

/* A header that is complete becomes a model whose weights are all zero. False with an error; stored_model_free() it in
 * either case. */
bool stored_model_prepare(struct stored_model *m, struct error *e);
void stored_model_free(struct stored_model *m); /* harmless on a zeroed one */

/* How many of its weights and statistics are infinite or no numbers, as those of a training that diverged. */
size_t stored_model_not_finite(const struct stored_model *m);

/* "the run has not ended: the weights of epoch 7 are used, its best when they were written"; "" where it has. */
void model_moment_words(const struct model_moment *m, char *out, size_t size);

/* The same as a trainer hands out: valid as long as the model is. */
struct trainer_weights stored_model_weights(const struct stored_model *m);

#endif
