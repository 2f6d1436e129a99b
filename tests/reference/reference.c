#include "tests/reference/reference.h"

#include <stdlib.h>
#include <string.h>

#include "tests/reference/reference_ops.h"

static reference_function *const functions[OP_COUNT] = {
#define OPERATION(KIND, name, ...) [OP_##KIND] = reference_##name,
    OPERATIONS(OPERATION)
#undef OPERATION
};

struct reference {
    struct backend base;
    bool doubles; /* values are kept as doubles, not as floats */
    struct error error;
    const struct plan *plan;
    struct buffer arenas[ARENA_COUNT];
};

/* The bytes as every backend has them, and a double for every four of them. */
struct memory {
    size_t bytes;
    unsigned char *raw;
    double *wide;
};

static struct reference *reference_of(struct backend *b)
{
    return (struct reference *)b;
}

static struct memory *memory_of(struct buffer buffer)
{
    return (struct memory *)buffer.handle;
}

double *reference_doubles(struct buffer buffer)
{
    return memory_of(buffer)->wide;
}

static void widen(struct memory *m, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++) {
        float f;

        memcpy(&f, m->raw + i * sizeof f, sizeof f);
        m->wide[i] = f;
    }
}

static void narrow(struct memory *m, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++) {
        float f = (float)m->wide[i];

        memcpy(m->raw + i * sizeof f, &f, sizeof f);
    }
}

static int reference_devices(struct device_info *out, int room, char *why_none, size_t size)
{
    (void)why_none;
    (void)size;
    if (room > 0)
        *out = (struct device_info){ .id = "reference", .name = "plain loops", .threads = 1, .threads_all = 1 };
    return 1;
}

static void reference_close(struct backend *b)
{
    free(b);
}

static void reference_free(struct backend *b, struct buffer buffer)
{
    (void)b;
    if (!buffer.handle)
        return;
    free(memory_of(buffer)->raw);
    free(memory_of(buffer)->wide);
    free(memory_of(buffer));
}

static bool reference_alloc(struct backend *b, size_t bytes, struct buffer *out)
{
    struct memory *m = calloc(1, sizeof *m);

    *out = (struct buffer){ (uintptr_t)m };
    if (m) {
        m->bytes = bytes;
        m->raw = calloc(bytes / sizeof(float) + 1, sizeof(float));
        m->wide = calloc(bytes / sizeof(float) + 1, sizeof(double));
    }
    if (m && m->raw && m->wide)
        return true;
    reference_free(b, *out);
    out->handle = 0;
    return error_set(&reference_of(b)->error, ERROR_MEMORY, "no memory for %zu bytes", bytes);
}

static void reference_upload(struct backend *b, struct buffer to, size_t offset, const void *from, size_t bytes)
{
    struct memory *m = memory_of(to);

    (void)b;
    memcpy(m->raw + offset, from, bytes);
    widen(m, offset / sizeof(float), bytes / sizeof(float));
}

static void reference_download(struct backend *b, void *to, struct buffer from, size_t offset, size_t bytes)
{
    (void)b;
    memcpy(to, memory_of(from)->raw + offset, bytes);
}

static void *reference_stage(struct backend *b, size_t bytes)
{
    void *memory = calloc(1, bytes);

    if (!memory)
        error_set(&reference_of(b)->error, ERROR_MEMORY, "no memory for %zu bytes", bytes);
    return memory;
}

static void reference_unstage(struct backend *b, void *memory)
{
    (void)b;
    free(memory);
}

static uint64_t reference_room(struct backend *b)
{
    (void)b;
    return 0;
}

static bool reference_prepare(struct backend *b, const struct plan *plan, const struct buffer arenas[ARENA_COUNT])
{
    struct reference *self = reference_of(b);

    self->plan = plan;
    memcpy(self->arenas, arenas, sizeof self->arenas);
    return true;
}

/* Before an operation floats are widened (unless doubles are kept), after it doubles are rounded: of every operand, as
 * some inputs are updated in place. */
