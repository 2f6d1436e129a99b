/* The stack and the memory of the machine that a pickle is written for. All that can fail sets the error that the stack
 * was given, and is false, NULL or negative. */
#ifndef DATA_PICKLE_STACK_H
#define DATA_PICKLE_STACK_H

#include "base/error.h"
#include "data/sources/pickle_value.h"

struct pickle_stack {
    struct pickle *out; /* owns the lists that are made */
    struct error *e;
    struct pickle_list values, memo;
    int *marks; /* heights of the stack */
    int n_marks, marks_room;
    int pushed; /* values, ever */
};

bool pickle_stack_refuse(struct pickle_stack *s, const char *what); /* always false */

bool pickle_stack_push(struct pickle_stack *s, struct pickle_value value);
/* The value so far below the top, and above the newest mark. */
struct pickle_value *pickle_stack_top(struct pickle_stack *s, int below);

bool pickle_stack_mark(struct pickle_stack *s);
int pickle_stack_pop_mark(struct pickle_stack *s); /* how many values are above it */

/* An empty list, dictionary or object; `integer` as in struct pickle_value. */
bool pickle_stack_push_list(struct pickle_stack *s, enum pickle_kind kind, int64_t integer);
bool pickle_stack_push_tuple(struct pickle_stack *s, int count); /* of so many values at the top */

/* Moves the values from position `first` of the stack on to the end of a list. */
bool pickle_stack_move(struct pickle_stack *s, struct pickle_list *list, int first);
/* Makes a list so long, with PICKLE_NONE at its end. */
bool pickle_stack_grow(struct pickle_stack *s, struct pickle_list *list, int count);

/* Keeps the value at the top under a number; pushes the one that is kept there. */
bool pickle_stack_remember(struct pickle_stack *s, uint64_t at);
bool pickle_stack_recall(struct pickle_stack *s, uint64_t at);

void pickle_stack_free(struct pickle_stack *s);

#endif
