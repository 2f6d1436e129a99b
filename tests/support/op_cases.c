#include "tests/support/op_cases.h"

#include "nn/plan/plan_check.h"
#include "tests/support/check.h"
#include "tests/support/draw.h"

static draw_function *const draws[OP_COUNT] = {
#define OPERATION(KIND, name, ...) [OP_##KIND] = draw_##name,
    OPERATIONS(OPERATION)
#undef OPERATION
};

/* From the operation's name, so that its cases stay the same when operations are added (FNV-1a, 64 bits). */
static uint64_t seed_of(const char *name, uint64_t seed)
{
    uint64_t hash = 0xCBF29CE484222325u;

    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001B3u;
    return hash + seed;
}

static bool draw_case(struct op_case *c, enum op_kind kind, const struct op_window *window, draw_function *draw,
                      uint64_t seed)
{
    struct chance r = { .seed = seed_of(op_name(kind), seed) };
    struct error e;

    *c = (struct op_case){ .op = { .kind = kind, .layer = -1 }, .seed = seed };
    if (window->channels > 0)
        c->op.window = *window;
    for (int i = 0; i < OP_INPUTS; i++)
        c->op.in[i] = VALUE_NONE;
    for (int i = 0; i < OP_OUTPUTS; i++)
        c->op.out[i] = VALUE_NONE;
    c->plan = (struct plan){ .batch = chance_int(&r, 1, 9), .values = c->values, .ops = &c->op, .n_ops = 1 };
    c->step = (struct step){ .rows = chance_int(&r, 1, c->plan.batch),
                             .number = (uint64_t)chance_int(&r, 1, 5000),
                             .seed = chance_word(&r),
                             .learning_rate = 0.01 };
    draw(c, &r);
    if (chance_toss(&r)) { /* a slice of a larger batch */
        c->step.first = chance_int(&r, 0, 50);
        c->step.whole = c->step.first + c->step.rows + chance_int(&r, 0, 20);
    }
    if (c->plan.n_ops > 0 && !plan_check(&c->plan, &e))
        fail_msg("%s", e.text);
    return c->plan.n_ops > 0;
}

bool op_case_draw(struct op_case *c, enum op_kind kind, uint64_t seed)
{
    return draw_case(c, kind, &(struct op_window){ 0 }, draws[kind], seed);
}

bool op_case_draw_window(struct op_case *c, enum op_kind kind, const struct op_window *window, uint64_t seed)
{
    return draw_case(c, kind, window, draws[kind], seed);
}

bool op_case_draw_by(struct op_case *c, enum op_kind kind, draw_function *draw, uint64_t seed)
{
    return draw_case(c, kind, &(struct op_window){ 0 }, draw, seed);
}

void op_case_free(struct op_case *c)
{
    free(c->contents);
    free(c->held);
    free(c->expected);
    c->contents = c->held = c->expected = NULL;
}
