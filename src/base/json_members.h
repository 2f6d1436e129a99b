/* A struct as a JSON object: a table says which of its members is which key. What is unknown is null, and a key that is
 * missing is like null. */
#ifndef BASE_JSON_MEMBERS_H
#define BASE_JSON_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>

struct json_t;

enum json_kind {
    JSON_KIND_TEXT,    /* char []; "" is null. Made safe (text_sanitise()) both ways */
    JSON_KIND_FLAG,    /* bool */
    JSON_KIND_INTEGER, /* int */
    JSON_KIND_ORDINAL, /* int from 1 on; else null */
    JSON_KIND_WHOLE,   /* int that is not negative, like those that follow */
    JSON_KIND_WHOLE32, /* uint32_t, up to what an int holds */
    JSON_KIND_WHOLE64, /* uint64_t or size_t */
    JSON_KIND_MEASURE  /* double; null when it is negative or not finite, and negative when it is null */
};

struct json_member {
    const char *name;
    enum json_kind kind;
    size_t offset, size;
};

/* The last two of a row: JSON_MEMBER(struct summary, date) */
#define JSON_MEMBER(type, member) offsetof(type, member), sizeof(((type *)0)->member)

/* Adds the keys in the table's order; false without memory. */
bool json_members_put(struct json_t *object, const struct json_member *table, int count, const void *from);

/* What is null stays as it is, but for measures. Returns the key whose value is of another kind, or NULL. Of no object
 * (NULL) all is null. */
const char *json_members_take(void *to, const struct json_member *table, int count, const struct json_t *object);

#endif
