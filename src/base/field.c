#include "base/field.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Enough for the text of any number. */
enum { VALUE_SIZE = 64 };

static void *member(const struct field *f, void *settings)
{
    return (char *)settings + f->offset;
}

static const void *const_member(const struct field *f, const void *settings)
{
    return (const char *)settings + f->offset;
}

static int choice_count(const struct field *f)
{
    int n = 0;

    while (f->choices[n])
        n++;
    return n;
}

static double number_of(const struct field *f, const void *settings)
{
    const void *from = const_member(f, settings);

    switch (f->kind) {
    case FIELD_INTEGER:
    case FIELD_CHOICE:
        return *(const int *)from;
    case FIELD_SWITCH:
        return *(const bool *)from;
    case FIELD_REAL:
        return *(const double *)from;
    case FIELD_BYTES:
        return (double)*(const uint64_t *)from;
    case FIELD_TEXT:
        break;
    }
    return 0;
}

static void set_number(const struct field *f, void *settings, double number)
{
    void *to = member(f, settings);

    switch (f->kind) {
    case FIELD_INTEGER:
    case FIELD_CHOICE:
        *(int *)to = (int)number;
        break;
    case FIELD_SWITCH:
        *(bool *)to = number != 0;
        break;
    case FIELD_REAL:
        *(double *)to = number;
        break;
    case FIELD_BYTES:
        *(uint64_t *)to = (uint64_t)number;
        break;
    case FIELD_TEXT:
        break;
    }
}

void fields_preset(struct field_table table, void *settings)
{
    for (int i = 0; i < table.count; i++) {
        const struct field *f = &table.fields[i];

        if (f->kind == FIELD_TEXT)
            text_copy(member(f, settings), f->size, f->preset_text);
        else
            set_number(f, settings, f->preset);
    }
}

const struct field *fields_find(struct field_table table, const char *name)
{
    for (int i = 0; i < table.count; i++)
        if (strcmp(table.fields[i].name, name) == 0)
            return &table.fields[i];
    return NULL;
}

void fields_known(struct field_table table, struct suggestion *likeliest, char *out, size_t size)
{
    out[0] = '\0';
    for (int i = 0; i < table.count; i++) {
        suggestion_consider(likeliest, table.fields[i].name);
        text_append(out, size, "%s%s", i ? ", " : "", table.fields[i].name);
    }
}

static bool wrong_value(const struct field *f, const char *text, struct error *e)
{
    char range[256];

    field_range(f, range, sizeof range);
    return error_set(e, ERROR_INPUT, "%s = %s: takes %s", f->name, text, range);
}

static bool parse_switch(const struct field *f, void *settings, const char *text, struct error *e)
{
    static const struct {
        const char *word;
        bool on;
    } words[] = { { "yes", true }, { "no", false }, { "true", true }, { "false", false },
                  { "on", true },  { "off", false }, { "1", true },   { "0", false } };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].word, text) == 0) {
            set_number(f, settings, words[i].on);
            return true;
        }
    return wrong_value(f, text, e);
}

static bool parse_choice(const struct field *f, void *settings, const char *text, struct error *e)
{
    for (int i = 0; f->choices[i]; i++)
        if (strcmp(f->choices[i], text) == 0) {
            set_number(f, settings, i);
            return true;
        }
    return wrong_value(f, text, e);
}

/* What is shown, listed and written is lines. */
static bool parse_text(const struct field *f, void *settings, const char *text, struct error *e)
{
    if (strlen(text) >= f->size)
        return error_set(e, ERROR_INPUT, "%s: longer than %zu bytes; a link to it can have a shorter name", f->name,
                         f->size - 1);
    if (strchr(text, '\n'))
        return error_set(e, ERROR_INPUT, "%s: must not hold a line break", f->name);
    if (f->check && !f->check(text, e))
        return false;
    text_copy(member(f, settings), f->size, text);
    return true;
}

bool field_parse(const struct field *f, void *settings, const char *text, struct error *e)
{
    int64_t integer;
    uint64_t bytes;
    double real;

    switch (f->kind) {
    case FIELD_INTEGER:
        if (!text_to_int64(text, &integer) || integer < f->low || integer > f->high)
            return wrong_value(f, text, e);
        set_number(f, settings, (double)integer);
        return true;
    case FIELD_REAL:
        if (!text_to_double(text, &real) || real < f->low || real > f->high)
            return wrong_value(f, text, e);
        set_number(f, settings, real);
        return true;
    case FIELD_BYTES:
        if (!text_to_bytes(text, &bytes) || (double)bytes < f->low || (double)bytes > f->high)
            return wrong_value(f, text, e);
        set_number(f, settings, (double)bytes);
        return true;
    case FIELD_SWITCH:
        return parse_switch(f, settings, text, e);
    case FIELD_CHOICE:
        return parse_choice(f, settings, text, e);
    case FIELD_TEXT:
        return parse_text(f, settings, text, e);
    }
    return error_set(e, ERROR_INPUT, "%s: a field of unknown kind", f->name);
}

