#include "tui/state/comparison_form.h"

#include <string.h>

#include "base/text.h"

static const char *const order_names[] = { "one after another", "as a race", NULL };
static const char *const halving_names[] = { "no", "keep 1/2", "keep 1/3", "keep 1/4", NULL };
static const int halvings[] = { 0, 2, 3, 4 };

static const struct field rows[] = {
    TEXT_FIELD(struct comparison_answers, vary, "",
               "keys with their values: batch=32,128; with several, blanks between, each pair is a row"),
    INTEGER_FIELD(struct comparison_answers, seeds, 1, COMPARISON_VALUES_MOST, 1,
                  "each with so many seeds: mean, least and greatest are told"),
    INTEGER_FIELD(struct comparison_answers, epochs, 1, 100000, 1, "passes over the training images"),
    CHOICE_FIELD(struct comparison_answers, order, order_names, 0,
                 "one after another, each has the machine to itself; as a race, all at the same time"),
    CHOICE_FIELD(struct comparison_answers, halving, halving_names, 0,
                 "stop the hopeless early: after a part of the epochs the best go on"),
};

enum { ROWS = sizeof rows / sizeof *rows };
_Static_assert((int)ROWS <= (int)COMPARISON_FORM_ROWS, "more rows than there is room for in a comparison_form");

static void add_device(struct comparison_form *f, const char *id, bool ticked)
{
    const int i = f->n_devices;

    if (i == COMPARISON_FORM_DEVICES)
        return;
    text_copy(f->devices[i], COMPARISON_DEVICE_SIZE, id);
    f->fields[i] = (struct field){
        .name = f->devices[i],
        .help = "train on this device",
        .kind = FIELD_SWITCH,
        .offset = offsetof(struct comparison_answers, device) + (size_t)i * sizeof(bool),
        .size = sizeof(bool),
        .preset = ticked,
    };
    f->n_devices++;
}

void comparison_form_make(struct comparison_form *f, const struct machine *m, const struct recipe *r,
                          struct comparison_answers *answers)
{
    *f = (struct comparison_form){ .n_devices = 0 };
    for (int i = 0; i < m->n_devices; i++) {
        const struct device_info *info = &m->devices[i].info;

        if (info->threads > 1)
            add_device(f, "cpu:1", true);
        add_device(f, info->id, true);
    }
    memcpy(f->fields + f->n_devices, rows, sizeof rows);
    f->n_fields = f->n_devices + ROWS;
    fields_preset((struct field_table){ f->fields, f->n_fields }, answers);
    answers->epochs = r->training.epochs;
}

/* Cuts the words apart in place. */
static bool split_varied(struct comparison_form_words *words, struct comparison_wish *wish, struct error *e)
{
    char *left = words->vary;

    for (char *word; (word = strsep(&left, " "));) {
        if (word[0] == '\0')
            continue;
        if (wish->n_varied == COMPARISON_FORM_VARIED)
            return error_set(e, ERROR_USAGE, "more than %d keys vary", COMPARISON_FORM_VARIED);
        words->varied[wish->n_varied++] = word;
    }
    return true;
}

bool comparison_form_read(const struct comparison_form *f, const struct comparison_answers *answers,
                          const struct recipe *r, struct comparison_form_words *words, struct comparison_wish *wish,
                          struct error *e)
{
    *words = (struct comparison_form_words){ .recipe = *r };
    words->recipe.training.epochs = answers->epochs;
    for (int i = 0; i < f->n_devices; i++)
        if (answers->device[i])
            text_append(words->devices, sizeof words->devices, "%s%s", words->devices[0] ? "," : "", f->devices[i]);
    text_copy(words->vary, sizeof words->vary, answers->vary);
    *wish = (struct comparison_wish){
        .recipe = &words->recipe,
        .devices = words->devices[0] ? words->devices : NULL,
        .varied = words->varied,
        .seeds = answers->seeds,
        .halving = halvings[answers->halving],
        .race = answers->order == 1,
    };
    return split_varied(words, wish, e);
}
