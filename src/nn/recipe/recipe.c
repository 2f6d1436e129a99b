#include "nn/recipe/recipe.h"

#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "nn/recipe/device_name.h"
#include "nn/recipe/shares.h"

static const char *const fit_names[] = { "crop", "stretch", "pad", NULL };
static const char *const crop_names[] = { "fixed", "random", NULL };
static const char *const colour_names[] = { "auto", "grey", "rgb", NULL };
static const char *const flip_names[] = { "no", "yes", "alternating", NULL };
static const char *const padding_names[] = { "zero", "reflect", NULL };
static const char *const batch_norm_names[] = { "device", "all", NULL };
static const char *const head_names[] = { "auto", "kept", "new", NULL };
const char *const scale_names[] = { "none", "linear", "sqrt", NULL };
const char *const balance_names[] = { "none", "weights", "oversample", NULL };

static const struct field of_data[] = {
    PATH_FIELD(struct recipe_data, dataset, "digits", "a name of the catalogue, or a path"),
    REAL_FIELD(struct recipe_data, validation, 0, 0.9, 0,
        "fraction of the training images held out; 0: validate on the test images"),
    INTEGER_FIELD(struct recipe_data, size, 0, 1024, 0,
        "images become squares with sides of so many pixels; 0: as they are"),
    CHOICE_FIELD(struct recipe_data, fit, fit_names, FIT_CROP,
        "how images become squares: the middle, stretched, or with black around"),
    CHOICE_FIELD(struct recipe_data, crop, crop_names, CROP_FIXED,
        "training images: as fit says, or a random part of 8 to 100 % of each, scaled"),
    CHOICE_FIELD(struct recipe_data, colours, colour_names, COLOURS_AS_THEY_ARE,
        "of images; auto: as they are, grey when all files are"),
    CHOICE_FIELD(struct recipe_data, pixels, pixels_names, PIXELS_UNSAID,
        "what pixels become: by the images' mean and deviation, or as published networks take them"),
    BYTES_FIELD(struct recipe_data, memory, 0, 0x1p50, 0,
        "bytes that loading may hold, as 4G: a larger set is read while it trains; 0: half of what is allotted"),
    CHOICE_FIELD(struct recipe_data, flip, flip_names, FLIP_NONE,
        "augmentation: mirror left to right, half of the images; alternating: each one every other epoch"),
    INTEGER_FIELD(struct recipe_data, shift, 0, 64, 0, "augmentation: move by up to this many pixels"),
    REAL_FIELD(struct recipe_data, rotation, 0, 180, 0, "augmentation: turn by up to this many degrees, either way"),
    CHOICE_FIELD(struct recipe_data, padding, padding_names, PADDING_ZERO,
        "what moves in by shift and rotation: the data set's mean colour, or the image reflected"),
    REAL_FIELD(struct recipe_data, brightness, 0, 2, 0, "augmentation: 0.2 makes it 0.8 to 1.2 times as bright"),
    REAL_FIELD(struct recipe_data, contrast, 0, 2, 0, "augmentation: 0.2 makes differences 0.8 to 1.2 times as large"),
    REAL_FIELD(struct recipe_data, saturation, 0, 2, 0, "augmentation: 0.2 makes colours 0.8 to 1.2 times as strong"),
    INTEGER_FIELD(struct recipe_data, cutout, 0, 1024, 0,
        "augmentation: cut out a square with sides of so many pixels, anywhere"),
    REAL_FIELD(struct recipe_data, mixup, 0, 10, 0,
        "augmentation: blend pairs of images and their labels, by shares of Beta(mixup, mixup); 0: off"),
    REAL_FIELD(struct recipe_data, cutmix, 0, 10, 0,
        "augmentation: a box of one image in another, labels by area, of Beta(cutmix, cutmix); 0: off"),
    CHOICE_FIELD(struct recipe_data, balance, balance_names, BALANCE_NONE,
        "classes of unequal size: weigh them in the loss, or bring each equally often; in training alone"),
};

