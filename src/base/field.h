/* A field table describes a settings struct: the recipe parser, the panel's form, --help and the manual are made
 * from it. Settings are plain structs; a field says where in the struct it lives. */
#ifndef NN_FIELD_H
#define NN_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum field_kind {
    FIELD_INTEGER, /* int */
    FIELD_REAL,    /* double */
    FIELD_SWITCH,  /* bool: yes, no */
    FIELD_CHOICE,  /* int: position in choices */
    FIELD_TEXT     /* char[size] */
};

struct field {
    const char *name, *help;
    enum field_kind kind;
    size_t offset, size;         /* of the member */
    double low, high, preset;    /* bounds are allowed values; preset of a switch is 0 or 1, of a choice its position */
    const char *const *choices;  /* FIELD_CHOICE: ends with NULL */
    const char *preset_text;     /* FIELD_TEXT */
};

struct field_table {
    const struct field *fields;
    int count;
};

#define FIELD_TABLE(table) { .fields = (table), .count = (int)(sizeof(table) / sizeof(table)[0]) }

/* The most bytes a text may have, its end included: what field_format() may need. */
enum { FIELD_TEXT_SIZE = 256 };

/* The rows of a table. A field has the name of its member, whose type must be that of its kind: another fails to compile. */
#define INTEGER_FIELD(type, member, low_, high_, preset_, help_) \
    { FIELD_OF(type, member, int *, help_), .kind = FIELD_INTEGER, .low = low_, .high = high_, .preset = preset_ }
#define REAL_FIELD(type, member, low_, high_, preset_, help_) \
    { FIELD_OF(type, member, double *, help_), .kind = FIELD_REAL, .low = low_, .high = high_, .preset = preset_ }
#define SWITCH_FIELD(type, member, preset_, help_) \
    { FIELD_OF(type, member, bool *, help_), .kind = FIELD_SWITCH, .preset = preset_ }
#define CHOICE_FIELD(type, member, choices_, preset_, help_) \
    { FIELD_OF(type, member, int *, help_), .kind = FIELD_CHOICE, .choices = choices_, .preset = preset_ }
#define TEXT_FIELD(type, member, preset_, help_) \
    { FIELD_OF(type, member, char(*)[sizeof(((type *)0)->member)], help_), .kind = FIELD_TEXT, .preset_text = preset_ }

#define FIELD_OF(type, member_, pointer, help_) \
    .name = #member_, .help = help_, .size = sizeof(((type *)0)->member_), \
    .offset = offsetof(type, member_) + FIELD_CHECKED(_Generic(&((type *)0)->member_, pointer: 1, default: 0), \
                                                      "a member is not of the type of its field's kind") + \
              FIELD_CHECKED(sizeof(((type *)0)->member_) <= FIELD_TEXT_SIZE, "a text is longer than FIELD_TEXT_SIZE")
/* 0, in a constant expression that does not compile unless `condition` holds. */
#define FIELD_CHECKED(condition, message) \
    (0 * sizeof(struct { _Static_assert(condition, message); int checked; }))

void fields_preset(struct field_table table, void *settings);
const struct field *fields_find(struct field_table table, const char *name);

/* Parses and checks one value; the error names the field, what it got and what it takes. Settings stay as they were on an error. */
bool field_parse(const struct field *f, void *settings, const char *text, struct error *e);
void field_format(const struct field *f, const void *settings, char *out, size_t size); /* what field_parse takes */
bool field_is_preset(const struct field *f, const void *settings);

/* One step up (+1) or down (-1) from where it is, as the panel's arrow keys do: integers by 1 (a choice and a switch
 * cycle), reals by the 1-2-5 series. Clamped to the bounds. */
void field_nudge(const struct field *f, void *settings, int direction);

/* "1..4096", "yes or no", "same or valid": for errors, help and the manual. */
void field_range(const struct field *f, char *out, size_t size);

#endif
