#include "data/study.h"

#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/preview.h"

/* A look in passing: enough for two digits, and nothing that a shared file system would feel. */
enum { MEASURED_MOST = 1000, SECONDS_MOST = 120 };

static const double weigh_seconds = 10;

static bool count_split(struct study *study, struct source *s, enum split split, struct error *e)
{
    const uint32_t count = study->info.count[split];
    int32_t *labels = memory_new(count, sizeof *labels, e);
    bool read = labels && source_labels(s, split, labels, NULL, NULL, e);

    for (uint32_t i = 0; read && i < count; i++)
        if (labels[i] >= 0 && labels[i] < CLASSES_MAX)
            study->of_class[split][labels[i]]++;
    free(labels);
    return read;
}

/* Links are not followed: their files lie elsewhere. */
static void weigh_tree(struct study *study, char *path)
{
    char *const roots[] = { path, NULL };
    const double until = clock_seconds() + weigh_seconds;
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
    const FTSENT *found;

    while (walk && !study->more_bytes && (found = fts_read(walk))) {
        if (found->fts_info == FTS_F)
            study->bytes += (uint64_t)found->fts_statp->st_size;
        study->more_bytes = clock_seconds() > until;
    }
    if (walk)
        fts_close(walk);
}

static void weigh(struct study *study)
{
    char path[PATH_SIZE];
    struct error ignored;

    if (!catalogue_is_builtin(study->name) && catalogue_path(study->name, path, &ignored))
        weigh_tree(study, path);
}

static void advance(struct study *study, int step)
{
    atomic_store_explicit(&study->step, step, memory_order_release);
}

static void note_names(struct study *study)
{
    for (int i = 0; i < study->info.classes; i++)
        source_class_name(&study->info, i, study->class_names[i], CLASS_NAME_SIZE);
    study->info.class_names = NULL;
    advance(study, STUDY_OPENED);
}

static bool study_source(struct study *study, struct source *s, struct error *e)
{
    source_describe(s, &study->info);
    note_names(study);
    if (!count_split(study, s, SPLIT_TRAIN, e) || !count_split(study, s, SPLIT_TEST, e))
        return false;
    advance(study, STUDY_COUNTED);
    weigh(study);
    advance(study, STUDY_WEIGHED);
    study->measured = uint32_min(study->info.count[SPLIT_TRAIN], MEASURED_MOST);
    if (!statistics_sample(s, study->measured, &study->statistics, NULL, NULL, e))
        return false;
    advance(study, STUDY_MEASURED);
    return true;
}

/* Behind what the user waits for. */
static bool work(void *paper, struct error *e)
{
    struct study *study = paper;
    const int politeness = nice(10);
    struct source *s = catalogue_open(study->name, &study->wish, 0, NULL, NULL, e);
    bool good = s && study_source(study, s, e);
    (void)politeness;

    source_close(s);
    return good;
}

struct errand *study_start(const char *name_or_path, const struct source_wish *wish, struct inspect_listener listener,
                           struct error *e)
{
    struct asked {
        char name[PATH_SIZE];
        struct source_wish wish;
    } asked = { .wish = *wish };

    _Static_assert(offsetof(struct study, wish) == offsetof(struct asked, wish), "the paper begins with what is asked");
    text_copy(asked.name, sizeof asked.name, name_or_path);
    return inspect_errand(work, &asked, sizeof asked, sizeof(struct study), asked.name, SECONDS_MOST, listener, e);
}

const struct study *study_found(const struct errand *r)
{
    return errand_paper(r);
}
