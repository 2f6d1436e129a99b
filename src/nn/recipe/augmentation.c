#include "nn/recipe/augmentation.h"

#include <math.h>

#include "base/limits.h"
#include "base/random.h"
#include "base/text.h"

static bool moves(const struct recipe_data *d)
{
    return d->flip != FLIP_NONE || d->shift > 0 || d->rotation > 0;
}

static bool recolours(const struct recipe_data *d)
{
    return d->brightness > 0 || d->contrast > 0 || d->saturation > 0;
}

bool augmentation_mixes(const struct recipe_data *d)
{
    return d->mixup > 0 || d->cutmix > 0;
}

bool augmentation_any(const struct recipe_data *d)
{
    return moves(d) || recolours(d) || d->cutout > 0 || augmentation_mixes(d);
}

/* Is there an image behind those of a step? Evaluation mixes none. */
static int next_of(const struct plan_builder *b)
{
    return b->training ? b->plan->next : 0;
}

/* Of all images before they are mixed. */
static value image_value(struct plan_builder *b, const char *name)
{
    const struct shape s = b->plan->input;
    struct plan_value v = { .arena = ARENA_ACTIVATIONS, .per_image = true, .rank = 4, .alias = VALUE_NONE,
                            .dims = { b->plan->batch + next_of(b), s.height, s.width, s.channels } };

    text_copy(v.name, sizeof v.name, name);
    return plan_add_value(b, &v);
}

static value emit_gather(struct plan_builder *b, const struct recipe_data *d)
{
    struct plan *plan = b->plan;
    const int next = next_of(b);
    value images = next ? plan->images : plan_rows(b, plan->images);
    value index = next ? plan->index : plan_rows(b, plan->index);
    value x = image_value(b, "input");
    struct op op = { .kind = OP_GATHER,
                     .in = { images, index, plan->normalisation },
                     .out = { x },
                     .gather = { .height = plan->input.height,
                                 .width = plan->input.width,
                                 .channels = plan->input.channels,
                                 .next = next } };

    if (b->training && moves(d)) {
        op.gather.augment = true;
        op.gather.flip = (enum flip)d->flip;
        op.gather.shift = d->shift;
        op.gather.rotation = (float)d->rotation;
        op.gather.reflect = d->padding == PADDING_REFLECT;
    }
    plan_append(b, &op);
    return x;
}

static value emit_retouch(struct plan_builder *b, const struct recipe_data *d, value x)
{
    struct plan *plan = b->plan;
    value y = image_value(b, "retouched");

    plan_append(b, &(struct op){ .kind = OP_RETOUCH,
                                 .in = { x, plan->normalisation },
                                 .out = { y },
                                 .retouch = { .height = plan->input.height,
                                              .width = plan->input.width,
                                              .channels = plan->input.channels,
                                              .brightness = (float)d->brightness,
                                              .contrast = (float)d->contrast,
                                              .saturation = (float)d->saturation,
                                              .cutout = d->cutout,
                                              .next = next_of(b) } });
    return y;
}

static value emit_mix(struct plan_builder *b, value x)
{
    struct shape s = b->plan->input;
    value y = plan_activation(b, "mixed", s);

    plan_append(b, &(struct op){
                       .kind = OP_MIX, .in = { x }, .out = { y },
                       .mix = { .height = s.height, .width = s.width, .channels = s.channels, .next = next_of(b) } });
    return y;
}

value augmentation_emit(struct plan_builder *b, const struct recipe_data *d)
{
    value x = emit_gather(b, d);

    if (b->training && (recolours(d) || d->cutout > 0))
        x = emit_retouch(b, d, x);
    if (b->training && augmentation_mixes(d))
        x = emit_mix(b, x);
    return x;
}

/* A side of the box: `length` pixels around one of `size`, cut off at the edges. */
static void place_side(double length, int size, uint32_t word, int *begin, int *end)
{
    int middle = (int)((uint64_t)word * (uint64_t)size >> 32), half = (int)(length / 2);

    *begin = int_max(middle - half, 0);
    *end = int_min(middle + half, size);
}

/* `other`: the share of the next image that is asked for; what the edges cut off is its own image's. */
static struct step_mix box_of(struct shape image, double other, struct random_words r)
{
    struct step_mix mix = { .blend = 1 };

    place_side(image.height * sqrt(other), image.height, r.word[1], &mix.top, &mix.bottom);
    place_side(image.width * sqrt(other), image.width, r.word[2], &mix.left, &mix.right);
    mix.share = (float)((double)(mix.bottom - mix.top) * (mix.right - mix.left) / image.height / image.width);
    return mix;
}

struct step_mix augmentation_mix(const struct recipe_data *d, struct shape image, uint64_t seed, uint64_t step)
{
    const uint32_t toss_salt = 2; /* random_beta() has 0 and 1 */
    struct random_words r = random_block(seed, RANDOM_MIX, toss_salt, (uint32_t)step, 0);
    bool boxed = d->cutmix > 0 && (d->mixup == 0 || r.word[0] >> 31);

    if (!augmentation_mixes(d))
        return (struct step_mix){ 0 };

    double other = random_beta(boxed ? d->cutmix : d->mixup, seed, RANDOM_MIX, (uint32_t)step);

    if (boxed)
        return box_of(image, other, r);
    return (struct step_mix){ .blend = (float)other, .bottom = image.height, .right = image.width,
                              .share = (float)other };
}

void augmentation_summary(const struct recipe_data *d, char *out, size_t size)
{
    const struct {
        const char *name;
        double amount;
    } amounts[] = { { "shift", d->shift },           { "turn", d->rotation },   { "brightness", d->brightness },
                    { "contrast", d->contrast },     { "saturation", d->saturation }, { "cutout", d->cutout },
                    { "mixup", d->mixup },           { "cutmix", d->cutmix } };

    if (d->crop == CROP_RANDOM)
        text_append(out, size, ", random parts");
    if (d->flip != FLIP_NONE)
        text_append(out, size, d->flip == FLIP_RANDOM ? ", flip" : ", alternating flip");
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
        if (amounts[i].amount > 0)
            text_append(out, size, ", %s %g", amounts[i].name, amounts[i].amount);
    if (d->padding == PADDING_REFLECT && (d->shift > 0 || d->rotation > 0))
        text_append(out, size, ", reflected");
}
