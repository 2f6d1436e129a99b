#include "data/sources/pickle_stack.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"

/* CIFAR-100's training file has 200,000 values, and remembers each. */
enum { VALUES_MOST = 1 << 20 };

static const char too_many[] = "it has too many values for a data set";

static bool no_memory(struct pickle_stack *s)
{
    return error_set(s->e, ERROR_MEMORY, "not enough memory for it");
}

bool pickle_stack_refuse(struct pickle_stack *s, const char *what)
{
    return error_set(s->e, ERROR_INPUT, "%s", what);
}

bool pickle_stack_grow(struct pickle_stack *s, struct pickle_list *list, int count)
{
    if (count > VALUES_MOST)
        return pickle_stack_refuse(s, too_many);
    if (count > list->room) {
        int room = int_max(count, int_max(8, 2 * list->room));
        struct pickle_value *items = realloc(list->items, (size_t)room * sizeof *items);

        if (!items)
            return no_memory(s);
        list->items = items;
        list->room = room;
    }
    while (list->count < count)
        list->items[list->count++] = (struct pickle_value){ .kind = PICKLE_NONE };
    return true;
}

bool pickle_stack_push(struct pickle_stack *s, struct pickle_value value)
{
    if (++s->pushed > VALUES_MOST)
        return pickle_stack_refuse(s, too_many);
    if (!pickle_stack_grow(s, &s->values, s->values.count + 1))
        return false;
    s->values.items[s->values.count - 1] = value;
    return true;
}

static int floor_of(const struct pickle_stack *s)
{
    return s->n_marks > 0 ? s->marks[s->n_marks - 1] : 0;
}

struct pickle_value *pickle_stack_top(struct pickle_stack *s, int below)
{
    if (s->values.count - below > floor_of(s))
        return &s->values.items[s->values.count - 1 - below];
    pickle_stack_refuse(s, "it is damaged");
    return NULL;
}

bool pickle_stack_push_list(struct pickle_stack *s, enum pickle_kind kind, int64_t integer)
{
    struct pickle_list *list = memory_new(1, sizeof *list, s->e);

    if (!list)
        return false;
    list->next = s->out->lists;
    s->out->lists = list;
    return pickle_stack_push(s, (struct pickle_value){ .kind = kind, .integer = integer, .list = list });
}

bool pickle_stack_move(struct pickle_stack *s, struct pickle_list *list, int first)
{
    int before = list->count, count = s->values.count - first;

    if (!pickle_stack_grow(s, list, before + count))
        return false;
    if (count > 0)
        memcpy(list->items + before, s->values.items + first, (size_t)count * sizeof *list->items);
    s->values.count = first;
    return true;
}

bool pickle_stack_push_tuple(struct pickle_stack *s, int count)
{
    int first = s->values.count - count;

    if (count > 0 && !pickle_stack_top(s, count - 1))
        return false;
    if (!pickle_stack_push_list(s, PICKLE_LIST, 0))
        return false;
    struct pickle_value tuple = s->values.items[--s->values.count];

    return pickle_stack_move(s, tuple.list, first) && pickle_stack_push(s, tuple);
}

bool pickle_stack_mark(struct pickle_stack *s)
{
    if (s->n_marks == s->marks_room) {
        int room = int_max(8, 2 * s->marks_room);
        int *marks = room <= VALUES_MOST ? realloc(s->marks, (size_t)room * sizeof *marks) : NULL;

        if (!marks)
            return no_memory(s);
        s->marks = marks;
        s->marks_room = room;
    }
    s->marks[s->n_marks++] = s->values.count;
    return true;
}

int pickle_stack_pop_mark(struct pickle_stack *s)
{
    if (s->n_marks == 0) {
        pickle_stack_refuse(s, "it is damaged");
        return -1;
    }
    return s->values.count - s->marks[--s->n_marks];
}

bool pickle_stack_remember(struct pickle_stack *s, uint64_t at)
{
    const struct pickle_value *value = pickle_stack_top(s, 0);

    if (!value)
        return false;
    if (at >= VALUES_MOST)
        return pickle_stack_refuse(s, too_many);
    if (!pickle_stack_grow(s, &s->memo, int_max(s->memo.count, (int)at + 1)))
        return false;
    s->memo.items[at] = *value;
    return true;
}

bool pickle_stack_recall(struct pickle_stack *s, uint64_t at)
{
    return at < (uint64_t)s->memo.count ? pickle_stack_push(s, s->memo.items[at])
                                        : pickle_stack_refuse(s, "it is damaged");
}

void pickle_stack_free(struct pickle_stack *s)
{
    free(s->values.items);
    free(s->memo.items);
    free(s->marks);
}
