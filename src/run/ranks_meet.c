#include "run/ranks_meet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/version.h"
#include "host/cores.h"
#include "host/host_memory.h"
#include "nn/recipe/recipe_differences.h"
#include "nn/recipe/recipe_file.h"

enum { CORES_MOST = 2048 };

struct cores_card {
    int node;
    uint8_t cores[CORES_MOST / 8]; /* a bit for each that the rank may use */
};

static struct cores_card own_cores(const struct communicator *c)
{
    struct cores_card card = { .node = c->node };
    int list[CORES_MOST], count = cores_list(list, CORES_MOST);

    for (int i = 0; i < count; i++)
        if (list[i] < CORES_MOST)
            card.cores[list[i] / 8] |= (uint8_t)(1 << list[i] % 8);
    return card;
}

static bool overlap(const struct cores_card *one, const struct cores_card *other)
{
    if (one->node != other->node)
        return false;
    for (size_t i = 0; i < sizeof one->cores; i++)
        if (one->cores[i] & other->cores[i])
            return true;
    return false;
}

bool ranks_meet_share(struct communicator *c, struct error *e)
{
    const struct cores_card own = own_cores(c);
    struct cores_card *all = memory_new((size_t)c->ranks, sizeof *all, e);
    int sharers = 0, beside = 0;
    bool fine = all && c->ops->all_gather(c, &own, sizeof own, all, e);

    for (int r = 0; fine && r < c->ranks; r++) {
        sharers += overlap(&own, &all[r]);
        beside += all[r].node == own.node;
    }
    if (fine) {
        cores_share(sharers);
        host_memory_share(beside);
    }
    free(all);
    return fine;
}

/* ERROR_NONE where there was no failure. */
static void take_first(struct communicator *c, const struct error *all, struct error *e)
{
    int first = 0;
    char who[96];

    while (first < c->ranks - 1 && all[first].kind == ERROR_NONE)
        first++;
    *e = all[first];
    c->ops->describe(c, first, who, sizeof who);
    if (first > 0 && e->kind != ERROR_NONE)
        error_context(e, "%s", who);
}

bool ranks_meet_agree(struct communicator *c, bool fine, struct error *e)
{
    const struct error mine = fine ? (struct error){ .kind = ERROR_NONE } : *e;
    struct error *all = memory_new((size_t)c->ranks, sizeof *all, e);
    bool met = all && c->ops->all_gather(c, &mine, sizeof mine, all, e);

    if (met)
        take_first(c, all, e);
    free(all);
    return met && e->kind == ERROR_NONE;
}

bool ranks_meet_place(struct communicator *c, int *place, struct error *e)
{
    int *nodes = memory_new((size_t)c->ranks, sizeof *nodes, e);
    bool fine = nodes && c->ops->all_gather(c, &c->node, sizeof c->node, nodes, e);

    *place = 0;
    for (int r = 0; fine && r < c->rank; r++)
        *place += nodes[r] == c->node;
    free(nodes);
    return fine;
}

/* What a rank says of itself. */
struct card {
    int node;
    char version[32], backend[16], device[16];
    char chip[96]; /* the piece of hardware that it has to itself; "": none */
};

static struct card own_card(const struct communicator *c, const struct device *device)
{
    struct card card = { .node = c->node, .version = CUVETTE_VERSION };

    text_copy(card.backend, sizeof card.backend, device->backend->name);
    text_copy(card.device, sizeof card.device, device->info.id);
    text_copy(card.chip, sizeof card.chip, *device->info.uuid ? device->info.uuid : device->info.pci);
    return card;
}

/* Always false. */
static bool differs(struct communicator *c, int rank, const char *of, const char *is, const char *should,
                    struct error *e)
{
    char who[96];

    c->ops->describe(c, rank, who, sizeof who);
    return error_set(e, ERROR_INPUT, "%s has another %s than rank 0: %.100s, not %.100s", who, of, is, should);
}

