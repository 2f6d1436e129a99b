#include "nn/plan/plan_print.h"

#include "base/text.h"

static const char *const span_names[] = {
    [SPAN_FEATURES] = "features, once for each image",
    [SPAN_FORWARD] = "forward", [SPAN_BACKWARD] = "backward", [SPAN_UPDATE] = "update", [SPAN_EVALUATE] = "evaluate",
    [SPAN_HEALTH_FORWARD] = "health, behind forward", [SPAN_HEALTH_BACKWARD] = "health, behind backward",
    [SPAN_HEALTH_UPDATE] = "health, behind update"
};

static void print_value(const struct plan *plan, value v, FILE *out)
{
    static const char *const arenas[] = {
#define ARENA(kind, help) [ARENA_##kind] = #kind,
        ARENAS(ARENA)
#undef ARENA
    };
    const struct plan_value *p = &plan->values[v];

    fprintf(out, " %s[", p->name);
    for (int i = 0; i < p->rank; i++)
        fprintf(out, "%s%d", i ? "," : "", p->dims[i]);
    fprintf(out, "]@%c%zu", arenas[p->arena][0], plan_place(plan, v)->offset);
}

static void print_amount(const char *name, double amount, FILE *out)
{
    if (amount > 0)
        fprintf(out, " %s %g", name, amount);
}

static void print_augmentation(const struct op *op, FILE *out)
{
    static const char *const flips[] = {
        [FLIP_NONE] = "", [FLIP_RANDOM] = " flip", [FLIP_ALTERNATING] = " alternating flip"
    };

    if (op->kind == OP_GATHER) {
        fprintf(out, "%s", flips[op->gather.flip]);
        print_amount("rotation", (double)op->gather.rotation, out);
        print_amount("shift", op->gather.shift, out);
        fprintf(out, "%s", op->gather.reflect ? " reflect" : "");
    }
    if (op->kind == OP_RETOUCH) {
        print_amount("brightness", (double)op->retouch.brightness, out);
        print_amount("contrast", (double)op->retouch.contrast, out);
        print_amount("saturation", (double)op->retouch.saturation, out);
        print_amount("cutout", op->retouch.cutout, out);
    }
}

/* What an operation took in from its neighbours, or moves to others. */
static void print_fused(const struct op *op, FILE *out)
{
    if ((op->kind == OP_CONV2D || op->kind == OP_DEPTHWISE_CONV2D) && op->window.activation != ACTIVATION_LINEAR)
        fprintf(out, " %s", activation_names[op->window.activation]);
    if (op->kind == OP_DENSE && op->dense.activation != ACTIVATION_LINEAR)
        fprintf(out, " %s", activation_names[op->dense.activation]);
    if (op_is_convolution(op->kind) && op->window.pooled)
        fprintf(out, " pooled");
    if ((op->kind == OP_SOFTMAX_LOSS || op->kind == OP_SOFTMAX_LOSS_GRADIENT) && op->loss.mixed)
        fprintf(out, " mixed");
    if (op->kind == OP_ALL_REDUCE)
        fprintf(out, " %.3g MB", (double)op->update.count * sizeof(float) / 1e6);
    if (op_is_update(op->kind) && op->update.share != 1.0f)
        fprintf(out, " at %g of the rate", (double)op->update.share);
    if (op->beside_next)
        fprintf(out, " (beside the next)");
}

static void print_op(const struct plan *plan, int i, FILE *out)
{
    const struct op *op = &plan->ops[i];

    fprintf(out, "%4d ", i);
    if (op->layer >= 0)
        fprintf(out, "%3d ", op->layer + 1);
    else
        fprintf(out, "  - ");
    fprintf(out, "%-33s", op_name(op->kind));
    for (int k = 0; k < OP_INPUTS; k++)
        if (op->in[k] != VALUE_NONE)
            print_value(plan, op->in[k], out);
    fprintf(out, " ->");
    for (int k = 0; k < OP_OUTPUTS; k++)
        if (op->out[k] != VALUE_NONE)
            print_value(plan, op->out[k], out);
    print_augmentation(op, out);
    print_fused(op, out);
    if (op->precision != PRECISION_FP32 && op_multiplies(op->kind))
        fprintf(out, " %s", precision_names[op->precision]);
    fprintf(out, "\n");
}

void plan_print(const struct plan *plan, FILE *out)
{
    static const char *const helps[] = {
#define ARENA(kind, help) [ARENA_##kind] = #kind ": " help,
        ARENAS(ARENA)
#undef ARENA
    };
    char bytes[16];

    for (int s = 0; s < SPAN_COUNT; s++) {
        if (s == SPAN_STEP || plan->spans[s].end == plan->spans[s].first)
            continue;
        fprintf(out, "%s   (operation, layer, kind, inputs -> outputs; value[shape]@arena and offset)\n",
                span_names[s]);
        for (int i = plan->spans[s].first; i < plan->spans[s].end; i++)
            print_op(plan, i, out);
    }
    fprintf(out, "arenas, for a batch of %d", plan->step);
    if (plan_parts(plan) > 1)
        fprintf(out, " in %d parts of up to %d", plan_parts(plan), plan->batch);
    fputc('\n', out);
    for (int a = 0; a < ARENA_COUNT; a++) {
        text_bytes(bytes, sizeof bytes, plan->arena_bytes[a]);
        fprintf(out, "%9s  %s\n", bytes, helps[a]);
    }
}
