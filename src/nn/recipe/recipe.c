#include "nn/recipe/recipe.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

static const char *const optimiser_names[] = { [OPTIMISER_SGD] = "sgd", [OPTIMISER_ADAM] = "adam",
                                               [OPTIMISER_ADAMW] = "adamw", NULL };
static const char *const schedule_names[] = { [SCHEDULE_CONSTANT] = "constant", [SCHEDULE_STEP] = "step",
                                              [SCHEDULE_COSINE] = "cosine", [SCHEDULE_ONE_CYCLE] = "one_cycle", NULL };

static const struct field data_fields[] = {
    { .name = "dataset", .help = "a name of the catalogue, or a path", .kind = FIELD_TEXT,
      FIELD_AT(struct recipe_data, dataset), .preset_text = "digits" },
    { .name = "validation", .help = "fraction of the training images held out; 0: validate on the test images",
      .kind = FIELD_REAL, FIELD_AT(struct recipe_data, validation), .low = 0, .high = 0.9, .preset = 0 },
    { .name = "flip", .help = "augmentation: mirror left to right, every other image", .kind = FIELD_SWITCH,
      FIELD_AT(struct recipe_data, flip), .preset = 0 },
    { .name = "shift", .help = "augmentation: move by up to this many pixels", .kind = FIELD_INTEGER,
      FIELD_AT(struct recipe_data, shift), .low = 0, .high = 64, .preset = 0 },
};

static const struct field training_fields[] = {
    { .name = "epochs", .help = "passes over the training images", .kind = FIELD_INTEGER,
      FIELD_AT(struct recipe_training, epochs), .low = 1, .high = 100000, .preset = 10 },
    { .name = "batch", .help = "images a step", .kind = FIELD_INTEGER, FIELD_AT(struct recipe_training, batch),
      .low = 1, .high = 65536, .preset = 128 },
    { .name = "seed", .help = "of weights, order, dropout and augmentation", .kind = FIELD_INTEGER,
      FIELD_AT(struct recipe_training, seed), .low = 0, .high = INT32_MAX, .preset = 1 },
    { .name = "label_smoothing", .help = "share of the target spread over all classes", .kind = FIELD_REAL,
      FIELD_AT(struct recipe_training, label_smoothing), .low = 0, .high = 0.9, .preset = 0 },
    { .name = "clip", .help = "largest norm of the whole gradient; 0: no limit", .kind = FIELD_REAL,
      FIELD_AT(struct recipe_training, clip), .low = 0, .high = 1e6, .preset = 0 },
    { .name = "patience", .help = "epochs without a lower validation loss before the run ends early; 0: never",
      .kind = FIELD_INTEGER, FIELD_AT(struct recipe_training, patience), .low = 0, .high = 100000, .preset = 0 },
    { .name = "precision", .help = "of the operands of products; sums and weights are fp32", .kind = FIELD_CHOICE,
      FIELD_AT(struct recipe_training, precision), .choices = precision_names, .preset = PRECISION_FP32 },
    { .name = "device", .help = "cpu, cpu:4 for four threads, or cuda:0 for a GPU", .kind = FIELD_TEXT,
      FIELD_AT(struct recipe_training, device), .preset_text = "cpu" },
};

static const struct field optimiser_fields[] = {
    { .name = "kind", .help = "how gradients change the weights", .kind = FIELD_CHOICE,
      FIELD_AT(struct recipe_optimiser, kind), .choices = optimiser_names, .preset = OPTIMISER_ADAM },
    { .name = "learning_rate", .help = "size of a step, at the schedule's peak", .kind = FIELD_REAL,
      FIELD_AT(struct recipe_optimiser, learning_rate), .low = 1e-10, .high = 100, .preset = 0.001 },
    { .name = "momentum", .help = "of sgd", .kind = FIELD_REAL, FIELD_AT(struct recipe_optimiser, momentum), .low = 0,
      .high = 0.9999, .preset = 0 },
    { .name = "nesterov", .help = "sgd looks ahead", .kind = FIELD_SWITCH, FIELD_AT(struct recipe_optimiser, nesterov),
      .preset = 0 },
    { .name = "beta1", .help = "decay of adam's first moment", .kind = FIELD_REAL,
      FIELD_AT(struct recipe_optimiser, beta1), .low = 0, .high = 0.9999, .preset = 0.9 },
    { .name = "beta2", .help = "decay of adam's second moment", .kind = FIELD_REAL,
      FIELD_AT(struct recipe_optimiser, beta2), .low = 0, .high = 0.999999, .preset = 0.999 },
    { .name = "epsilon", .help = "added to the root of adam's second moment", .kind = FIELD_REAL,
      FIELD_AT(struct recipe_optimiser, epsilon), .low = 1e-12, .high = 1, .preset = 1e-7 },
    { .name = "weight_decay", .help = "pull of the weights to zero (adamw: apart from the gradient)",
      .kind = FIELD_REAL, FIELD_AT(struct recipe_optimiser, weight_decay), .low = 0, .high = 10, .preset = 0 },
};

static const struct field schedule_fields[] = {
    { .name = "kind", .help = "how the learning rate changes over the run", .kind = FIELD_CHOICE,
      FIELD_AT(struct recipe_schedule, kind), .choices = schedule_names, .preset = SCHEDULE_CONSTANT },
    { .name = "warmup", .help = "epochs of linear rise at the start", .kind = FIELD_REAL,
      FIELD_AT(struct recipe_schedule, warmup), .low = 0, .high = 100000, .preset = 0 },
    { .name = "step_epochs", .help = "step: epochs between falls", .kind = FIELD_REAL,
      FIELD_AT(struct recipe_schedule, step_epochs), .low = 0.01, .high = 100000, .preset = 10 },
    { .name = "step_factor", .help = "step: what a fall leaves", .kind = FIELD_REAL,
      FIELD_AT(struct recipe_schedule, step_factor), .low = 0, .high = 1, .preset = 0.1 },
    { .name = "final", .help = "cosine, one_cycle: the last rate as a fraction of the peak", .kind = FIELD_REAL,
      FIELD_AT(struct recipe_schedule, final), .low = 0, .high = 1, .preset = 0 },
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
