/* Ranks of which one fails, differs or is lost: all of them end and say why, and what all have learned is kept. */
#include "tests/support/check.h"

#include <pthread.h>

#include "base/text.h"
#include "cpu/cpu_backend.h"
#include "data/sources/source_memory.h"
#include "nn/communicators/communicator_threads.h"
#include "tests/support/toy_data.h"
#include "tests/support/toy_training.h"
#include "tests/support/wrong_sums.h"

/* Images in memory that the second rank finds damaged: who measures them before the first step is the first. */
struct damaged {
    struct source base;
    struct source *of;
    pthread_mutex_t lock;
    pthread_t first;
    bool measured;
};

static void describe(const struct source *s, struct dataset_info *info)
{
    source_describe(((const struct damaged *)s)->of, info);
}

static bool read_images(struct source *s, enum split split, const uint32_t *index, int n, uint8_t *images,
                        int32_t *labels, struct error *e)
{
    struct damaged *d = (struct damaged *)s;

    pthread_mutex_lock(&d->lock);
    if (!d->measured)
        d->first = pthread_self();
    d->measured = true;
    bool its_own = pthread_equal(d->first, pthread_self());
    pthread_mutex_unlock(&d->lock);
    return its_own ? source_read(d->of, split, index, n, images, labels, e)
                   : error_set(e, ERROR_INPUT, "image %u is damaged", index[0]);
}

static void one_that_fails_ends_all_with_its_words(void **state)
{
    static const struct source_ops ops = { .describe = describe, .read = read_images };
    static struct recipe r;
    static struct outcome out;
    struct damaged source = { .base = { .ops = &ops }, .of = toy_data(TOY_TRAIN, TOY_TEST, true),
                              .lock = PTHREAD_MUTEX_INITIALIZER };
    (void)state;

    toy_recipe(&r, "", toy_dense);
    outcome_take(toy_start(&r, &source.base, 2, 0, NULL, (struct trainer_events){ .changed = NULL }), &out);
    assert_int_equal(out.status.state, TRAINER_FAILED);
    if (strncmp(out.status.error.text, "rank 1: image ", 14) != 0)
        fail_msg("%s", out.status.error.text);
    assert_int_equal(out.status.steps, 0);
    outcome_free(&out);
    source_close(source.of);
}

/* As ranks of several processes: each with images of its own. What each of them says. */
static void train_with(const struct recipe *r, struct source *const sources[2], struct communicator *const members[2],
                       struct outcome out[2])
{
    struct trainer *trainers[2];
    struct error e = { 0 };

    for (int i = 0; i < 2; i++) {
        const struct trainer_setup setup = { .recipe = r,
                                             .backend = &cpu_backend_class,
                                             .source = sources[i],
                                             .communicator = members[i],
                                             .device = { .threads = 1, .replicas = 1 } };

        trainers[i] = trainer_start(&setup, &e);
        assert_good(trainers[i] != NULL, e);
    }
    for (int i = 0; i < 2; i++)
        outcome_take(trainers[i], &out[i]);
    for (int i = 0; i < 2; i++)
        members[i]->ops->close(members[i]);
}

static void train_apart(const struct recipe *r, struct source *const sources[2], struct outcome out[2])
{
    struct communicator *members[2];
    struct error e = { 0 };

    assert_good(communicator_threads_open(2, members, &e), e);
    train_with(r, sources, members, out);
}

/* In the second epoch one rank has another sum than the others: its end is the run's. */
static void weights_that_are_not_alike_any_more_end_the_run(void **state)
{
    static struct recipe r;
    static struct outcome out[2];
    struct source *const sources[] = { toy_data(TOY_TRAIN, TOY_TEST, true), toy_data(TOY_TRAIN, TOY_TEST, true) };
    const int steps = 10;
    struct communicator *members[2], *with[2];
    struct error e = { 0 };
    (void)state;

    toy_recipe(&r, "", toy_dense);
    assert_good(communicator_threads_open(2, members, &e), e);

    struct wrong_sums w = wrong_sums_over(members[1], steps + 3);

    with[0] = members[0];
    with[1] = &w.base;
    train_with(&r, sources, with, out);
    members[1]->ops->close(members[1]); /* what stands over it closes itself alone */
    for (int i = 0; i < 2; i++) {
        assert_int_equal(out[i].status.state, TRAINER_FAILED);
        assert_int_equal(out[i].status.error.kind, ERROR_RUN);
        assert_string_equal(out[i].status.error.text, "after step 20 the weights of rank 1 are no longer those of rank "
                                                      "0: a device or a library has computed wrong");
        assert_int_equal(out[i].status.steps, 2 * steps);
        outcome_free(&out[i]);
        source_close(sources[i]);
    }
}