static bool compare_cards(struct communicator *c, const struct card *all, struct error *e)
{
    char who[96];

    for (int r = 1; r < c->ranks; r++) {
        if (strcmp(all[r].version, all[0].version) != 0)
            return differs(c, r, "version of cuvette", all[r].version, all[0].version, e);
        if (strcmp(all[r].backend, all[0].backend) != 0)
            return differs(c, r, "kind of device", all[r].backend, all[0].backend, e);
        for (int other = 0; other < r; other++)
            if (*all[r].chip && all[r].node == all[other].node && strcmp(all[r].chip, all[other].chip) == 0) {
                c->ops->describe(c, r, who, sizeof who);
                return error_set(e, ERROR_DEVICE, "%s has the same GPU as rank %d, %s: give each rank one of its own "
                                 "(--device cuda:all, or srun --gpus-per-task=1), or start fewer ranks", who, other,
                                 all[r].device);
            }
    }
    return true;
}

/* The first value that differs, in words. */
static void note_difference(void *context, const struct recipe_difference *d)
{
    char *words = context;

    if (!*words)
        snprintf(words, sizeof((struct error *)0)->text, "another recipe than rank 0: %s is %.100s, not %.100s",
                 d->name, *d->values[1] ? d->values[1] : "missing", *d->values[0] ? d->values[0] : "missing");
}

static bool compare_recipe(const char *text, const struct recipe *own, struct error *e)
{
    struct recipe *first = memory_new(1, sizeof *first, e);
    const struct recipe *both[] = { first, own };
    char words[sizeof e->text] = "";

    if (first && recipe_parse(first, text, "the recipe of rank 0", e)) {
        /* Each rank's device is its own; its kind is compared elsewhere. */
        text_copy(first->training.device, sizeof first->training.device, own->training.device);
        recipe_differences(both, 2, note_difference, words);
        if (*words)
            error_set(e, ERROR_INPUT, "%s", words);
    }
    free(first);
    return e->kind == ERROR_NONE;
}

static bool send_text(struct communicator *c, char **text, struct error *e)
{
    uint64_t size = *text ? strlen(*text) + 1 : 0;

    if (!c->ops->broadcast(c, &size, sizeof size, 0, e))
        return false;
    if (c->rank > 0) {
        free(*text);
        *text = memory_new(size, 1, e);
    }
    return *text && c->ops->broadcast(c, *text, size, 0, e);
}

static bool compare_recipes(struct communicator *c, const struct recipe *recipe, struct error *e)
{
    struct error mine = { .kind = ERROR_NONE };
    char *text = recipe_text(recipe, e);
    bool fine = text && send_text(c, &text, e);

    if (fine) {
        fine = c->rank == 0 || compare_recipe(text, recipe, &mine);
        fine = ranks_meet_agree(c, fine, &mine);
        if (!fine)
            *e = mine;
    }
    free(text);
    return fine;
}

bool ranks_meet_take_recipe(struct communicator *c, struct recipe *recipe, struct error *e)
{
    char *text = recipe_text(recipe, e), device[sizeof recipe->training.device];
    bool fine = text && send_text(c, &text, e);

    text_copy(device, sizeof device, recipe->training.device);
    if (fine && c->rank > 0) {
        fine = recipe_parse(recipe, text, "the recipe of rank 0", e);
        text_copy(recipe->training.device, sizeof recipe->training.device, device);
    }
    free(text);
    return fine;
}

bool ranks_meet_compare(struct communicator *c, const struct recipe *recipe, const struct device *device,
                        struct error *e)
{
    const struct card own = own_card(c, device);
    struct card *all = memory_new((size_t)c->ranks, sizeof *all, e);
    bool fine = all && c->ops->all_gather(c, &own, sizeof own, all, e) && compare_cards(c, all, e) &&
                compare_recipes(c, recipe, e);

    free(all);
    return fine;
}
