/* What a comparison of the recipe is to be, as a form asks it: the devices that were found, each to be ticked, values
 * that vary, seeds. */
#ifndef TUI_COMPARISON_FORM_H
#define TUI_COMPARISON_FORM_H

#include "base/field.h"
#include "run/compare/comparison_plan.h"
#include "tui/state/machine.h"

enum {
    COMPARISON_FORM_DEVICES = 16,
    COMPARISON_FORM_VARIED = 5, /* keys */
    COMPARISON_FORM_ROWS = 6,   /* besides devices, at most */
    COMPARISON_DEVICE_SIZE = 16
};

/* The form's settings. */
struct comparison_answers {
    bool device[COMPARISON_FORM_DEVICES];
    char vary[FIELD_TEXT_SIZE]; /* "batch=32,128 precision=fp32,bf16" */
    int seeds, epochs, order, halving;
};

struct comparison_form {
    char devices[COMPARISON_FORM_DEVICES][COMPARISON_DEVICE_SIZE];
    int n_devices;
    struct field fields[COMPARISON_FORM_DEVICES + COMPARISON_FORM_ROWS]; /* the devices are first */
    int n_fields;
};

/* The fields, and answers to begin with: one core and the whole CPU, and each GPU. */
void comparison_form_make(struct comparison_form *f, const struct machine *m, const struct recipe *r,
                          struct comparison_answers *answers);

/* What the answers ask for. The texts are kept in `words`. */
struct comparison_form_words {
    struct recipe recipe;
    char devices[COMPARISON_FORM_DEVICES * COMPARISON_DEVICE_SIZE], vary[FIELD_TEXT_SIZE];
    const char *varied[COMPARISON_FORM_VARIED];
};
bool comparison_form_read(const struct comparison_form *f, const struct comparison_answers *answers,
                          const struct recipe *r, struct comparison_form_words *words, struct comparison_wish *wish,
                          struct error *e);

#endif
