#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>

#include "cpu/cpu_backend.h"
#include "nn/recipe/recipe_file.h"
#include "tests/support/toy_training.h"

const char toy_dense[] = "flatten =\ndense = units=16 activation=relu\ndropout = rate=0.2\ndense = units=4\n";
const char toy_conv[] = "conv2d = filters=4 activation=relu\nmaxpool2d =\nconv2d = filters=6 stride=2\n"
                        "global_avgpool =\ndense = units=4\n";
const char toy_norm[] = "conv2d = filters=4\nbatch_norm =\nactivation = function=relu\nglobal_avgpool =\n"
                        "dense = units=4\n";

void toy_recipe(struct recipe *r, const char *settings, const char *layers)
{
    char text[700];
    struct error e = { 0 };

    snprintf(text, sizeof text,
             "[data]\nflip = yes\nshift = 1\nbrightness = 0.2\n[training]\nbatch = %d\nepochs = 5\nclip = 1\n%s"
             "[layers]\n%s",
             TOY_BATCH, settings, layers);
    assert_good(recipe_parse(r, text, "toy.ini", &e), e);
}

static void copy_array(float **to, const float *from, size_t bytes)
{
    *to = bytes > 0 ? malloc(bytes) : NULL;
    if (*to)
        memcpy(*to, from, bytes);
}

void outcome_last(struct trainer *t, struct snapshot *out)
{
    const struct snapshot *s = trainer_take_snapshot(t);

    if (!s)
        return;
    *out = *s;
    for (int i = 0; i < SNAPSHOT_ARRAY_COUNT; i++)
        copy_array(&out->array[i], s->array[i], s->bytes[i]);
    trainer_give_back_snapshot(t, 0);
}

void outcome_take(struct trainer *t, struct outcome *out)
{
    *out = (struct outcome){ .n_steps = 0 };
    trainer_wait(t);
    trainer_status(t, &out->status);
    out->n_steps = series_length(trainer_steps(t));
    out->n_epochs = series_length(trainer_epochs(t));
    assert_true(out->n_steps <= TOY_STEPS);
    for (size_t i = 0; i < out->n_steps; i++)
        out->steps[i] = series_at(trainer_steps(t), i);
    for (size_t i = 0; i < out->n_epochs; i++)
        out->epochs[i] = series_at(trainer_epochs(t), i);
    outcome_last(t, &out->last);
    if (trainer_weights(t)) {
        out->n_parameters = trainer_weights(t)->plan->arena_bytes[ARENA_PARAMETERS];
        copy_array(&out->parameters, trainer_weights(t)->parameters, out->n_parameters);
    }
    trainer_close(t);
}

void outcome_free(struct outcome *o)
{
    free(o->parameters);
    snapshot_free(&o->last);
}

struct trainer *toy_start(const struct recipe *r, struct source *source, int ranks, int last_epoch,
                             const struct trainer_resume *resume, struct trainer_events events)
{
    struct error e = { 0 };
    const struct trainer_setup setup = { .recipe = r,
                                         .backend = &cpu_backend_class,
                                         .source = source,
                                         .device = { .threads = 1, .replicas = ranks },
                                         .events = events,
                                         .resume = resume,
                                         .last_epoch = last_epoch };
    struct trainer *t = trainer_start(&setup, &e);

    assert_good(t != NULL, e);
    return t;
}

void toy_run(const struct recipe *r, struct source *source, int ranks, struct outcome *out)
{
    outcome_take(toy_start(r, source, ranks, 0, NULL, (struct trainer_events){ .changed = NULL }), out);
    if (out->status.state != TRAINER_FINISHED)
        fail_msg("%d ranks: %s", ranks, out->status.error.text);
}

void assert_near(const struct outcome *a, const struct outcome *b, double most)
{
    assert_int_equal(a->n_steps, b->n_steps);
    assert_int_equal(a->n_epochs, b->n_epochs);
    for (size_t i = 0; i < a->n_steps; i++) {
        assert_true(fabs((double)a->steps[i].loss - (double)b->steps[i].loss) <= most);
        assert_true(most > 0 || a->steps[i].accuracy == b->steps[i].accuracy);
    }
    for (size_t i = 0; i < a->n_epochs; i++)
        if (!(fabs((double)a->epochs[i].loss - (double)b->epochs[i].loss) <= most))
            fail_msg("epoch %zu: %.9g and %.9g", i + 1, (double)a->epochs[i].loss, (double)b->epochs[i].loss);
}

void assert_same_weights(const struct outcome *a, const struct outcome *b)
{
    assert_int_equal(a->n_parameters, b->n_parameters);
    assert_memory_equal(a->parameters, b->parameters, a->n_parameters);
}
