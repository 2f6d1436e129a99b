#include "data/sources/pickle.h"

#include <stdlib.h>
#include <string.h>

#include "data/sources/pickle_stack.h"

enum { NAME_SIZE = 64 };

/* The names of Python's that an array needs, by position. They are compared, and never looked up. */
static const struct {
    const char *module, *name;
} globals[] = {
    { "numpy.core.multiarray", "_reconstruct" },
    { "numpy._core.multiarray", "_reconstruct" },
    { "numpy", "ndarray" },
    { "numpy", "dtype" },
};

enum { GLOBALS = sizeof globals / sizeof *globals, RECONSTRUCTS = 2 /* the first ones */ };

struct reader {
    FILE *in;
    struct pickle_stack stack;
};

static bool refuse(struct reader *r, const char *what)
{
    return pickle_stack_refuse(&r->stack, what);
}

static bool cut_short(struct reader *r)
{
    return refuse(r, ferror(r->in) ? "it cannot be read" : "it is cut short");
}

static bool read_number(struct reader *r, int bytes, uint64_t *out)
{
    unsigned char b[8];

    if (fread(b, 1, (size_t)bytes, r->in) != (size_t)bytes)
        return cut_short(r);
    *out = 0;
    for (int i = bytes - 1; i >= 0; i--)
        *out = *out << 8 | b[i];
    return true;
}

static bool push_integer(struct reader *r, int bytes)
{
    uint64_t value;

    if (!read_number(r, bytes, &value))
        return false;
    if (bytes == 4)
        value = (uint64_t)(int64_t)(int32_t)(uint32_t)value;
    return pickle_stack_push(&r->stack, (struct pickle_value){ .kind = PICKLE_INTEGER, .integer = (int64_t)value });
}

/* Long texts, the images among them, stay in the file. */
static bool push_text(struct reader *r, int bytes_of_length)
{
    struct pickle_value text = { .kind = PICKLE_TEXT };
    off_t at;

    if (!read_number(r, bytes_of_length, &text.length))
        return false;
    if ((at = ftello(r->in)) < 0 || text.length > INT64_MAX / 2)
        return cut_short(r);
    text.offset = (uint64_t)at;
    if (text.length >= PICKLE_TEXT_SIZE) {
        if (fseeko(r->in, (off_t)text.length, SEEK_CUR) != 0)
            return cut_short(r);
    } else if (fread(text.text, 1, text.length, r->in) != text.length) {
        return cut_short(r);
    }
    return pickle_stack_push(&r->stack, text);
}

static bool push_named(struct reader *r, const char *module, const char *name)
{
    for (int i = 0; i < GLOBALS; i++)
        if (strcmp(module, globals[i].module) == 0 && strcmp(name, globals[i].name) == 0)
            return pickle_stack_push(&r->stack, (struct pickle_value){ .kind = PICKLE_GLOBAL, .integer = i });
    return refuse(r, "it asks Python to run code that no data set needs");
}

static bool read_line(struct reader *r, char line[NAME_SIZE])
{
    if (!fgets(line, NAME_SIZE, r->in) || feof(r->in))
        return cut_short(r);
    line[strcspn(line, "\n")] = '\0';
    return true;
}

static bool push_global(struct reader *r, int unused)
{
    char module[NAME_SIZE], name[NAME_SIZE];

    (void)unused;
    return read_line(r, module) && read_line(r, name) && push_named(r, module, name);
}

static bool push_stack_global(struct reader *r, int unused)
{
    struct pickle_value *name = pickle_stack_top(&r->stack, 0), *module = name ? pickle_stack_top(&r->stack, 1) : NULL;

    (void)unused;
    if (!module)
        return false;
    r->stack.values.count -= 2;
    return push_named(r, module->text, name->text);
}

/* An object of the name below, made of the arguments at the top. */
static bool reduce(struct reader *r, int unused)
{
    const struct pickle_value *arguments = pickle_stack_top(&r->stack, 0),
                              *name = arguments ? pickle_stack_top(&r->stack, 1) : NULL;

    (void)unused;
    if (!name)
        return false;
    if (name->kind != PICKLE_GLOBAL)
        return refuse(r, "it asks Python to run code that no data set needs");
    int64_t which = name->integer;

    r->stack.values.count -= 2;
    return pickle_stack_push_list(&r->stack, PICKLE_OBJECT, which);
}

