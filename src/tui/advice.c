#include "tui/advice.h"

#include "run/features_words.h"
#include "tui/app.h"

static void mind_the_time(struct app *app)
{
    struct live *live = &app->live;
    char words[160];

    if (live->told_short || live_in_time(live, words, sizeof words))
        return;
    live->told_short = app->display.bell = true;
    display_say(&app->display, ROLE_WARN, "%s", words);
}

static void tell_features(struct app *app)
{
    struct live *live = &app->live;
    char words[160];

    if (live->told_features || !live_there(live))
        return;
    features_words(&live->status, live->running.recipe.training.freeze, words, sizeof words);
    live->told_features = words[0] != '\0';
    if (live->told_features)
        display_say(&app->display, live->status.features_lacking > 0 ? ROLE_WARN : ROLE_NORMAL, "%s", words);
}

/* How devices of different speed share its batch. */
static void tell_shares(struct app *app)
{
    struct live *live = &app->live;

    if (live->told_shares || !live_there(live) || live->status.shares_words[0] == '\0')
        return;
    live->told_shares = true;
    display_say(&app->display, ROLE_NORMAL, "%s", live->status.shares_words);
}

static int gpus_of(const struct machine *m)
{
    int count = 0;

    for (int i = 0; i < m->n_devices; i++)
        count += m->devices[i].info.threads == 0;
    return m->search ? -1 : count;
}

static struct job_facts facts_of(const struct app *app)
{
    const struct host_readings *host = &app->node.host;
    const struct device *device = app_device(app);

    return (struct job_facts){
        .job = app->machine.job,
        .cores = app->machine.cores,
        .login_node = app->machine.login_node,
        .threads = devices_threads(device),
        .on_gpus = app_on_gpu(app) ? devices_replicas(device) : 0,
        .gpus = gpus_of(&app->machine),
        .gpu_idle = app->node.gpus_stale ? -1 : gpu_idle_longest(&app->node.idle, &app->node.latest),
        .memory_used = host->memory.used,
        .memory_limit = host->memory.limit,
        .throttled = host->throttled,
    };
}

/* What the user reads just now stays. */
void advice_tick(struct app *app)
{
    const struct job_facts facts = facts_of(app);
    const struct job_finding *news;

    tell_shares(app);
    tell_features(app);
    mind_the_time(app);
    checkup_take(&app->checkup, &facts);
    if (app->display.message[0] != '\0' || app->display.dialog || !(news = checkup_news(&app->checkup)))
        return;
    app->display.bell = app->display.bell || news->check == JOB_CHECK_gpu_idle;
    display_say(&app->display, ROLE_WARN, "%s", news->words);
}
