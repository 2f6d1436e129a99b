/* A recipe says everything about a run: data set, augmentation, layers, training values, optimiser, schedule, device.
 * It is an INI file that a person can write; the panels edit one, `train` runs one, a run folder keeps the one it ran.
 * A plain value, copied by assignment. */
#ifndef NN_RECIPE_H
#define NN_RECIPE_H

#include "base/field.h"
#include "nn/layers/layer.h"
#include "nn/optimisers/optimiser.h"
#include "nn/recipe/pixels.h"
#include "nn/recipe/schedule.h"

struct recipe_data {
    char dataset[PATH_SIZE]; /* a name of the catalogue or a path */
    double validation;  /* fraction of the training images held out; 0: validate on the test images */
    int size;           /* of images that are files: the side of a square; 0: as they are */
    int fit;            /* enum recipe_fit: how they become it */
    int crop;           /* enum recipe_crop: which part of a training image */
    int colours;        /* enum recipe_colours */
    int pixels;         /* enum pixels: the numbers that the network takes */
    uint64_t memory;    /* bytes that loading may hold; 0: as the allotment allows */
    int flip;           /* enum flip; this and what follows up to `cutmix` are augmentation (augmentation.h) */
    int shift;          /* pixels */
    double rotation;    /* degrees */
    int padding;        /* enum recipe_padding: what moves in */
    double brightness, contrast, saturation; /* by how much they change at most */
    int cutout;         /* pixels */
    double mixup, cutmix; /* alpha of the share's Beta distribution; 0: off */
    int balance;        /* enum recipe_balance */
};

enum recipe_padding { PADDING_ZERO, PADDING_REFLECT };
enum recipe_balance {
    BALANCE_NONE,
    BALANCE_WEIGHTS,   /* the loss of training counts each class alike */
    BALANCE_OVERSAMPLE /* an epoch has as many images of each class */
};
extern const char *const balance_names[]; /* "none"; ends with NULL */

enum recipe_fit { FIT_CROP, FIT_STRETCH, FIT_PAD };
enum recipe_crop { CROP_FIXED, CROP_RANDOM };
enum recipe_colours { COLOURS_AS_THEY_ARE, COLOURS_GREY, COLOURS_RGB };

struct recipe_training {
    int epochs;
    int batch;          /* images of an update */
    int accumulate;     /* passes that a batch is computed in, so that less of it is in memory at once */
    int batch_norm;     /* enum recipe_batch_norm: of which images, where several devices share a batch */
    double bucket;      /* MB of gradients that are summed over these at once */
    char shares[512];   /* of the batch, of those that train together (shares.h) */
    int scale;          /* enum recipe_scale: of the learning rate, by batch / base_batch (recipe_rate.h) */
    int base_batch;     /* that the learning rate was meant for; 0: `batch` */
    int seed;
    double label_smoothing;
    double clip;        /* global gradient norm; 0: off */
    int patience;       /* epochs without a better validation loss before the run ends early, with the best weights
                           restored; 0: never */
    double checkpoint;  /* seconds between two; 0: none */
    double margin;      /* seconds before the end of its Slurm job at which the run stops */
    int precision;      /* enum precision */
    bool tensorboard;   /* event files are written beside the metrics */
    char device[64];    /* "cpu", "cpu:4", "cpu:2x4", "cuda:0" */
    char weights[PATH_SIZE]; /* a model's, which the run begins with: a file, a run or a name; "": they are drawn */
    int head;           /* enum recipe_head; used with weights alone */
    int freeze;         /* how many layers, from the first, are not trained */
    bool keep_features; /* of frozen layers, where they fit in memory (nn/train/features.h) */
    double lower_rate;  /* of what came from `weights`, as a part of the rate of what is new */
};

enum recipe_batch_norm { BATCH_NORM_DEVICE, BATCH_NORM_ALL };

enum recipe_scale { SCALE_NONE, SCALE_LINEAR, SCALE_SQRT };
extern const char *const scale_names[]; /* "none"; ends with NULL */

enum recipe_head {
    HEAD_AUTO, /* new where the data set has another number of classes than the weights */
    HEAD_KEPT,
    HEAD_NEW
};

/* The sections of a file, in their order: X(name, type, help). Each is a member of struct recipe, described by a
 * name_fields. */
#define RECIPE_SECTIONS(X) \
    X(data, struct recipe_data, "images and their augmentation") \
    X(training, struct recipe_training, "length, batch, device") \
    X(optimiser, struct optimiser, "the rule of a step") \
    X(schedule, struct schedule, "the learning rate over the run")

struct recipe {
    char name[64];      /* the preset's or file's, without ".ini" */
#define SECTION(name, type, help) type name;
    RECIPE_SECTIONS(SECTION)
#undef SECTION
    int n_layers;
    struct layer layers[LAYERS_MAX];
};

/* One section of the file, and one tab of the Training panel. */
struct recipe_section {
    const char *name, *help;
    const struct field_table *fields;
    size_t offset, size; /* of the settings in struct recipe */
};
enum {
#define SECTION(name, type, help) RECIPE_SECTION_##name,
    RECIPE_SECTIONS(SECTION)
#undef SECTION
    RECIPE_SECTION_COUNT
};
extern const struct recipe_section recipe_sections[RECIPE_SECTION_COUNT];

static inline void *recipe_settings(struct recipe *r, const struct recipe_section *s)
{
    return (char *)r + s->offset;
}

/* Images that go through the network at once, at most. */
int recipe_rows(const struct recipe *r);

void recipe_preset(struct recipe *r); /* every field at its preset, no layers */

/* True when every value is one that a recipe file may have, so that what is written can be read again. */
bool recipe_check(const struct recipe *r, struct error *e);

/* Layer editing, for the panel. Positions are 0..n_layers; false when full. */
bool recipe_insert_layer(struct recipe *r, int position, const struct layer *l);
void recipe_remove_layer(struct recipe *r, int position);
void recipe_move_layer(struct recipe *r, int from, int to);

#endif
