#include "run/resume.h"

#include "base/path.h"
#include "run/checkpoint.h"

bool resume_open(struct resume *r, const char *folder, struct error *e)
{
    char path[PATH_SIZE];

    *r = (struct resume){ 0 };
    if (!path_join(path, folder, "metrics.jsonl", e) || !checkpoint_read(folder, &r->snapshot, e))
        return false;
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