/* Gives the object below the state at the top. */
static bool build(struct reader *r, int unused)
{
    const struct pickle_value *state = pickle_stack_top(&r->stack, 0),
                              *object = state ? pickle_stack_top(&r->stack, 1) : NULL;

    (void)unused;
    if (!object)
        return false;
    if (object->kind != PICKLE_OBJECT || state->kind != PICKLE_LIST)
        return refuse(r, "it holds objects that no data set needs");
    struct pickle_list *into = object->list;
    const struct pickle_list *from = state->list;

    into->count = 0;
    r->stack.values.count--;
    if (!pickle_stack_grow(&r->stack, into, from->count))
        return false;
    if (from->count > 0)
        memcpy(into->items, from->items, (size_t)from->count * sizeof *into->items);
    return true;
}

/* Puts `count` values at the top into the list or dictionary below them. */
static bool put_into(struct reader *r, enum pickle_kind kind, int count)
{
    struct pickle_value *owner = count >= 0 ? pickle_stack_top(&r->stack, count) : NULL;

    if (!owner)
        return false;
    if (owner->kind != kind)
        return refuse(r, "it is damaged");
    return pickle_stack_move(&r->stack, owner->list, r->stack.values.count - count);
}

/* By a number that follows, or by the next one. */
static bool remember(struct reader *r, int bytes)
{
    uint64_t at = (uint64_t)r->stack.memo.count;

    return (bytes == 0 || read_number(r, bytes, &at)) && pickle_stack_remember(&r->stack, at);
}

static bool recall(struct reader *r, int bytes)
{
    uint64_t at;

    return read_number(r, bytes, &at) && pickle_stack_recall(&r->stack, at);
}

static bool skip(struct reader *r, int bytes)
{
    uint64_t ignored;

    return read_number(r, bytes, &ignored);
}

static bool push_mark(struct reader *r, int unused)
{
    (void)unused;
    return pickle_stack_mark(&r->stack);
}

static bool push_tuple(struct reader *r, int count)
{
    return pickle_stack_push_tuple(&r->stack, count);
}

static bool push_none(struct reader *r, int unused)
{
    (void)unused;
    return pickle_stack_push(&r->stack, (struct pickle_value){ .kind = PICKLE_NONE });
}

static bool push_truth(struct reader *r, int truth)
{
    return pickle_stack_push(&r->stack, (struct pickle_value){ .kind = PICKLE_INTEGER, .integer = truth });
}

static bool push_empty(struct reader *r, int kind)
{
    return pickle_stack_push_list(&r->stack, (enum pickle_kind)kind, 0);
}

static bool push_marked_tuple(struct reader *r, int unused)
{
    int count = pickle_stack_pop_mark(&r->stack);
    (void)unused;

    return count >= 0 && pickle_stack_push_tuple(&r->stack, count);
}

/* Into a list one value at the top, or those above the mark (0); into a dictionary two. */
static bool append(struct reader *r, int count)
{
    return put_into(r, PICKLE_LIST, count > 0 ? count : pickle_stack_pop_mark(&r->stack));
}

static bool set_items(struct reader *r, int count)
{
    return put_into(r, PICKLE_DICTIONARY, count > 0 ? count : pickle_stack_pop_mark(&r->stack));
}

