#include "run/resume.h"

#include "base/path.h"
#include "run/checkpoint.h"

/* Those that were begun count: a run does not stop behind where it is. */
static bool has_room(const struct snapshot *s, const char *folder, int epochs, struct error *e)
{
    const uint64_t begun = s->batch > 0 ? s->epoch : s->epoch - 1;

    return begun <= (uint64_t)epochs ||
           error_set(e, ERROR_INPUT, "the run %s has begun epoch %llu: it can go on to %llu epochs or more, not to %d",
                     folder, (unsigned long long)begun, (unsigned long long)begun, epochs);
}

bool resume_open(struct resume *r, const char *folder, int epochs, struct error *e)
{
    char path[PATH_SIZE];

    *r = (struct resume){ 0 };
    if (!path_join(path, folder, "metrics.jsonl", e) || !checkpoint_read(folder, &r->snapshot, e))
        return false;
    if (has_room(&r->snapshot, folder, epochs, e))
        r->metrics = metrics_reopen(path, r->snapshot.steps, r->snapshot.validations, &r->curves, e);
    if (r->metrics)
        return true;
    snapshot_free(&r->snapshot);
    return false;
}

bool resume_open_again(struct resume *r, const char *folder, struct error *e)
{
    char path[PATH_SIZE];

    *r = (struct resume){ 0 };
    if (!path_join(path, folder, "metrics.jsonl", e))
        return false;
    r->metrics = path_is_file(path) ? metrics_reopen(path, 0, 0, &r->curves, e) : metrics_create(path, e);
    return r->metrics != NULL;
}

void resume_close(struct resume *r)
{
    struct error ignored;

    metrics_close(r->metrics, &ignored);
    metrics_read_free(&r->curves);
    snapshot_free(&r->snapshot);
    *r = (struct resume){ 0 };
}

struct trainer_resume resume_of_trainer(struct resume *r)
{
    return (struct trainer_resume){
        .snapshot = &r->snapshot,
        .steps = r->curves.steps,
        .n_steps = r->curves.n_steps,
        .means = r->curves.train,
        .n_means = r->curves.n_epochs,
        .epochs = r->curves.valid,
        .n_epochs = r->curves.n_epochs,
    };
}
