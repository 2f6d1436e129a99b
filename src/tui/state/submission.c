#include "tui/state/submission.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/errand.h"
#include "base/program.h"
#include "base/text.h"
#include "batch/batch_defaults.h"
#include "batch/batch_script.h"
#include "nn/recipe/recipe_file.h"
#include "run/run_paths.h"
#include "tui/state/kept.h"

static const char kept_as[] = "job.ini";

void submission_read(struct submission *s)
{
    if (s->read)
        return;
    s->read = true;
    kept_form_read(kept_as, batch_job_fields, &s->wish);
}

/* A value that was filled in and left is none of the user's. */
static void forget_filled(struct batch_job *wanted, const struct batch_job *filled)
{
    struct batch_job preset = { .cpus = 0 };

    fields_preset(batch_job_fields, &preset);
    for (int i = 0; i < batch_job_fields.count; i++) {
        const struct field *field = &batch_job_fields.fields[i];
        char one[FIELD_TEXT_SIZE], other[FIELD_TEXT_SIZE];

        field_format(field, wanted, one, sizeof one);
        field_format(field, filled, other, sizeof other);
        if (strcmp(one, other) == 0)
            memcpy((char *)wanted + field->offset, (char *)&preset + field->offset, field->size);
    }
}

bool submission_keep(struct submission *s, const struct batch_job *filled, const struct batch_job *wanted,
                     struct error *e)
{
    s->wish = *wanted;
    forget_filled(&s->wish, filled);
    return kept_form_write(kept_as, batch_job_fields, &s->wish, e);
}

/* Among the runs, where the job's output goes, too: "small.ini", or "small-2.ini" where there is one. */
static bool choose_file(struct submission *s, struct error *e)
{
    enum { MOST = 10000 };
    char runs[PATH_SIZE], name[sizeof s->job.name + 16];

    if (!path_runs(runs, e))
        return false;
    for (int i = 1; i < MOST; i++) {
        snprintf(name, sizeof name, i > 1 ? "%s-%d.ini" : "%s.ini", s->job.name, i);
        batch_script_plain(name);
        if (!path_join(s->file, runs, name, e))
            return false;
        if (access(s->file, F_OK) != 0)
            return true;
    }
    return error_set(e, ERROR_IO, "there are too many recipes in %s", runs);
}

/* The script's, of one task; what it points to lives as long as `task` and the buffers. */
struct making {
    char program[PATH_SIZE], folder[PATH_SIZE];
    const char *words[3];
    struct batch_task task;
};

static bool describe_script(const struct submission *s, const char *device, struct making *m, struct batch_script *out,
                            struct error *e)
{
    *m = (struct making){ .words = { device ? "--device" : NULL, device } };
    if (!getcwd(m->folder, sizeof m->folder))
        return error_set_errno(e, "cannot find the current folder");
    m->task = (struct batch_task){ s->file, m->words };
    *out = (struct batch_script){ &s->job, m->program, m->folder, &m->task, 1 };
    return program_path(m->program, e);
}

bool submission_make(struct submission *s, const struct batch_job *job, const struct recipe *r, struct error *e)
{
    struct batch_script script;
    struct making making;

    s->job = *job;
    s->recipe = *r;
    if (!run_paths_fix(&s->recipe, e) || !choose_file(s, e) ||
        !describe_script(s, batch_defaults_device(job, r), &making, &script, e))
        return false;
    free(s->script);
    s->script = batch_script_text(&script, e);
    return s->script && batch_script_prepare(&script, e);
}

/* The empty file is the claim: two sessions write two recipes. */
bool submission_write_recipe(struct submission *s, struct error *e)
{
    int claim = open(s->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

    if (claim < 0)
        return error_set_errno(e, "cannot write the job's recipe %s", s->file);
    close(claim);
    return recipe_save(&s->recipe, s->file, e);
}

/* What the errand's process is given, and writes. */
struct paper {
    char script[1 << 15];
    char number[BATCH_NUMBER_SIZE];
};

static bool hand_in(void *paper, struct error *e)
{
    struct paper *p = paper;

    return batch_queue_submit(p->script, p->number, e);
}

bool submission_send(struct submission *s, void (*changed)(void *context), void *context, struct error *e)
{
    const double patience = 60;
    const size_t size = strlen(s->script) + 1;

    if (size > sizeof ((struct paper *)0)->script)
        return error_set(e, ERROR_INPUT, "the script is too long");
    errand_free(s->errand);
    s->errand = errand_start(&(struct errand_setup){ .work = hand_in,
                                                     .asked = s->script,
                                                     .asked_size = size,
                                                     .size = sizeof(struct paper),
                                                     .limits = { .seconds = patience },
                                                     .subject = "sbatch",
                                                     .ended = changed,
                                                     .context = context },
                             e);
    return s->errand != NULL;
}

bool submission_take(struct submission *s, struct error *e)
{
    struct batch_script script;
    struct making making;

    if (!s->errand || !errand_wait(s->errand, 0, e))
        return false;
    if (e->kind == ERROR_NONE) {
        const struct paper *paper = errand_paper(s->errand);

        submission_forget(s);
        text_copy(s->number, sizeof s->number, paper->number);
        if (describe_script(s, NULL, &making, &script, e))
            batch_script_run(&script, s->number, 1, s->run, e);
    } else {
        unlink(s->file);
    }
    errand_free(s->errand);
    s->errand = NULL;
    return true;
}

bool submission_await(struct submission *s, void (*changed)(void *context), void *context, struct error *e)
{
    s->wait = batch_wait_start(s->number, s->run, changed, context, e);
    return s->wait != NULL;
}

void submission_forget(struct submission *s)
{
    batch_wait_free(s->wait);
    s->wait = NULL;
}

void submission_words(const struct submission *s, char *out, size_t size)
{
    struct batch_wait_view view;

    out[0] = '\0';
    if (!s->wait)
        return;
    batch_wait_look(s->wait, &view);
    snprintf(out, size, "job %s %s", s->number, view.state == BATCH_WAIT_QUEUED ? "waits" : "starts");
    if (view.reason[0])
        text_append(out, size, ": %s", view.reason);
}

void submission_close(struct submission *s)
{
    submission_forget(s);
    errand_free(s->errand);
    free(s->script);
    *s = (struct submission){ .errand = NULL };
}
