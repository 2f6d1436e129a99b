#include "data/pack/pack_sink.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/disk_space.h"
#include "base/text.h"
#include "data/pack/pack_hdf5.h"

enum { NAME_SIZE = 1024, TEXT_SIZE = 256 };

void pack_sink_name(const struct pack_sink *s, enum split split, uint32_t index, char *to, size_t size)
{
    if (s->name)
        s->name(s->context, split, index, to, size);
    else
        text_copy(to, size, pack_names_get(&s->names, index));
}

static void advance(struct pack_sink *s)
{
    s->progress.done++;
    s->next++;
    while (s->split < SPLIT_TEST && s->next == s->count[s->split]) {
        s->split++;
        s->next = 0;
    }
}

/* The next image in order is what the record says: it is kept, or left out and told of. */
static bool settle(struct pack_sink *s, const struct pack_record *record, const char *text, const char *own_name,
                   struct error *e)
{
    const struct pack_kept_image image = { .at = pack_kept_place(&s->kept, s->split),
                                           .size = record->size,
                                           .number = s->next,
                                           .label = record->label,
                                           .height = record->height,
                                           .width = record->width };
    char name[NAME_SIZE];
    bool good;

    if (!s->name && !pack_names_add(&s->names, own_name, e))
        return false;
    if (record->fate == PACK_KEPT) {
        good = pack_kept_add(&s->kept, s->split, &image, e);
        s->report->of_class[s->split][record->label]++;
        s->report->found[PACK_KEPT]++;
    } else {
        pack_sink_name(s, s->split, s->next, name, sizeof name);
        good = pack_report_skip(s->report, (enum pack_fate)record->fate, name, text, e);
    }
    advance(s);
    return good;
}

/* A record that an earlier import left. */
static bool take_up(void *context, const struct pack_record *record, const char *text, const char *name,
                    uint64_t bytes_there)
{
    struct pack_sink *s = context;
    struct error ignored;
    int64_t twin;

    if (s->next == s->count[s->split] || record->fate >= PACK_FATES || record->label < 0 || record->label >= s->classes)
        return false;
    if (record->fate == PACK_KEPT &&
        (pack_kept_place(&s->kept, s->split) + record->size > bytes_there ||
         (s->files && !pack_seen_find(&s->seen, record->hash, s->progress.done, &twin, &ignored))))
        return false;
    return settle(s, record, text, name, &ignored);
}

static void name_twin(const struct pack_sink *s, uint32_t number, char *to, size_t size)
{
    const bool test = number >= s->count[SPLIT_TRAIN];

    pack_sink_name(s, test ? SPLIT_TEST : SPLIT_TRAIN, test ? number - s->count[SPLIT_TRAIN] : number, to, size);
}

/* What is to be noted of image i of a block: files may be there twice. */
static bool judge(struct pack_sink *s, const struct pack_block *b, int i, struct pack_record *record, char *text,
                  size_t size, struct error *e)
{
    const struct pack_result *result = &b->results[i];
    int64_t twin = PACK_SEEN_NEW;

    *record = (struct pack_record){ .fate = result->fate,
                                    .size = result->size,
                                    .label = b->labels[i],
                                    .height = (uint32_t)result->height,
                                    .width = (uint32_t)result->width,
                                    .hash = result->hash };
    snprintf(text, size, "%s", result->problem);
    if (s->files && result->fate == PACK_KEPT && !pack_seen_find(&s->seen, result->hash, s->progress.done, &twin, e))
        return false;
    if (twin != PACK_SEEN_NEW) {
        record->fate = PACK_DUPLICATE;
        record->twin = (uint32_t)twin;
        name_twin(s, record->twin, text, size);
    }
    return true;
}

bool pack_sink_tell(struct pack_sink *s, struct error *e)
{
    return !s->watch || !s->watch->progress || s->watch->progress(s->watch->context, &s->progress) ||
           error_set(e, ERROR_STOPPED, "writing %s was stopped", s->path);
}

/* Images that lie one after another are written at once. */
static bool write_kept(struct pack_sink *s, const struct pack_block *b, const struct pack_record *records, uint64_t to,
                       struct error *e)
{
    const uint8_t *from = b->to.bytes, *run = from;

    for (int i = 0; i < b->count; i++) {
        const bool kept = records[i].fate == PACK_KEPT;

        if (!kept && from > run) {
            if (!pack_partial_write(&s->partial, to, run, (size_t)(from - run), e))
                return false;
            to += (uint64_t)(from - run);
        }
        from += b->results[i].size;
        if (!kept)
            run = from;
    }
    return from == run || pack_partial_write(&s->partial, to, run, (size_t)(from - run), e);
}

