#include "base/json_members.h"

#include <math.h>
#include <stdint.h>

#include <jansson.h>

#include "base/text.h"

_Static_assert(sizeof(size_t) == sizeof(uint64_t), "JSON_KIND_WHOLE64 is for both");

static json_t *text_value(const char *text)
{
    char clean[4096];

    text_sanitise(clean, sizeof clean, text); /* Jansson accepts valid UTF-8 only */
    return clean[0] ? json_string(clean) : json_null();
}

static json_t *measure_value(double number)
{
    return isfinite(number) && number >= 0 ? json_real(number) : json_null();
}

static json_t *value_of(const struct json_member *m, const void *from)
{
    const void *at = (const char *)from + m->offset;

    switch (m->kind) {
    case JSON_KIND_TEXT:
        return text_value(at);
    case JSON_KIND_FLAG:
        return json_boolean(*(const bool *)at);
    case JSON_KIND_INTEGER:
    case JSON_KIND_WHOLE:
        return json_integer(*(const int *)at);
    case JSON_KIND_ORDINAL:
        return *(const int *)at > 0 ? json_integer(*(const int *)at) : json_null();
    case JSON_KIND_WHOLE32:
        return json_integer(*(const uint32_t *)at);
    case JSON_KIND_WHOLE64:
        return json_integer((json_int_t) * (const uint64_t *)at);
    case JSON_KIND_MEASURE:
        return measure_value(*(const double *)at);
    }
    return NULL;
}

bool json_members_put(json_t *object, const struct json_member *table, int count, const void *from)
{
    for (int i = 0; i < count; i++)
        if (json_object_set_new(object, table[i].name, value_of(&table[i], from)) != 0)
            return false;
    return true;
}

static bool take_integer(void *at, enum json_kind kind, const json_t *value)
{
    const json_int_t number = json_integer_value(value);

    if (kind == JSON_KIND_WHOLE64)
        *(uint64_t *)at = (uint64_t)number;
    else if (kind == JSON_KIND_WHOLE32)
        *(uint32_t *)at = (uint32_t)number;
    else
        *(int *)at = (int)number;
    if (kind == JSON_KIND_INTEGER || kind == JSON_KIND_ORDINAL)
        return json_is_integer(value) && number == (int)number;
    return json_is_integer(value) && number >= 0 && (kind == JSON_KIND_WHOLE64 || number <= INT32_MAX);
}

static bool take_value(void *to, const struct json_member *m, const json_t *value)
{
    void *at = (char *)to + m->offset;

    if (m->kind == JSON_KIND_MEASURE)
        *(double *)at = json_is_number(value) ? json_number_value(value) : -1;
    if (!value || json_is_null(value))
        return true;
    switch (m->kind) {
    case JSON_KIND_TEXT:
        if (json_is_string(value))
            text_sanitise(at, m->size, json_string_value(value));
        return json_is_string(value);
    case JSON_KIND_FLAG:
        *(bool *)at = json_is_true(value);
        return json_is_boolean(value);
    case JSON_KIND_INTEGER:
    case JSON_KIND_ORDINAL:
    case JSON_KIND_WHOLE:
    case JSON_KIND_WHOLE32:
    case JSON_KIND_WHOLE64:
        return take_integer(at, m->kind, value);
    case JSON_KIND_MEASURE:
        return json_is_number(value);
    }
    return false;
}

const char *json_members_take(void *to, const struct json_member *table, int count, const json_t *object)
{
    for (int i = 0; i < count; i++)
        if (!take_value(to, &table[i], json_object_get(object, table[i].name)))
            return table[i].name;
    return NULL;
}
