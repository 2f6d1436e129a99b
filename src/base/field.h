/* A field table describes a settings struct: the recipe parser, the panels' forms, --help and the manual are made from
 * it. Settings are plain structs; each field has the offset of its member. */
#ifndef BASE_FIELD_H
#define BASE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/path.h"
#include "base/suggestion.h"

enum field_kind {
    FIELD_INTEGER, /* int */
    FIELD_REAL,    /* double */
    FIELD_BYTES,   /* uint64_t: "4G" is 4 × 2^30 bytes */
    FIELD_SWITCH,  /* bool: yes, no */
    FIELD_CHOICE,  /* int: index in choices */
    FIELD_TEXT     /* char[size] */
};

struct field {
    const char *name, *help;
    enum field_kind kind;
    size_t offset, size;        /* of the member, in bytes */
    double low, high, preset;   /* bounds are allowed values; the preset of a switch is 0 or 1, of a choice its index */
    const char *const *choices; /* FIELD_CHOICE: ends with NULL */
    const char *preset_text;    /* FIELD_TEXT */
    bool is_path;               /* FIELD_TEXT: it can be a file or a folder */
    /* FIELD_TEXT: false, with a sentence, where it can mean nothing anywhere. NULL: any text may. */
    bool (*check)(const char *text, struct error *e);
};

struct field_table {
    const struct field *fields;
    int count;
};

#define FIELD_TABLE(table) { .fields = (table), .count = (int)(sizeof(table) / sizeof(table)[0]) }

/* The most bytes of a text, with its terminating zero: enough for field_format() of any field. */
enum { FIELD_TEXT_SIZE = PATH_SIZE };

/* The rows of a table. A field has the name of its member, whose type must be that of the field's kind: any other does
 * not compile. */
#define INTEGER_FIELD(type, member, low_, high_, preset_, help_) \
    { FIELD_OF(type, member, int *, help_), .kind = FIELD_INTEGER, .low = low_, .high = high_, .preset = preset_ }
#define REAL_FIELD(type, member, low_, high_, preset_, help_) \
    { FIELD_OF(type, member, double *, help_), .kind = FIELD_REAL, .low = low_, .high = high_, .preset = preset_ }
#define BYTES_FIELD(type, member, low_, high_, preset_, help_) \
    { FIELD_OF(type, member, uint64_t *, help_), .kind = FIELD_BYTES, .low = low_, .high = high_, .preset = preset_ }
#define SWITCH_FIELD(type, member, preset_, help_) \
    { FIELD_OF(type, member, bool *, help_), .kind = FIELD_SWITCH, .preset = preset_ }
#define CHOICE_FIELD(type, member, choices_, preset_, help_) \
    { FIELD_OF(type, member, int *, help_), .kind = FIELD_CHOICE, .choices = choices_, .preset = preset_ }
#define TEXT_FIELD(type, member, preset_, help_) \
    { FIELD_OF(type, member, char(*)[sizeof(((type *)0)->member)], help_), .kind = FIELD_TEXT, .preset_text = preset_ }
#define CHECKED_TEXT_FIELD(type, member, preset_, check_, help_) \
    { FIELD_OF(type, member, char(*)[sizeof(((type *)0)->member)], help_), .kind = FIELD_TEXT, \
      .preset_text = preset_, .check = check_ }

#define PATH_FIELD(type, member, preset_, help_) \
    { FIELD_OF(type, member, char(*)[sizeof(((type *)0)->member)], help_), .kind = FIELD_TEXT, \
      .preset_text = preset_, .is_path = true }

#define FIELD_OF(type, member_, pointer, help_) \
    .name = #member_, .help = help_, .size = sizeof(((type *)0)->member_), \
    .offset = offsetof(type, member_) + FIELD_CHECKED(_Generic(&((type *)0)->member_, pointer: 1, default: 0), \
                                                      "a member is not of the type of its field's kind") + \
              FIELD_CHECKED(sizeof(((type *)0)->member_) <= FIELD_TEXT_SIZE, "a text is longer than FIELD_TEXT_SIZE")
/* 0, in a constant expression that does not compile unless `condition` holds. */
#define FIELD_CHECKED(condition, message) \
    (0 * sizeof(struct { _Static_assert(condition, message); int checked; }))

/* `settings` is the struct that the table describes. */
void fields_preset(struct field_table table, void *settings); /* sets all its fields to their presets */
const struct field *fields_find(struct field_table table, const char *name); /* NULL: there is none */

/* The names of all fields, "filters, kernel", and which is most similar to a word. */
void fields_known(struct field_table table, struct suggestion *likeliest, char *out, size_t size);

/* Sets a field from text. False with ERROR_INPUT, which names the field, the text and what is allowed; the settings are
 * then unchanged. */
bool field_parse(const struct field *f, void *settings, const char *text, struct error *e);

/* The field as text that field_parse() accepts. Size: FIELD_TEXT_SIZE is always enough. */
void field_format(const struct field *f, const void *settings, char *out, size_t size);
bool field_is_preset(const struct field *f, const void *settings);

/* One step up (+1) or down (-1), as the arrow keys of a form do: integers by 1, reals along 1, 2, 5, 10 and so on,
 * bytes by doubling, all within their bounds; choices and switches cycle; texts do not change. */
void field_nudge(const struct field *f, void *settings, int direction);

/* What is allowed: "a whole number 1..4096", "yes or no", "same or valid". For errors, help and the manual. */
void field_range(const struct field *f, char *out, size_t size);

#endif