bool pack_sink_take(struct pack_sink *s, const struct pack_block *b, struct error *e)
{
    const uint64_t to = pack_kept_place(&s->kept, b->split);
    struct pack_record records[PACK_BLOCK_MOST];
    char text[PACK_BLOCK_MOST][TEXT_SIZE];
    const char *name = s->name ? "" : (const char *)b->names.bytes;

    for (int i = 0; i < b->count; i++) {
        if (!judge(s, b, i, &records[i], text[i], sizeof text[i], e) || !settle(s, &records[i], text[i], name, e))
            return false;
        name += s->name ? 0 : strlen(name) + 1;
    }
    if (!write_kept(s, b, records, to, e))
        return false;
    name = s->name ? "" : (const char *)b->names.bytes;
    for (int i = 0; i < b->count; i++) { /* when they are written */
        if (!pack_partial_note(&s->partial, &records[i], text[i], name, e))
            return false;
        name += s->name ? 0 : strlen(name) + 1;
    }
    return pack_sink_tell(s, e);
}

bool pack_sink_begin(struct pack_sink *s, uint64_t work, const char *preface, uint64_t needed, struct error *e)
{
    struct pack_identity identity = { .work = work };
    enum pack_found found;

    if (!pack_partial_open(&s->partial, s->path, e) || !(identity.base = pack_hdf5_base(preface, s->path, e)))
        return false;
    s->kept.base = identity.base;
    s->kept.apart = s->apart;
    if (!pack_partial_resume(&s->partial, &identity, take_up, s, &found, e))
        return false;
    const uint64_t there = s->kept.end;

    s->report->started_over = found == PACK_FOUND_OTHER;
    s->progress.resumed = s->report->resumed = s->progress.done;
    return disk_space_check(s->path, needed > there ? needed - there : 0, e);
}

bool pack_sink_check(const struct pack_sink *s, const char *name, bool strict, struct error *e)
{
    const uint32_t *found = s->report->found;

    if (found[PACK_KEPT] == 0)
        return error_set(e, ERROR_INPUT, "%s has no image that can be read", name);
    if (!strict || pack_report_skipped(s->report) == 0)
        return true;
    return error_set(e, ERROR_INPUT,
                     "%s was not written: %u of %u images are broken, %u empty and %u there twice; without --strict "
                     "they are left out",
                     s->path, found[PACK_BROKEN], s->progress.done, found[PACK_EMPTY], found[PACK_DUPLICATE]);
}

static bool tell_compressed(void *context, uint64_t images, struct error *e)
{
    struct pack_sink *s = context;

    s->progress.part += (double)images / s->report->found[PACK_KEPT];
    return pack_sink_tell(s, e);
}

bool pack_sink_finish(struct pack_sink *s, struct pack_tables *tables, const struct pack_kept *kept, struct error *e)
{
    const bool whole = tables->rows > 0; /* then the index has the images as well */
    struct pack_partial *p = &s->partial;
    struct pack_parts parts;
    struct stat status;

    s->progress.finishing = true;
    s->progress.part = whole ? 0 : 1;
    bool good = pack_sink_tell(s, e) && pack_partial_save(p, e) && pack_tables_make(tables, kept, &parts, e);

    parts.threads = s->threads;
    parts.tell = tell_compressed;
    parts.context = s;
    good = good && pack_hdf5_write(p->index_path, &parts, p->bytes, s->path, e);

    pack_tables_free(tables);
    if (!whole || !good)
        unlink(p->index_path);
    good = good && pack_partial_finish(p, whole ? p->index_path : NULL, e);
    s->report->bytes = good && stat(s->path, &status) == 0 ? (uint64_t)status.st_size : 0;
    return good;
}

/* What is done is worth keeping where the same work may succeed another time. */
static void leave(struct pack_sink *s, struct error *e)
{
    const bool may = e->kind == ERROR_STOPPED || e->kind == ERROR_IO;
    struct error ignored;

    if (e->kind == ERROR_STOPPED && s->partial.bytes >= 0)
        pack_partial_save(&s->partial, &ignored);
    const bool keep = may && s->partial.any;

    if (keep)
        text_append(e->text, sizeof e->text, "; what is done stays in %s, and the same command goes on with it",
                    path_name(s->partial.bytes_path));
    pack_partial_close(&s->partial, keep);
}

void pack_sink_end(struct pack_sink *s, bool good, struct error *e)
{
    if (!good)
        leave(s, e);
    pack_kept_free(&s->kept);
    pack_seen_free(&s->seen);
    pack_names_free(&s->names);
}
