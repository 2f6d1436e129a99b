#include "run/run_alerts.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "run/user_command.h"

/* The environment of a command: X(name, what it is). */
#define USER_FACTS(X) \
    X(EVENT, "the name of the alert, or \"end\"") \
    X(TEXT, "a sentence") \
    X(RUN, "the run's folder") \
    X(NAME, "of the recipe") \
    X(STATE, "running, finished, stopped or failed") \
    X(EPOCH, "that runs, or was the last") \
    X(EPOCHS, "that were wanted") \
    X(SECONDS, "trained so far") \
    X(LOSS, "of the newest validation, empty before the first") \
    X(ACCURACY, "of the same, a fraction")

enum user_fact {
#define FACT(name, help) FACT_##name,
    USER_FACTS(FACT)
#undef FACT
    FACT_COUNT
};

_Static_assert((int)FACT_COUNT <= (int)USER_FACTS_MOST, "a user_command has no room for all USER_FACTS");

static const char *const fact_names[FACT_COUNT] = {
#define FACT(name, help) [FACT_##name] = "CUVETTE_" #name,
    USER_FACTS(FACT)
#undef FACT
};

struct run_alerts {
    const char *folder;
    char on_alert[PATH_SIZE], on_end[PATH_SIZE]; /* "": none */
    struct alerts alerts;                        /* the recorder's thread's */
    struct user_commands *commands;              /* NULL: there are none */
    pthread_mutex_t lock;
    int count; /* with the lock, like the list */
    struct alert list[ALERT_COUNT];
};

static bool start_commands(struct run_alerts *r, const struct run_commands *commands, struct error *e)
{
    const char *on_alert = commands->on_alert ? commands->on_alert : "";
    const char *on_end = commands->on_end ? commands->on_end : "";
    char log[PATH_SIZE];

    if (!on_alert[0] && !on_end[0])
        return true;
    if (!text_copy(r->on_alert, sizeof r->on_alert, on_alert) || !text_copy(r->on_end, sizeof r->on_end, on_end))
        return error_set(e, ERROR_USAGE, "a command of more than %d bytes is too long: write a script", PATH_SIZE - 1);
    return path_join(log, r->folder, USER_COMMAND_LOG, e) && (r->commands = user_commands_start(log, e));
}

struct run_alerts *run_alerts_start(const struct run_commands *commands, const char *folder, struct error *e)
{
    struct run_alerts *r = memory_new(1, sizeof *r, e);

    if (!r)
        return NULL;
    r->folder = folder;
    pthread_mutex_init(&r->lock, NULL);
    if (start_commands(r, commands, e))
        return r;
    run_alerts_close(r);
    return NULL;
}

static void set_fact(struct user_command *c, enum user_fact fact, const char *text)
{
    snprintf(c->facts[fact], sizeof c->facts[fact], "%s=%s", fact_names[fact], text);
}

static void set_number(struct user_command *c, enum user_fact fact, double number)
{
    char text[32];

    snprintf(text, sizeof text, "%.9g", number);
    set_fact(c, fact, number >= 0 && isfinite(number) ? text : "");
}

static const char *state_word(enum trainer_state state)
{
    return trainer_state_names[trainer_over(state) ? state : TRAINER_RUNNING];
}

static void run_command(struct run_alerts *r, const char *option, const char *command, const char *event,
                        const char *text, const char *name, const struct trainer_status *s)
{
    struct user_command c = { .option = option, .n_facts = FACT_COUNT };

    if (!command[0])
        return;
    text_copy(c.text, sizeof c.text, command);
    set_fact(&c, FACT_EVENT, event);
    set_fact(&c, FACT_TEXT, text);
    set_fact(&c, FACT_RUN, r->folder);
    set_fact(&c, FACT_NAME, name);
    set_fact(&c, FACT_STATE, state_word(s->state));
    set_number(&c, FACT_EPOCH, s->epoch);
    set_number(&c, FACT_EPOCHS, s->epochs);
    set_number(&c, FACT_SECONDS, s->seconds);
    set_number(&c, FACT_LOSS, s->valid_loss);
    set_number(&c, FACT_ACCURACY, s->valid_accuracy);
    user_commands_run(r->commands, &c);
}

static void publish(struct run_alerts *r)
{
    pthread_mutex_lock(&r->lock);
    for (; r->count < r->alerts.count; r->count++)
        r->list[r->count] = r->alerts.list[r->count];
    pthread_mutex_unlock(&r->lock);
}

void run_alerts_look(struct run_alerts *r, const struct alert_facts *f, bool last, struct metrics_writer *metrics)
{
    int before = r->alerts.count;
    struct error ignored;

    if (!alerts_look(&r->alerts, f, last))
        return;
    for (int i = before; i < r->alerts.count; i++) {
        const struct alert *a = &r->alerts.list[i];

        if (metrics)
            metrics_alert(metrics, alert_names[a->kind], f->status->seconds, a->text, &ignored);
        run_command(r, "--on-alert", r->on_alert, alert_names[a->kind], a->text, f->recipe->name, f->status);
    }
    publish(r);
}

void run_alerts_end(struct run_alerts *r, const struct trainer *trainer)
{
    struct trainer_status s;
    char text[sizeof s.error.text + 64];

    trainer_status(trainer, &s);
    snprintf(text, sizeof text, "%s in epoch %d of %d%s%s", state_word(s.state), s.epoch, s.epochs,
             s.state == TRAINER_FAILED ? ": " : "", s.state == TRAINER_FAILED ? s.error.text : "");
    run_command(r, "--on-end", r->on_end, "end", text, trainer_recipe(trainer)->name, &s);
}

int run_alerts_list(struct run_alerts *r, struct alert out[ALERT_COUNT])
{
    pthread_mutex_lock(&r->lock);
    int count = r->count;

    for (int i = 0; i < count; i++)
        out[i] = r->list[i];
    pthread_mutex_unlock(&r->lock);
    return count;
}

void run_alerts_error(struct run_alerts *r, struct error *out)
{
    out->kind = ERROR_NONE;
    if (r->commands)
        user_commands_error(r->commands, out);
}

bool run_alerts_settle(struct run_alerts *r, struct error *e)
{
    const double seconds = 5;

    return !r->commands || user_commands_wait(r->commands, seconds, e);
}

void run_alerts_close(struct run_alerts *r)
{
    if (!r)
        return;
    user_commands_close(r->commands);
    pthread_mutex_destroy(&r->lock);
    free(r);
}