/* All instructions that are followed, but the one that ends; names as in Python's pickletools. */
static const struct {
    unsigned char code;
    bool (*follow)(struct reader *r, int argument);
    int argument;
} instructions[] = {
    { 0x80, skip, 1 },                      /* PROTO */
    { 0x95, skip, 8 },                      /* FRAME */
    { '(', push_mark, 0 },                  /* MARK */
    { 'N', push_none, 0 },                  /* NONE */
    { 0x88, push_truth, 1 },                /* NEWTRUE */
    { 0x89, push_truth, 0 },                /* NEWFALSE */
    { 'K', push_integer, 1 },               /* BININT1 */
    { 'M', push_integer, 2 },               /* BININT2 */
    { 'J', push_integer, 4 },               /* BININT */
    { 'U', push_text, 1 },                  /* SHORT_BINSTRING */
    { 'C', push_text, 1 },                  /* SHORT_BINBYTES */
    { 0x8C, push_text, 1 },                 /* SHORT_BINUNICODE */
    { 'T', push_text, 4 },                  /* BINSTRING */
    { 'B', push_text, 4 },                  /* BINBYTES */
    { 'X', push_text, 4 },                  /* BINUNICODE */
    { 0x8D, push_text, 8 },                 /* BINUNICODE8 */
    { 0x8E, push_text, 8 },                 /* BINBYTES8 */
    { ']', push_empty, PICKLE_LIST },       /* EMPTY_LIST */
    { '}', push_empty, PICKLE_DICTIONARY }, /* EMPTY_DICT */
    { ')', push_tuple, 0 },                 /* EMPTY_TUPLE */
    { 0x85, push_tuple, 1 },                /* TUPLE1 */
    { 0x86, push_tuple, 2 },                /* TUPLE2 */
    { 0x87, push_tuple, 3 },                /* TUPLE3 */
    { 't', push_marked_tuple, 0 },          /* TUPLE */
    { 'a', append, 1 },                     /* APPEND */
    { 'e', append, 0 },                     /* APPENDS */
    { 's', set_items, 2 },                  /* SETITEM */
    { 'u', set_items, 0 },                  /* SETITEMS */
    { 'c', push_global, 0 },                /* GLOBAL */
    { 0x93, push_stack_global, 0 },         /* STACK_GLOBAL */
    { 'R', reduce, 0 },                     /* REDUCE */
    { 'b', build, 0 },                      /* BUILD */
    { 'q', remember, 1 },                   /* BINPUT */
    { 'r', remember, 4 },                   /* LONG_BINPUT */
    { 0x94, remember, 0 },                  /* MEMOIZE */
    { 'h', recall, 1 },                     /* BINGET */
    { 'j', recall, 4 },                     /* LONG_BINGET */
};

static bool follow(struct reader *r, int code)
{
    for (size_t i = 0; i < sizeof instructions / sizeof *instructions; i++)
        if (instructions[i].code == code)
            return instructions[i].follow(r, instructions[i].argument);
    return refuse(r, "it holds what no data set needs");
}

static bool read_all(struct reader *r)
{
    const struct pickle_value *last;
    int code;

    while ((code = getc(r->in)) != EOF && code != '.')
        if (!follow(r, code))
            return false;
    if (code == EOF)
        return cut_short(r);
    if (!(last = pickle_stack_top(&r->stack, 0)))
        return false;
    r->stack.out->top = *last;
    return r->stack.out->top.kind == PICKLE_DICTIONARY || refuse(r, "it is no dictionary");
}

bool pickle_read(FILE *in, const char *name, struct pickle *out, struct error *e)
{
    struct reader r = { .in = in, .stack = { .out = out, .e = e } };

    *out = (struct pickle){ .lists = NULL };
    bool read = read_all(&r) || error_context(e, "%s is no pickle of a data set", name);

    pickle_stack_free(&r.stack);
    if (!read)
        pickle_free(out);
    return read;
}

void pickle_free(struct pickle *p)
{
    struct pickle_list *next;

    for (struct pickle_list *list = p->lists; list; list = next) {
        next = list->next;
        free(list->items);
        free(list);
    }
    *p = (struct pickle){ .lists = NULL };
}

const struct pickle_value *pickle_find(const struct pickle *p, const char *key)
{
    const struct pickle_list *list = p->top.list;

    for (int i = 0; i + 1 < list->count; i += 2)
        if (list->items[i].kind == PICKLE_TEXT && strcmp(list->items[i].text, key) == 0)
            return &list->items[i + 1];
    return NULL;
}

/* An array's state: version, shape, type, is the first index the fastest?, bytes. */
bool pickle_array(const struct pickle_value *value, uint64_t *rows, uint64_t *columns, uint64_t *offset)
{
    enum { VERSION, SHAPE, TYPE, FORTRAN, BYTES, STATE };
    const struct pickle_value *state, *size;

    if (!value || value->kind != PICKLE_OBJECT || value->integer >= RECONSTRUCTS || value->list->count != STATE)
        return false;
    state = value->list->items;
    if (state[SHAPE].kind != PICKLE_LIST || state[SHAPE].list->count != 2 || state[FORTRAN].integer != 0 ||
        state[BYTES].kind != PICKLE_TEXT)
        return false;
    size = state[SHAPE].list->items;
    if (size[0].integer <= 0 || size[1].integer <= 0 || size[0].integer > INT32_MAX || size[1].integer > INT32_MAX)
        return false;
    *rows = (uint64_t)size[0].integer;
    *columns = (uint64_t)size[1].integer;
    *offset = state[BYTES].offset;
    return state[BYTES].length == *rows * *columns; /* so that an element is a byte */
}
