#include "nn/train/trainer_shares.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "nn/recipe/shares.h"
#include "nn/train/features.h"
#include "nn/train/step_speed.h"
#include "nn/train/trainer_ranks.h"

/* What a rank tells of its device. */
struct card {
    char model[96];
    char name[16]; /* of a GPU of this process: "cuda:0"; else "" */
    double speed;  /* images a second; 0: it was not measured */
};

static struct card own_card(const struct trainer *t)
{
    struct device_info info[DEVICES_MAX];
    struct card card = { .speed = 0 };
    char unused[1];

    if (t->device.index >= t->backend->devices(info, DEVICES_MAX, unused, sizeof unused))
        return card;
    text_copy(card.model, sizeof card.model, info[t->device.index].name);
    if ((t->leader || t->n_followers > 0) && info[t->device.index].threads == 0)
        text_copy(card.name, sizeof card.name, info[t->device.index].id);
    return card;
}

static bool are_of_one_model(const struct card *cards, int ranks)
{
    for (int i = 1; i < ranks; i++)
        if (strcmp(cards[i].model, cards[0].model) != 0)
            return false;
    return true;
}

/* Devices of one model are taken for equally fast: what they differ by is mostly chance. */
static void level_models(struct card *cards, int ranks)
{
    for (int i = 0; i < ranks; i++) {
        double sum = 0;
        int first = -1, count = 0;

        for (int k = 0; k < ranks; k++) {
            if (strcmp(cards[k].model, cards[i].model) != 0)
                continue;
            first = first < 0 ? k : first;
            sum += cards[k].speed;
            count++;
        }
        if (first < i) /* done with the first of its model */
            continue;
        for (int k = i; k < ranks; k++)
            if (strcmp(cards[k].model, cards[first].model) == 0)
                cards[k].speed = sum / count;
    }
}

static bool measure(struct training *r, double *speed, struct error *e)
{
    struct trainer *t = r->t;
    const struct communicator *c = t->communicator;
    const struct step_speed_wish wish = {
        .recipe = &t->recipe,
        .input = shape_image(t->info.height, t->info.width, t->info.channels),
        .classes = t->info.classes,
        .apart = features_kept(&t->recipe, &t->info, t->memory),
        .rows = (int)slice_most((uint32_t)t->recipe.training.batch, share_equal(c->rank, c->ranks)),
        .backend = t->backend,
        .device = t->device,
        .go_on = trainer_goes_on,
        .context = r,
    };

    text_copy(r->now.activity, sizeof r->now.activity, "measuring the devices");
    trainer_publish(r, true);
    return step_speed_measure(&wish, speed, e);
}

/* "cuda:0 takes 40, cuda:1 24 of 64 images, by measured speed". */
static void tell(struct training *r, const struct card *cards, const uint32_t *images)
{
    enum { NAMED_MOST = 4 };
    const struct communicator *c = r->t->communicator;
    char *to = r->now.shares_words;
    const size_t size = sizeof r->now.shares_words;
    uint32_t least = images[0], most = images[0];

    to[0] = '\0';
    for (int i = 0; i < c->ranks; i++) {
        least = uint32_min(least, images[i]);
        most = images[i] > most ? images[i] : most;
        if (c->ranks > NAMED_MOST)
            continue;
        if (cards[i].name[0] != '\0')
            text_append(to, size, i ? ", %s %u" : "%s takes %u", cards[i].name, images[i]);
        else
            text_append(to, size, i ? ", rank %d %u" : "rank %d takes %u", i, images[i]);
    }
    if (c->ranks > NAMED_MOST)
        text_append(to, size, "%d take %u to %u", c->ranks, least, most);
    text_append(to, size, " of %d images, by measured speed", r->t->recipe.training.batch);
}

/* All ranks come to the same from the same cards. Where there are so many different ones that no recipe could keep it,
 * they stay equal. */
static bool divide(struct training *r, const struct card *cards, struct error *e)
{
    const int ranks = r->t->communicator->ranks;
    uint32_t *images = memory_new((size_t)ranks, sizeof *images, e);
    double *speed = images ? memory_new((size_t)ranks, sizeof *speed, e) : NULL;
    bool good = speed != NULL;

    for (int i = 0; good && i < ranks; i++)
        speed[i] = cards[i].speed;
    if (good) {
        shares_divide(r->t->recipe.training.batch, speed, ranks, images);
        if (shares_write(images, ranks, r->shares, sizeof r->shares))
            tell(r, cards, images);
        else
            text_copy(r->shares, sizeof r->shares, "equal");
        text_copy(r->now.shares, sizeof r->now.shares, r->shares);
    }
    free(images);
    free(speed);
    return good;
}

static bool gather(struct training *r, const struct card *own, struct card *all, struct error *e)
{
    struct communicator *c = r->t->communicator;

    return c->ops->all_gather(c, own, sizeof *own, all, e);
}

static bool find(struct training *r, enum shares_kind kind, struct card *all, struct error *e)
{
    const int ranks = r->t->communicator->ranks;
    struct card own = own_card(r->t);

    if (!gather(r, &own, all, e))
        return false;
    if (ranks > r->t->recipe.training.batch || (kind == SHARES_AUTO && are_of_one_model(all, ranks)))
        return true;
    if (!measure(r, &own.speed, e) || !gather(r, &own, all, e))
        return false;
    if (kind == SHARES_AUTO)
        level_models(all, ranks);
    return divide(r, all, e);
}

/* Whoever leaves first would be the others' reason. */
static bool leave(struct communicator *c)
{
    struct error ignored;

    c->ops->barrier(c, &ignored);
    return false;
}

bool trainer_shares_choose(struct training *r, struct error *e)
{
    struct trainer *t = r->t;
    struct communicator *c = t->communicator;
    const int rank = c ? c->rank : 0, ranks = c ? c->ranks : 1;
    const enum shares_kind kind = shares_kind(t->recipe.training.shares);
    bool good = true;

    text_copy(r->shares, sizeof r->shares, t->recipe.training.shares);
    if (ranks > 1 && (kind == SHARES_AUTO || kind == SHARES_MEASURED)) {
        struct card *all = memory_new((size_t)ranks, sizeof *all, e);

        c->ops->patience(c, PATIENCE_APART);
        good = all && find(r, kind, all, e);
        free(all);
    } else if (ranks > 1 && !shares_fit(r->shares, ranks, e))
        return leave(c);
    t->share = shares_of(r->shares, rank, ranks);
    return good;
}
