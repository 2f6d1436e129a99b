#include "nn/recipe/recipe.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

static const char *const optimiser_names[] = { [OPTIMISER_SGD] = "sgd", [OPTIMISER_ADAM] = "adam",
                                               [OPTIMISER_ADAMW] = "adamw", NULL };
static const char *const schedule_names[] = { [SCHEDULE_CONSTANT] = "constant", [SCHEDULE_STEP] = "step",
                                              [SCHEDULE_COSINE] = "cosine", [SCHEDULE_ONE_CYCLE] = "one_cycle", NULL };

static const struct field data_fields[] = {
    TEXT_FIELD(struct recipe_data, dataset, "digits", "a name of the catalogue, or a path"),
    REAL_FIELD(struct recipe_data, validation, 0, 0.9, 0,
        "fraction of the training images held out; 0: validate on the test images"),
    SWITCH_FIELD(struct recipe_data, flip, false, "augmentation: mirror left to right, every other image"),
    INTEGER_FIELD(struct recipe_data, shift, 0, 64, 0, "augmentation: move by up to this many pixels"),
};

static const struct field training_fields[] = {
    INTEGER_FIELD(struct recipe_training, epochs, 1, 100000, 10, "passes over the training images"),
    INTEGER_FIELD(struct recipe_training, batch, 1, 65536, 128, "images a step"),
    INTEGER_FIELD(struct recipe_training, seed, 0, INT32_MAX, 1, "of weights, order, dropout and augmentation"),
    REAL_FIELD(struct recipe_training, label_smoothing, 0, 0.9, 0, "share of the target spread over all classes"),
    REAL_FIELD(struct recipe_training, clip, 0, 1e6, 0, "largest norm of the whole gradient; 0: no limit"),
    INTEGER_FIELD(struct recipe_training, patience, 0, 100000, 0,
        "epochs without a lower validation loss before the run ends early; 0: never"),
    CHOICE_FIELD(struct recipe_training, precision, precision_names, PRECISION_FP32,
        "of the operands of products; sums and weights are fp32"),
    TEXT_FIELD(struct recipe_training, device, "cpu", "cpu, cpu:4 for four threads, or cuda:0 for a GPU"),
};

static const struct field optimiser_fields[] = {
    CHOICE_FIELD(struct recipe_optimiser, kind, optimiser_names, OPTIMISER_ADAM, "how gradients change the weights"),
    REAL_FIELD(struct recipe_optimiser, learning_rate, 1e-10, 100, 0.001, "size of a step, at the schedule's peak"),
    REAL_FIELD(struct recipe_optimiser, momentum, 0, 0.9999, 0, "of sgd"),
    SWITCH_FIELD(struct recipe_optimiser, nesterov, false, "sgd looks ahead"),
    REAL_FIELD(struct recipe_optimiser, beta1, 0, 0.9999, 0.9, "decay of adam's first moment"),
    REAL_FIELD(struct recipe_optimiser, beta2, 0, 0.999999, 0.999, "decay of adam's second moment"),
    REAL_FIELD(struct recipe_optimiser, epsilon, 1e-12, 1, 1e-7, "added to the root of adam's second moment"),
    REAL_FIELD(struct recipe_optimiser, weight_decay, 0, 10, 0,
        "pull of the weights to zero (adamw: apart from the gradient)"),
};

static const struct field schedule_fields[] = {
    CHOICE_FIELD(struct recipe_schedule, kind, schedule_names, SCHEDULE_CONSTANT,
        "how the learning rate changes over the run"),
    REAL_FIELD(struct recipe_schedule, warmup, 0, 100000, 0, "epochs of linear rise at the start"),
    REAL_FIELD(struct recipe_schedule, step_epochs, 0.01, 100000, 10, "step: epochs between falls"),
    REAL_FIELD(struct recipe_schedule, step_factor, 0, 1, 0.1, "step: what a fall leaves"),
    REAL_FIELD(struct recipe_schedule, final, 0, 1, 0, "cosine, one_cycle: the last rate as a fraction of the peak"),
};

#define SECTION_FIELDS(table) { .fields = (table), .count = (int)(sizeof(table) / sizeof(table)[0]) }

const struct recipe_section recipe_sections[] = {
    { .name = "data", .help = "images and their augmentation", .fields = SECTION_FIELDS(data_fields),
      .offset = offsetof(struct recipe, data), .size = sizeof(struct recipe_data) },
    { .name = "training", .help = "length, batch, device", .fields = SECTION_FIELDS(training_fields),
      .offset = offsetof(struct recipe, training), .size = sizeof(struct recipe_training) },
    { .name = "optimiser", .help = "the rule of a step", .fields = SECTION_FIELDS(optimiser_fields),
      .offset = offsetof(struct recipe, optimiser), .size = sizeof(struct recipe_optimiser) },
    { .name = "schedule", .help = "the learning rate over the run", .fields = SECTION_FIELDS(schedule_fields),
      .offset = offsetof(struct recipe, schedule), .size = sizeof(struct recipe_schedule) },
};
const int recipe_section_count = sizeof recipe_sections / sizeof *recipe_sections;

void recipe_preset(struct recipe *r)
{
    memset(r, 0, sizeof *r);
    for (int i = 0; i < recipe_section_count; i++)
        fields_preset(recipe_sections[i].fields, recipe_settings(r, &recipe_sections[i]));
}

/* Checks by writing and reading each value: what is allowed is said in one place. */
static bool check_fields(struct field_table table, const void *settings, size_t size, const char *where, struct error *e)
{
    _Alignas(8) unsigned char copy[sizeof(struct recipe_training) + sizeof(struct recipe_data)];
    char text[sizeof(struct recipe_data)];

    memcpy(copy, settings, size);
    for (int i = 0; i < table.count; i++) {
        field_format(&table.fields[i], settings, text, sizeof text);
        if (!field_parse(&table.fields[i], copy, text, e))
            return error_context(e, "%s", where);
    }
    return true;
}

bool recipe_check(const struct recipe *r, struct error *e)
{
    for (int i = 0; i < recipe_section_count; i++) {
        const struct recipe_section *s = &recipe_sections[i];

        if (!check_fields(s->fields, (const char *)r + s->offset, s->size, s->name, e))
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