static void convert(const struct reference *self, value v, int rows,
                    void (*conversion)(struct memory *, size_t, size_t))
{
    const struct plan_value *at;
    size_t count;

    if (v == VALUE_NONE)
        return;
    at = plan_place(self->plan, v);
    if (at->element != ELEMENT_F32)
        return;
    count = at->bytes / sizeof(float);
    if (at->per_image) /* some have an image behind those of the step */
        count = count / (size_t)at->dims[0] * (size_t)(rows + at->dims[0] - self->plan->batch);
    conversion(memory_of(self->arenas[at->arena]), at->offset / sizeof(float), count);
}

static void convert_all(const struct reference *self, const struct op *op, int rows,
                        void (*conversion)(struct memory *, size_t, size_t))
{
    for (int i = 0; i < OP_INPUTS; i++)
        convert(self, op->in[i], rows, conversion);
    for (int i = 0; i < OP_OUTPUTS; i++)
        convert(self, op->out[i], rows, conversion);
}

static void *operand(const struct reference *self, value v)
{
    const struct plan_value *at;
    struct memory *m;

    if (v == VALUE_NONE)
        return NULL;
    at = plan_place(self->plan, v);
    m = memory_of(self->arenas[at->arena]);
    if (at->element == ELEMENT_F32)
        return m->wide + at->offset / sizeof(float);
    return m->raw + at->offset;
}

static const uint8_t *held_images(const struct step *step)
{
    return step->images.handle ? memory_of(step->images)->raw : NULL;
}

static void reference_run(struct backend *b, int first, int end, const struct step *step)
{
    struct reference *self = reference_of(b);

    if (self->error.kind != ERROR_NONE)
        return;
    for (const struct op *op = self->plan->ops + first; op < self->plan->ops + end; op++) {
        struct reference_task task = { .op = op, .step = step, .images = held_images(step) };

        for (int i = 0; i < OP_INPUTS; i++)
            task.in[i] = operand(self, op->in[i]);
        for (int i = 0; i < OP_OUTPUTS; i++)
            task.out[i] = operand(self, op->out[i]);
        if (!self->doubles)
            convert_all(self, op, step->rows, widen);
        functions[op->kind](&task);
        convert_all(self, op, step->rows, narrow);
    }
}

static bool reference_wait(struct backend *b, struct error *e)
{
    *e = reference_of(b)->error;
    return e->kind == ERROR_NONE;
}

static uint64_t reference_mark(struct backend *b)
{
    (void)b;
    return 0;
}

static bool reference_reach(struct backend *b, uint64_t mark, struct error *e)
{
    (void)mark;
    return reference_wait(b, e);
}

static const struct backend_ops reference_operations = {
    .close = reference_close,
    .alloc = reference_alloc,
    .free = reference_free,
    .upload = reference_upload,
    .download = reference_download,
    .stage = reference_stage,
    .unstage = reference_unstage,
    .room = reference_room,
    .prepare = reference_prepare,
    .run = reference_run,
    .mark = reference_mark,
    .reach = reference_reach,
    .wait = reference_wait,
};

static struct backend *open_with(bool doubles, struct error *e)
{
    struct reference *self = calloc(1, sizeof *self);

    if (!self) {
        error_set(e, ERROR_MEMORY, "no memory for the reference");
        return NULL;
    }
    self->base.ops = &reference_operations;
    self->doubles = doubles;
    return &self->base;
}

static struct backend *reference_open(const struct device_choice *choice, struct error *e)
{
    (void)choice;
    return open_with(false, e);
}

static struct backend *reference_open_doubles(const struct device_choice *choice, struct error *e)
{
    (void)choice;
    return open_with(true, e);
}

const struct backend_class reference_backend_class = {
    .abi = BACKEND_ABI,
    .size = sizeof(struct backend_class),
    .name = "reference",
    .ahead = 1,
    .devices = reference_devices,
    .open = reference_open,
};

const struct backend_class reference_double_backend_class = {
    .abi = BACKEND_ABI,
    .size = sizeof(struct backend_class),
    .name = "reference in doubles",
    .ahead = 1,
    .devices = reference_devices,
    .open = reference_open_doubles,
};
