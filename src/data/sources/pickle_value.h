/* What is in a pickle. */
#ifndef DATA_PICKLE_VALUE_H
#define DATA_PICKLE_VALUE_H

#include <stdint.h>

enum pickle_kind {
    PICKLE_NONE,
    PICKLE_INTEGER, /* truth values too */
    PICKLE_TEXT,    /* or bytes */
    PICKLE_LIST,    /* or a tuple */
    PICKLE_DICTIONARY,
    PICKLE_GLOBAL, /* a name of Python's: only NumPy's for arrays */
    PICKLE_OBJECT  /* what such a name made; its list holds its state */
};

enum { PICKLE_TEXT_SIZE = 40 };

struct pickle_value {
    enum pickle_kind kind;
    int64_t integer;             /* of a PICKLE_OBJECT and of a PICKLE_GLOBAL: which name */
    uint64_t offset, length;     /* of a text: where it is in the file */
    char text[PICKLE_TEXT_SIZE]; /* of a text that fits, else "" */
    struct pickle_list *list;    /* of lists, dictionaries (keys and values in turn) and objects */
};

struct pickle_list {
    int count, room;
    struct pickle_value *items;
    struct pickle_list *next; /* of all that a pickle has */
};

struct pickle {
    struct pickle_value top;
    struct pickle_list *lists;
};

#endif