/* The shortest decimal, of 6 digits or more, that reads back as the same double. */
static void format_real(double number, char *out, size_t size)
{
    double back;

    for (int digits = 6; digits <= 17; digits++) {
        snprintf(out, size, "%.*g", digits, number);
        if (text_to_double(out, &back) && back == number)
            return;
    }
}

/* In the largest unit of which it is a whole number. */
static void format_bytes(double number, char *out, size_t size)
{
    static const char *const units[] = { "", "K", "M", "G", "T" };
    int unit = 0;

    for (; number >= 1024 && fmod(number, 1024) == 0 && unit < 4; unit++)
        number /= 1024;
    snprintf(out, size, "%.0f%s", number, units[unit]);
}

void field_format(const struct field *f, const void *settings, char *out, size_t size)
{
    double number = number_of(f, settings);

    switch (f->kind) {
    case FIELD_INTEGER:
        snprintf(out, size, "%d", (int)number);
        break;
    case FIELD_REAL:
        format_real(number, out, size);
        break;
    case FIELD_BYTES:
        format_bytes(number, out, size);
        break;
    case FIELD_SWITCH:
        snprintf(out, size, "%s", number != 0 ? "yes" : "no");
        break;
    case FIELD_CHOICE:
        snprintf(out, size, "%s", f->choices[(int)number]);
        break;
    case FIELD_TEXT:
        snprintf(out, size, "%s", (const char *)const_member(f, settings));
        break;
    }
}

bool field_is_preset(const struct field *f, const void *settings)
{
    if (f->kind == FIELD_TEXT)
        return strcmp(const_member(f, settings), f->preset_text) == 0;
    return number_of(f, settings) == f->preset;
}

/* The number before or after x > 0 in the series … 0.1 0.2 0.5 1 2 5 10 …. */
static double next_in_series(double x, int direction)
{
    static const double mantissas[] = { 1, 2, 5, 10 };
    double decade = pow(10, floor(log10(x) + 1e-9)), m = x / decade;

    if (direction > 0) {
        for (int i = 0; i < 4; i++)
            if (mantissas[i] > m * (1 + 1e-9))
                return mantissas[i] * decade;
        return 20 * decade;
    }
    for (int i = 3; i >= 0; i--)
        if (mantissas[i] < m * (1 - 1e-9))
            return mantissas[i] * decade;
    return decade / 2;
}

/* Below the smallest step, 1e-6, a field goes to its lower bound, which may be 0. */
static double nudge_real(const struct field *f, double x, int direction)
{
    const double smallest = 1e-6;

    if (x <= 0)
        return direction > 0 ? fmax(f->low, f->high <= 1 ? 0.1 : 1) : x;
    if (direction < 0 && x <= smallest * (1 + 1e-9))
        return f->low;
    return next_in_series(x, direction);
}

/* From nothing to a gigabyte, and back below sixteen megabytes. */
static double nudge_bytes(double x, int direction)
{
    const double first = 1 << 30, least = 1 << 24;

    if (x <= 0)
        return direction > 0 ? first : x;
    return direction > 0 ? 2 * x : x / 2 < least ? 0 : floor(x / 2);
}

void field_nudge(const struct field *f, void *settings, int direction)
{
    double number = number_of(f, settings);

    switch (f->kind) {
    case FIELD_CHOICE:
        number = fmod(number + direction + choice_count(f), choice_count(f));
        break;
    case FIELD_SWITCH:
        number = !number;
        break;
    case FIELD_INTEGER:
        number = fmin(fmax(number + direction, f->low), f->high);
        break;
    case FIELD_REAL:
        number = fmin(fmax(nudge_real(f, number, direction), f->low), f->high);
        break;
    case FIELD_BYTES:
        number = fmin(fmax(nudge_bytes(number, direction), f->low), f->high);
        break;
    case FIELD_TEXT:
        return;
    }
    set_number(f, settings, number);
}

void field_range(const struct field *f, char *out, size_t size)
{
    char low[VALUE_SIZE], high[VALUE_SIZE];

    out[0] = '\0';
    switch (f->kind) {
    case FIELD_INTEGER:
        snprintf(out, size, "a whole number %.0f..%.0f", f->low, f->high);
        break;
    case FIELD_REAL:
        format_real(f->low, low, sizeof low);
        format_real(f->high, high, sizeof high);
        snprintf(out, size, "a number %s..%s", low, high);
        break;
    case FIELD_BYTES:
        format_bytes(f->low, low, sizeof low);
        format_bytes(f->high, high, sizeof high);
        snprintf(out, size, "bytes %s..%s, as 512M or 4G", low, high);
        break;
    case FIELD_SWITCH:
        snprintf(out, size, "yes or no");
        break;
    case FIELD_CHOICE:
        for (int i = 0; f->choices[i]; i++)
            text_append(out, size, "%s%s", i == 0 ? "" : f->choices[i + 1] ? ", " : " or ", f->choices[i]);
        break;
    case FIELD_TEXT:
        snprintf(out, size, "a text of at most %zu bytes", f->size - 1);
        break;
    }
}