static const struct field of_training[] = {
    INTEGER_FIELD(struct recipe_training, epochs, 1, 100000, 10, "passes over the training images"),
    INTEGER_FIELD(struct recipe_training, batch, 1, 65536, 128, "images a step, on all ranks and replicas together"),
    INTEGER_FIELD(struct recipe_training, accumulate, 1, 65536, 1,
        "passes in which a batch is computed where it does not fit in memory; batch norm sees one at a time"),
    CHOICE_FIELD(struct recipe_training, scale, scale_names, SCALE_NONE,
        "learning rate times batch / base_batch (linear), or times its root (sqrt)"),
    INTEGER_FIELD(struct recipe_training, base_batch, 0, 65536, 0,
        "with scale: the batch that the learning rate was meant for; 0: this one"),
    INTEGER_FIELD(struct recipe_training, seed, 0, INT32_MAX, 1, "of weights, order, dropout and augmentation"),
    REAL_FIELD(struct recipe_training, label_smoothing, 0, 0.9, 0, "share of the target spread over all classes"),
    REAL_FIELD(struct recipe_training, clip, 0, 1e6, 0, "largest norm of the whole gradient; 0: no limit"),
    INTEGER_FIELD(struct recipe_training, patience, 0, 100000, 0,
        "epochs without a lower validation loss before the run ends early; 0: never"),
    REAL_FIELD(struct recipe_training, checkpoint, 0, 86400, 20,
        "seconds from one checkpoint, from which cuvette resume goes on, to the next; 0: none"),
    REAL_FIELD(struct recipe_training, margin, 0, 86400, 60,
        "seconds before its Slurm job's end at which a run stops, kept to go on, at most a tenth of the time"),
    CHOICE_FIELD(struct recipe_training, precision, precision_names, PRECISION_FP32,
        "of the operands of products; sums and weights are fp32"),
    SWITCH_FIELD(struct recipe_training, tensorboard, 0, "write event files for TensorBoard into the run's folder"),
    CHECKED_TEXT_FIELD(struct recipe_training, device, "cpu", device_name_check,
        "cpu, cpu:4 for four threads, cpu:2x4 for two replicas of four, cuda:0 for a GPU, cuda:0-3 for four"),
    PATH_FIELD(struct recipe_training, weights, "",
        "begin with the weights of a trained model: its file, or a run's folder or number; empty: random ones"),
    CHOICE_FIELD(struct recipe_training, head, head_names, HEAD_AUTO,
        "with weights: the last dense layer is theirs, or new; auto: new for another number of classes"),
    INTEGER_FIELD(struct recipe_training, freeze, 0, LAYERS_MAX, 0,
        "layers up to this number, as they are listed, stay as they are; 0: all are trained"),
    SWITCH_FIELD(struct recipe_training, keep_features, true,
        "what frozen layers give is kept where it fits in memory, so that an epoch computes the others alone"),
    REAL_FIELD(struct recipe_training, lower_rate, 0, 1, 1,
        "with weights: what came from them learns at this part of the rate, a new layer at all of it"),
    CHOICE_FIELD(struct recipe_training, batch_norm, batch_norm_names, BATCH_NORM_DEVICE,
        "where several share a batch: each device's batch norm is over its own images, or over all of the batch"),
    REAL_FIELD(struct recipe_training, bucket, 0.001, 1024, 4,
        "where several share a batch: MB of gradients that are summed at once, while others are computed"),
    CHECKED_TEXT_FIELD(struct recipe_training, shares, "auto", shares_check,
        "where several share a batch: images of each, as 40,24; equal; measured; auto: by speed where models differ"),
};

static const struct field_table data_fields = FIELD_TABLE(of_data), training_fields = FIELD_TABLE(of_training);

const struct recipe_section recipe_sections[RECIPE_SECTION_COUNT] = {
#define SECTION(name_, type, help_) \
    { .name = #name_, \
      .help = help_, \
      .fields = &name_##_fields, \
      .offset = offsetof(struct recipe, name_), \
      .size = sizeof(type) },
    RECIPE_SECTIONS(SECTION)
#undef SECTION
};

int recipe_rows(const struct recipe *r)
{
    return int_ceil_div(r->training.batch, r->training.accumulate);
}

void recipe_preset(struct recipe *r)
{
    memset(r, 0, sizeof *r);
    for (int i = 0; i < RECIPE_SECTION_COUNT; i++)
        fields_preset(*recipe_sections[i].fields, recipe_settings(r, &recipe_sections[i]));
}

/* Room for any section's settings and any layer's. */
union settings {
#define SECTION(name, type, help) type name;
    RECIPE_SECTIONS(SECTION)
#undef SECTION
    _Alignas(8) unsigned char layer[LAYER_SETTINGS_SIZE];
};

/* Checks by writing and reading each value, so that what is allowed is defined once. */
static bool check_fields(struct field_table table, const void *settings, size_t size, const char *where,
                         struct error *e)
{
    union settings copy;
    char text[FIELD_TEXT_SIZE];

    memcpy(&copy, settings, size);
    for (int i = 0; i < table.count; i++) {
        field_format(&table.fields[i], settings, text, sizeof text);
        if (!field_parse(&table.fields[i], &copy, text, e))
            return error_context(e, "%s", where);
    }
    return true;
}

bool recipe_check(const struct recipe *r, struct error *e)
{
    for (int i = 0; i < RECIPE_SECTION_COUNT; i++) {
        const struct recipe_section *s = &recipe_sections[i];

        if (!check_fields(*s->fields, (const char *)r + s->offset, s->size, s->name, e))
            return false;
    }
    for (int i = 0; i < r->n_layers; i++)
        if (!check_fields(r->layers[i].class->fields, r->layers[i].settings, LAYER_SETTINGS_SIZE,
                          r->layers[i].class->name, e))
            return false;
    return true;
}

bool recipe_insert_layer(struct recipe *r, int position, const struct layer *l)
{
    if (r->n_layers == LAYERS_MAX)
        return false;
    memmove(&r->layers[position + 1], &r->layers[position], (size_t)(r->n_layers - position) * sizeof *r->layers);
    r->layers[position] = *l;
    r->n_layers++;
    return true;
}

void recipe_remove_layer(struct recipe *r, int position)
{
    r->n_layers--;
    memmove(&r->layers[position], &r->layers[position + 1], (size_t)(r->n_layers - position) * sizeof *r->layers);
}

void recipe_move_layer(struct recipe *r, int from, int to)
{
    struct layer moved = r->layers[from];

    recipe_remove_layer(r, from);
    recipe_insert_layer(r, to, &moved);
}
