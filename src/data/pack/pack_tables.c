#include "data/pack/pack_tables.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "data/sources/packed_layout.h"

enum { NAME_MOST = 512 };

static const struct {
    const char *pixels, *offsets, *lengths, *sizes, *labels, *names;
} words[SPLIT_COUNT] = {
    { "x_train", "offsets_train", "lengths_train", "sizes_train", "y_train", "names_train" },
    { "x_test", "offsets_test", "lengths_test", "sizes_test", "y_test", "names_test" },
};

static const char preface[] = PACKED_MAGIC "An HDF5 file, from byte 4096 on: with h5py,\n"
                                           "    f[\"images\"][o:o + n].tobytes()\n"
                                           "with o = f[\"offsets_train\"][i] and n = f[\"lengths_train\"][i]\n"
                                           "is a JPEG or PNG, and f[\"y_train\"][i] its class.\n";

struct making {
    struct pack_tables *tables;
    const struct pack_kept *kept;
    struct pack_parts *out;
};

/* Memory of the values of the next part. */
static void *make_values(struct making *m, size_t count, size_t size, struct error *e)
{
    return m->tables->made[m->out->count] = memory_new(count, size, e);
}

static void add(struct making *m, const struct pack_part *part)
{
    m->out->part[m->out->count++] = *part;
}

/* Of all images, in the order of the file. */
static void add_encoded(struct making *m)
{
    const struct pack_kept *k = m->kept;

    /* A whole page at least, as small data is put elsewhere by the library. */
    add(m, &(struct pack_part){ .name = "images",
                                .type = PACK_BYTES,
                                .rank = 1,
                                .size = { size_round_up(k->end - k->base, MEMORY_PAGE) },
                                .at = k->base });
}

static void add_raw(struct making *m, enum split split)
{
    const struct image_wanted *shape = &m->tables->raw;
    const struct pack_kept *k = m->kept;

    if (k->count[split] == 0)
        return;
    add(m, &(struct pack_part){
               .name = words[split].pixels,
               .type = PACK_BYTES,
               .rank = 4,
               .size = { k->count[split], (uint64_t)shape->height, (uint64_t)shape->width, (uint64_t)shape->channels },
               .at = k->images[split][0].at,
               .rows = m->tables->rows });
}

static bool add_labels(struct making *m, enum split split, struct error *e)
{
    const struct pack_kept *k = m->kept;
    int32_t *labels = make_values(m, k->count[split], sizeof *labels, e);

    if (!labels)
        return false;
    for (uint32_t i = 0; i < k->count[split]; i++)
        labels[i] = k->images[split][i].label;
    add(m, &(struct pack_part){ .name = words[split].labels,
                                .type = PACK_LABELS,
                                .rank = 1,
                                .size = { k->count[split] },
                                .values = labels });
    return true;
}

static bool add_offsets(struct making *m, enum split split, struct error *e)
{
    const struct pack_kept *k = m->kept;
    uint64_t *offsets = make_values(m, k->count[split], sizeof *offsets, e);

    if (!offsets)
        return false;
    for (uint32_t i = 0; i < k->count[split]; i++)
        offsets[i] = k->images[split][i].at - k->base;
    add(m, &(struct pack_part){ .name = words[split].offsets,
                                .type = PACK_PLACES,
                                .rank = 1,
                                .size = { k->count[split] },
                                .values = offsets });
    return true;
}

static bool add_lengths(struct making *m, enum split split, struct error *e)
{
    const struct pack_kept *k = m->kept;
    uint32_t *lengths = make_values(m, k->count[split], sizeof *lengths, e);

    if (!lengths)
        return false;
    for (uint32_t i = 0; i < k->count[split]; i++)
        lengths[i] = k->images[split][i].size;
    add(m, &(struct pack_part){ .name = words[split].lengths,
                                .type = PACK_SIZES,
                                .rank = 1,
                                .size = { k->count[split] },
                                .values = lengths });
    return true;
}

static bool add_sizes(struct making *m, enum split split, struct error *e)
{
    const struct pack_kept *k = m->kept;
    uint32_t(*sizes)[2] = make_values(m, k->count[split], sizeof *sizes, e);

    if (!sizes)
        return false;
    for (uint32_t i = 0; i < k->count[split]; i++) {
        sizes[i][0] = k->images[split][i].height;
        sizes[i][1] = k->images[split][i].width;
    }
    add(m, &(struct pack_part){ .name = words[split].sizes,
                                .type = PACK_SIZES,
                                .rank = 2,
                                .size = { k->count[split], 2 },
                                .values = sizes });
    return true;
}

static size_t longest_name(const struct making *m, enum split split)
{
    size_t longest = 1;

    for (uint32_t i = 0; i < m->kept->count[split]; i++) {
        char name[NAME_MOST];

        m->tables->name(m->tables->context, split, m->kept->images[split][i].number, name, sizeof name);
        longest = size_max(longest, strlen(name) + 1);
    }
    return longest;
}

static bool add_names(struct making *m, enum split split, struct error *e)
{
    const uint32_t count = m->kept->count[split];

    if (!m->tables->name)
        return true;
    const size_t size = longest_name(m, split);
    char *names = make_values(m, count, size, e);

    if (!names)
        return false;
    for (uint32_t i = 0; i < count; i++)
        m->tables->name(m->tables->context, split, m->kept->images[split][i].number, names + i * size, size);
    add(m, &(struct pack_part){ .name = words[split].names,
                                .type = PACK_TEXTS,
                                .text = size,
                                .rank = 1,
                                .size = { count },
                                .values = names });
    return true;
}

static void add_class_names(struct making *m)
{
    if (m->tables->info.class_names)
        add(m, &(struct pack_part){ .name = "class_names",
                                    .type = PACK_TEXTS,
                                    .text = CLASS_NAME_SIZE,
                                    .rank = 1,
                                    .size = { (uint64_t)m->tables->info.classes },
                                    .values = m->tables->info.class_names });
}

bool pack_tables_make(struct pack_tables *t, const struct pack_kept *k, struct pack_parts *out, struct error *e)
{
    const bool raw = t->raw.height > 0;
    struct making m = { .tables = t, .kept = k, .out = out };

    *out = (struct pack_parts){ .preface = pack_tables_preface(raw) };
    if (!raw)
        add_encoded(&m);
    for (int i = 0; raw && i < SPLIT_COUNT; i++)
        add_raw(&m, (enum split)i);
    for (int i = 0; i < SPLIT_COUNT; i++) {
        const enum split split = (enum split)i;

        if (!raw && !(add_offsets(&m, split, e) && add_lengths(&m, split, e) && add_sizes(&m, split, e)))
            return false;
        if (!add_labels(&m, split, e) || !add_names(&m, split, e))
            return false;
    }
    add_class_names(&m);
    return true;
}

const char *pack_tables_preface(bool raw)
{
    return raw ? NULL : preface;
}

void pack_tables_free(struct pack_tables *t)
{
    for (int i = 0; i < PACK_PARTS_MOST; i++) {
        free(t->made[i]);
        t->made[i] = NULL;
    }
}