/* `other` is the second rank's, which it takes. */
static void assert_refused(const struct recipe *r, struct source *other, const char *words)
{
    static struct outcome out[2];
    struct source *const sources[] = { toy_data(TOY_TRAIN, TOY_TEST, true), other };

    train_apart(r, sources, out);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(out[i].status.state, TRAINER_FAILED);
        assert_int_equal(out[i].status.error.kind, ERROR_INPUT);
        assert_string_equal(out[i].status.error.text, words);
        outcome_free(&out[i]);
        source_close(sources[i]);
    }
}

static void one_with_other_images_is_told_by_all(void **state)
{
    static struct recipe r;
    static struct outcome out[2];
    struct source *relabelled = toy_data(TOY_TRAIN, TOY_TEST, true);
    struct source *same[] = { toy_data(TOY_TRAIN, TOY_TEST, true), NULL };
    (void)state;

    toy_recipe(&r, "", toy_dense);
    text_copy(r.data.dataset, sizeof r.data.dataset, "/data/toy.h5");
    source_memory_labels(relabelled, SPLIT_TRAIN)[1] ^= 1; /* of an image that no fingerprint looks at */
    assert_refused(&r, relabelled,
                   "rank 1 finds other data in toy.h5 than rank 0: other training labels; all ranks need the "
                   "same files");
    assert_refused(&r, toy_data(TOY_TRAIN - 2, TOY_TEST, true),
                   "rank 1 finds other data in toy.h5 than rank 0: 290 training images on rank 0, 288 on rank 1; all "
                   "ranks need the same files");
    same[1] = toy_data(TOY_TRAIN, TOY_TEST, true);
    train_apart(&r, same, out);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(out[i].status.state, TRAINER_FINISHED);
        outcome_free(&out[i]);
        source_close(same[i]);
    }
}

/* Images of which only so many can be read. */
struct wearing {
    struct source base;
    struct source *of;
    int left;
};

static void describe_wearing(const struct source *s, struct dataset_info *info)
{
    source_describe(((const struct wearing *)s)->of, info);
}

static bool read_wearing(struct source *s, enum split split, const uint32_t *index, int n, uint8_t *images,
                         int32_t *labels, struct error *e)
{
    struct wearing *w = (struct wearing *)s;

    w->left -= n;
    return w->left > 0 ? source_read(w->of, split, index, n, images, labels, e)
                       : error_set(e, ERROR_IO, "the disk of this node is gone");
}

/* The run that goes on from what rank 0 keeps is the one that nobody left. */
static void assert_keeps_the_last_step(const char *settings, const char *layers)
{
    static const struct source_ops ops = { .describe = describe_wearing, .read = read_wearing };
    static struct recipe r;
    static struct outcome whole, lost[2], rest;
    struct source *source = toy_data(TOY_TRAIN, TOY_TEST, true);
    struct wearing wearing = { .base = { .ops = &ops }, .of = toy_data(TOY_TRAIN, TOY_TEST, true), .left = 500 };
    struct source *const sources[] = { source, &wearing.base };

    toy_recipe(&r, settings, layers);
    toy_run(&r, source, 2, &whole);
    train_apart(&r, sources, lost);
    assert_int_equal(lost[0].status.state, TRAINER_FAILED);
    assert_string_equal(lost[0].status.error.text, "rank 1: the disk of this node is gone");
    assert_true(lost[0].status.steps > 10 && lost[0].status.steps < 50);
    assert_true(lost[0].last.steps == lost[0].status.steps);

    const struct trainer_resume resume = { .snapshot = &lost[0].last,
                                           .steps = lost[0].steps,
                                           .epochs = lost[0].epochs,
                                           .n_steps = lost[0].n_steps,
                                           .n_epochs = lost[0].n_epochs };

    outcome_take(toy_start(&r, source, 2, 0, &resume, (struct trainer_events){ .changed = NULL }), &rest);
    assert_int_equal(rest.status.state, TRAINER_FINISHED);
    assert_near(&whole, &rest, 0);
    assert_same_weights(&whole, &rest);
    outcome_free(&whole);
    outcome_free(&lost[0]);
    outcome_free(&lost[1]);
    outcome_free(&rest);
    source_close(source);
    source_close(wearing.of);
}

/* Rank 0 keeps the steps that all have made, and nothing of the one that it had begun: neither weights nor what batch
 * norm takes from a forward pass. */
static void where_another_is_lost_the_first_keeps_the_last_step(void **state)
{
    (void)state;
    assert_keeps_the_last_step("checkpoint = 1000\n", toy_dense);
    assert_keeps_the_last_step("checkpoint = 1000\nbatch_norm = all\n", toy_norm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_fails_ends_all_with_its_words),
        cmocka_unit_test(one_with_other_images_is_told_by_all),
        cmocka_unit_test(where_another_is_lost_the_first_keeps_the_last_step),
        cmocka_unit_test(weights_that_are_not_alike_any_more_end_the_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
