#include "tui/devices/job_view.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "run/usage_words.h"
#include "tui/app.h"
#include "tui/dialogs/dialog.h"
#include "tui/draw/figures.h"
#include "tui/draw/shapes.h"

enum { LABEL_COLUMNS = 8, WIDTH = 76, LINES_MAX = 8 + GPUS_MAX + JOB_CHECK_COUNT };

struct job_dialog {
    struct dialog dialog;
    int first; /* line that is shown at the top */
};

/* A label, and a text that may need several rows. */
struct line {
    const char *label;
    enum role role;
    char text[320];
};

struct lines {
    int count;
    struct line list[LINES_MAX];
};

static char *add(struct lines *l, const char *label, enum role role)
{
    struct line *line = &l->list[l->count++];

    *line = (struct line){ .label = label, .role = role };
    return line->text;
}

enum { TEXT_SIZE = sizeof((struct line *)0)->text };

static void add_job(struct lines *l, const struct job *job)
{
    char *text = add(l, "job", job->inside ? ROLE_STRONG : ROLE_NORMAL);

    if (!job->inside) {
        snprintf(text, TEXT_SIZE, "n/a: this is no Slurm job; node %s", job->node);
        return;
    }
    snprintf(text, TEXT_SIZE, "%s", job->id);
    if (job->name[0])
        text_append(text, TEXT_SIZE, " %s", job->name);
    text_append(text, TEXT_SIZE, " · partition %s · node %s", job->partition[0] ? job->partition : "n/a",
                job->node);
    if (job->account[0])
        text_append(text, TEXT_SIZE, " · account %s", job->account);
}

static void add_cores(struct lines *l, const struct app *app)
{
    const struct cores *cores = &app->machine.cores;
    const struct host_readings *host = &app->node.host;
    char *text = add(l, "cores", ROLE_NORMAL);

    snprintf(text, TEXT_SIZE, "%d of %d", cores->usable, cores->all);
    if (cores->limit[0])
        text_append(text, TEXT_SIZE, " (%s)", cores->limit);
    if (host->cpu_load.known)
        text_append(text, TEXT_SIZE, " · %.1f busy", host->cpu_load.value * cores->usable);
    if (host->throttled.known)
        text_append(text, TEXT_SIZE, " · stopped by the quota in %.0f %% of its periods", 100 * host->throttled.value);
}

static void append_bytes(char *text, struct reading bytes)
{
    char figure[FIGURE_SIZE] = "n/a";

    if (bytes.known)
        text_bytes(figure, sizeof figure, (uint64_t)bytes.value);
    text_append(text, TEXT_SIZE, "%s", figure);
}

static void add_memory(struct lines *l, const struct host_readings *host)
{
    char *text = add(l, "memory", ROLE_NORMAL);

    append_bytes(text, host->memory.used);
    text_append(text, TEXT_SIZE, " of ");
    append_bytes(text, host->memory.limit);
    text_append(text, TEXT_SIZE, host->memory.kills.known ? " (the job's limit)" : " (the node's: no limit is set)");
    if (host->memory.kills.known && host->memory.kills.value > 0)
        text_append(text, TEXT_SIZE, " · %.0f killed for want of it", host->memory.kills.value);
}

static void add_gpu(struct lines *l, const struct app *app, int position)
{
    const struct gpu_reading *gpu = &app->node.latest.gpus[position];
    double idle = gpu_idle_seconds(&app->node.idle, &app->node.latest, position);
    char *text = add(l, "gpu", ROLE_NORMAL), left[FIGURE_SIZE];

    snprintf(text, TEXT_SIZE, "%d %s %s", gpu->index, gpu->name, gpu->uuid);
    if (gpu->load.known)
        text_append(text, TEXT_SIZE, " · %.0f %% busy", 100 * gpu->load.value);
    figure_left(left, idle);
    if (idle >= 60)
        text_append(text, TEXT_SIZE, " · idle for %s", left);
}

static void add_gpus(struct lines *l, const struct app *app)
{
    const struct gpu_readings *gpus = &app->node.latest;
    const struct job *job = &app->machine.job;
    int before = l->count;

    for (int i = 0; i < gpus->count; i++)
        if (gpus->gpus[i].mine)
            add_gpu(l, app, i);
    if (l->count > before)
        return;
    char *text = add(l, "gpu", ROLE_NORMAL);
    if (job->gpu_count > 0)
        snprintf(text, TEXT_SIZE, "%d in the job (%s), none to be seen here", job->gpu_count,
                 job->gpus[0] ? job->gpus : "n/a");
    else
        snprintf(text, TEXT_SIZE, job->inside ? "none in the job" : "n/a");
}

