#include "data/sources/list_classes.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/sources/list_rows.h"

/* A power of two; the table is never more than a quarter full. */
enum { SLOTS = 4 * CLASSES_MAX };

struct label {
    char *text;
    int64_t number; /* negative: it is none */
    bool trained;
    int class;
};

struct list_classes {
    struct label label[CLASSES_MAX];
    int count;
    int16_t slot[SLOTS]; /* place + 1 of the label that hashes there, or to one before it; 0: none */
    int last;            /* the place that was taken last: lists often go class by class */
};

struct list_classes *list_classes_new(struct error *e)
{
    return memory_new(1, sizeof(struct list_classes), e);
}

void list_classes_free(struct list_classes *c)
{
    for (int i = 0; c && i < c->count; i++)
        free(c->label[i].text);
    free(c);
}

static unsigned slot_of(const struct list_classes *c, const char *text)
{
    unsigned slot = (unsigned)(hash_bytes(text, strlen(text), 0) % SLOTS);

    while (c->slot[slot] && strcmp(c->label[c->slot[slot] - 1].text, text) != 0)
        slot = (slot + 1) % SLOTS;
    return slot;
}

static bool add(struct list_classes *c, const char *text, unsigned slot, struct error *e)
{
    struct label *label = &c->label[c->count];

    if (c->count == CLASSES_MAX)
        return error_set(e, ERROR_INPUT, "'%.60s' would be one class more than %d, which is the most", text,
                         CLASSES_MAX);
    label->text = strdup(text);
    if (!label->text)
        return error_set(e, ERROR_MEMORY, "not enough memory for the names of classes");
    if (!isdigit((unsigned char)text[0]) || !text_to_int64(text, &label->number))
        label->number = -1;
    c->slot[slot] = (int16_t)++c->count;
    return true;
}

bool list_classes_take(struct list_classes *c, const char *label, bool trained, int *place, struct error *e)
{
    if (c->count == 0 || strcmp(c->label[c->last].text, label) != 0) {
        unsigned slot = slot_of(c, label);

        if (!c->slot[slot] && !add(c, label, slot, e))
            return false;
        c->last = c->slot[slot] - 1;
    }
    *place = c->last;
    c->label[*place].trained |= trained;
    return true;
}

static int by_number(const void *a, const void *b)
{
    const struct label *one = *(struct label *const *)a, *other = *(struct label *const *)b;

    if (one->number != other->number)
        return one->number < other->number ? -1 : 1;
    return strcmp(one->text, other->text);
}

static int by_text(const void *a, const void *b)
{
    return strcmp((*(struct label *const *)a)->text, (*(struct label *const *)b)->text);
}

/* Without a file of categories each label is a class. */
static bool settle_alone(struct list_classes *c, struct image_tree *t, struct error *e)
{
    struct label *order[CLASSES_MAX];
    bool numbers = true;

    for (int i = 0; i < c->count; i++) {
        order[i] = &c->label[i];
        numbers = numbers && c->label[i].number >= 0;
        if (!c->label[i].trained)
            return error_set(e, ERROR_INPUT, "class '%.60s' has images to test with, but none to train with",
                             c->label[i].text);
    }
    qsort(order, (size_t)c->count, sizeof *order, numbers ? by_number : by_text);
    for (int i = 0; i < c->count; i++) {
        order[i]->class = i;
        if (!image_tree_add_class(t, order[i]->text, e))
            return false;
    }
    return true;
}

/* A line has the name alone, or a number behind it; a blank is part of a name. */
static const char *take_category(struct list_rows *r, int64_t *number)
{
    char *name = r->field[0];

    if (r->fields > 1 && !text_to_int64(r->field[1], number))
        for (char *at = name; at < r->field[1]; at++)
            if (*at == '\0')
                *at = ' ';
    return name;
}

/* "/a/airfield" of Places365 is "airfield". */
static const char *bare_name(const char *name)
{
    return name[0] == '/' && name[1] && name[2] == '/' && name[3] ? name + 3 : name;
}

static bool read_categories(struct list_rows *r, const char *path, struct image_tree *t, struct error *e)
{
    while (list_rows_next(r, e)) {
        int64_t number = t->classes;
        const char *name = take_category(r, &number);

        if (number != t->classes)
            return error_set(e, ERROR_INPUT, "%s:%u: class %.60s has the number %lld, but it is the %dth from 0",
                             path_name(path), r->row, name, (long long)number, t->classes);
        if (!image_tree_add_class(t, bare_name(name), e))
            return false;
    }
    return e->kind == ERROR_NONE;
}

/* The class that the label is by its number or name. */
static bool settle_label(struct label *label, const char *categories, const struct image_tree *t, struct error *e)
{
    label->class = label->number >= 0 && label->number < t->classes ? (int)label->number
                                                                    : image_tree_find_class(t, bare_name(label->text));
    return label->class >= 0 || error_set(e, ERROR_INPUT, "label '%.60s' is none of the %d classes in %s", label->text,
                                          t->classes, path_name(categories));
}

bool list_classes_settle(struct list_classes *c, const char *categories, struct image_tree *t, struct error *e)
{
    struct list_rows r;

    if (!categories[0])
        return settle_alone(c, t, e);
    if (!list_rows_open(&r, categories, SIZE_MAX, e))
        return false;
    bool good = read_categories(&r, categories, t, e);

    list_rows_close(&r);
    for (int i = 0; good && i < c->count; i++)
        good = settle_label(&c->label[i], categories, t, e);
    return good;
}

int list_classes_number(const struct list_classes *c, int place)
{
    return c->label[place].class;
}
