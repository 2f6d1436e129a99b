#include "nn/train/trainer_state.h"

#include <math.h>

#include "base/clock.h"
#include "base/text.h"

double trainer_seconds(const struct training *r)
{
    return r->started > 0 ? clock_seconds() - r->started : 0;
}

/* Only for those who look: each time is a sum over all of them. */
static void show_last_steps(struct training *r)
{
    r->now.recent_steps = r->last_steps.count;
    r->now.recent_loss = last_steps_loss(&r->last_steps);
    r->now.recent_accuracy = last_steps_accuracy(&r->last_steps);
}

void trainer_publish(struct training *r, bool must)
{
    struct trainer *t = r->t;
    double clock = clock_seconds();

    if (!must && clock - r->notified < 0.1)
        return;
    show_last_steps(r);
    if (must)
        pthread_mutex_lock(&t->lock);
    else if (pthread_mutex_trylock(&t->lock) != 0)
        return;
    t->status = r->now;
    if (r->profiler.plan)
        profiler_show(&r->profiler, trainer_over(r->now.state), &t->profile);
    if (t->health.step != r->looks.newest.step)
        t->health = r->looks.newest;
    if (trainer_over(r->now.state))
        pthread_cond_broadcast(&t->over);
    pthread_mutex_unlock(&t->lock);
    r->notified = clock;
    if (t->events.changed)
        t->events.changed(t->events.context);
}

void trainer_set_state(struct training *r, enum trainer_state state)
{
    r->now.state = state;
    r->now.activity[0] = '\0';
    trainer_publish(r, true);
}

bool trainer_leads(const struct training *r)
{
    return !r->t->communicator || r->t->communicator->rank == 0;
}

bool trainer_stopped(const struct training *r)
{
    return r->together ? r->exchange.orders.stop : atomic_load(&r->t->stop);
}

bool trainer_goes_on(void *training)
{
    return !trainer_stopped(training);
}

bool trainer_check_finite(struct training *r, double loss, const char *which, struct error *e)
{
    r->now.diverged = !isfinite(loss);
    return isfinite(loss) || error_set(e, ERROR_RUN,
                                       "the %s loss is no longer a finite number at step %llu (epoch %d): try a lower "
                                       "learning rate (it was %g)",
                                       which, (unsigned long long)r->now.steps, r->now.epoch, r->now.learning_rate);
}

struct trainer_weights trainer_describe_weights(const struct trainer *t, const float *parameters,
                                                const float *statistics)
{
    struct trainer_weights w = {
        .plan = t->plan,
        .parameters = parameters,
        .statistics = statistics,
        .input = t->plan->input,
        .classes = t->plan->classes,
        .class_names = t->info.class_names,
    };

    text_copy(w.dataset, sizeof w.dataset, t->info.name);
    return w;
}

bool trainer_end_group(struct training *r, struct error *e)
{
    bool added = r->group.steps == 0 || series_append(r->t->steps, step_group_point(&r->group)) ||
                 error_set(e, ERROR_MEMORY, "no memory for another point of the curves");

    r->group = (struct step_group){ .steps = 0 };
    return added;
}

void trainer_note_unreadable(struct training *r)
{
    struct dataset_info info;

    source_describe(r->t->source, &info);
    r->now.unreadable = info.unreadable;
    text_copy(r->now.first_unreadable, sizeof r->now.first_unreadable, info.first_unreadable);
}