static void add_time(struct lines *l, const struct app *app)
{
    const struct job *job = &app->machine.job;
    double used = job_seconds_used(job), left = job_seconds_left(job), margin = app->draft.recipe.training.margin;
    char *text = add(l, "time", ROLE_NORMAL), words[160], figure[FIGURE_SIZE];

    if (left < 0) {
        const char *why = app->machine.question ? ": Slurm is asked" : ": Slurm does not tell";

        snprintf(text, TEXT_SIZE, "n/a%s", job->inside ? why : "");
        return;
    }
    text_duration(figure, sizeof figure, left);
    snprintf(text, TEXT_SIZE, "%s left", figure);
    text_duration(figure, sizeof figure, used + left);
    if (used >= 0)
        text_append(text, TEXT_SIZE, " of %s", figure);
    if (margin > 0)
        text_append(text, TEXT_SIZE, " · a run stops %.0f s before or less, kept to go on", margin);
    if (!live_in_time(&app->live, words, sizeof words))
        snprintf(add(l, "", ROLE_WARN), TEXT_SIZE, "%s", words);
}

static void add_usage(struct lines *l, const struct app *app)
{
    const struct job *job = &app->machine.job;
    struct usage usage;
    char words[200];

    if (!app->live.run || !job->inside)
        return;
    run_usage(app->live.run, &usage);
    usage_words_used(&usage, job, words, sizeof words);
    snprintf(add(l, "used", ROLE_NORMAL), TEXT_SIZE, "%s", words);
    usage_words_next(&usage, &app->live.status, job, app_on_gpu(app), words, sizeof words);
    snprintf(add(l, "enough", ROLE_NORMAL), TEXT_SIZE, "%s: %s", words, USAGE_WORDS_MARGINS);
}

static void add_findings(struct lines *l, const struct checkup *checkup)
{
    for (int i = 0; i < checkup->count; i++)
        snprintf(add(l, i == 0 ? "advice" : "", ROLE_WARN), TEXT_SIZE, "%s", checkup->findings[i].words);
    if (checkup->count == 0)
        snprintf(add(l, "advice", ROLE_GOOD), TEXT_SIZE, "nothing is odd");
}

static void fill(struct lines *l, const struct app *app)
{
    l->count = 0;
    add_job(l, &app->machine.job);
    add_cores(l, app);
    add_memory(l, &app->node.host);
    add_gpus(l, app);
    add_time(l, app);
    add_usage(l, app);
    add_findings(l, &app->checkup);
}

static int rows_of(const struct line *line, int columns)
{
    return int_max(canvas_paragraph_rows(line->text, columns - LABEL_COLUMNS), 1);
}

static void draw(const struct dialog *dialog, struct canvas *c, const struct app *app)
{
    struct lines lines;
    int row = 0, first = ((const struct job_dialog *)dialog)->first, next = first;

    fill(&lines, app);
    for (int i = first; i < lines.count && row < c->clip.rows; i++) {
        const struct line *line = &lines.list[i];

        row = canvas_labelled(c, row, LABEL_COLUMNS, line->label, line->role, line->text);
        next = i + 1;
    }
    shape_more(c, 0, c->clip.rows, first > 0, next < lines.count || row > c->clip.rows);
}

static int key(struct dialog *dialog, struct app *app, int key)
{
    struct job_dialog *d = (struct job_dialog *)dialog;
    enum action action = keys_action(key);
    struct lines lines;

    if (action == ACTION_ALLOTMENT || action == ACTION_QUIT)
        return REACTION_CLOSE;
    fill(&lines, app);

    int to = keys_move(d->first, lines.count, dialog_inside(app).rows, key);

    if (to < 0)
        return REACTION_NONE;
    d->first = to;
    return REACTION_HANDLED;
}

const struct key_help job_view_keys[] = {
    { "Esc q", "close the view", "Close" },
    { "Up/Down", "scroll", "Scroll" },
    { NULL, NULL, NULL },
};

static void close_view(struct dialog *dialog, struct app *app)
{
    (void)dialog;
    app->display.gpus_in_sight = false;
}

static const struct dialog_class job_class = {
    .size = sizeof(struct job_dialog),
    .keys = job_view_keys,
    .draw = draw,
    .key = key,
    .close = close_view,
};

/* As high as what there is to say now. */
void job_view_open(struct app *app)
{
    int columns = int_min(WIDTH, app->display.columns - 4), rows = 0;
    struct lines lines;

    fill(&lines, app);
    for (int i = 0; i < lines.count; i++)
        rows += rows_of(&lines.list[i], columns);
    if (dialog_open(app, &job_class, "The job", rows, columns))
        app->display.gpus_in_sight = true;
}
