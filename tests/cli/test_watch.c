/* A run that another process trains, watched and steered through its folder. */
#include "tests/support/check.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/clock.h"
#include "run/metrics_read.h"
#include "run/watch.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

static const char recipe[] = "[data]\ndataset = digits\n"
                             "[training]\nepochs = 100000\nbatch = 500\ndevice = cpu:1\n"
                             "[layers]\nmaxpool2d = size=4\nflatten =\ndense = units=10\n";

static struct process *train(const char *folder, const char *option, const char *setting)
{
    folder_put(folder, "small.ini", recipe);
    struct process *p = process_cuvette_start(folder, "train", "small.ini", "--run", "out", option, setting, NULL);

    process_expect(p, "run folder out");
    return p;
}

static void end(struct process *p)
{
    process_signal(p, SIGTERM);
    process_finish(p);
    assert_refused(p, 5, "stopped by SIGTERM");
}

static struct watch *watch(const char *folder)
{
    struct error e = { 0 };
    struct watch *w =
        watch_open(folder_path(folder, "out"), 100000, (struct trainer_events){ .changed = NULL }, &e);

    if (!w)
        fail_msg("%s", e.text);
    return w;
}

static const double patience = 120;

/* Looks until one shows that. */
static struct sighting await(struct watch *w, bool (*shows)(const struct sighting *s))
{
    double until = clock_seconds() + patience;
    struct sighting s;
    unsigned number = watch_sighting(w, &s);

    while (!shows(&s)) {
        if (!watch_wait(w, number, until))
            fail_msg("it never came; the state is %d: %s", s.state, s.words);
        number = watch_sighting(w, &s);
    }
    return s;
}

static struct watch_reply ask(struct watch *w, enum control_kind kind, double factor)
{
    double until = clock_seconds() + patience;
    struct watch_reply reply;
    struct sighting s;

    watch_command(w, &(struct control){ kind, factor });
    while (!watch_take_reply(w, &reply))
        if (!watch_wait(w, watch_sighting(w, &s), until))
            fail_msg("no reply");
    return reply;
}

static void assert_taken(struct watch_reply reply, const char *words)
{
    assert_true(reply.good);
    assert_non_null(strstr(reply.text, "taken at "));
    if (!strstr(reply.text, words))
        fail_msg("\"%s\" lacks \"%s\"", reply.text, words);
}

static bool has_epochs(const struct sighting *s)
{
    return s->state == SIGHTING_TRAINS && s->status.trainer.epoch > 2;
}

static bool is_paused(const struct sighting *s)
{
    return s->status.trainer.state == TRAINER_PAUSED;
}

static bool runs(const struct sighting *s)
{
    return s->status.trainer.state == TRAINER_RUNNING;
}

static bool is_halved(const struct sighting *s)
{
    return s->status.trainer.rate_factor == 0.5;
}

static bool is_cut_off(const struct sighting *s)
{
    return s->state == SIGHTING_CUT_OFF;
}

static bool has_ended(const struct sighting *s)
{
    return s->state == SIGHTING_ENDED;
}

static bool is_gone(const struct sighting *s)
{
    return s->state == SIGHTING_GONE;
}

/* The change stands in the curves and in what a resumed run goes on with, as one of the screen's own key does. */
static void assert_rate_is_recorded(const char *folder)
{
    struct metrics_curves curves;
    struct error e = { 0 };

    assert_good(metrics_read(folder_path(folder, "out/metrics.jsonl"), NULL, &curves, &e), e);
    assert_true(curves.steps[curves.n_steps - 1].learning_rate == curves.steps[0].learning_rate / 2);
    metrics_read_free(&curves);
    process_free(process_cuvette(folder, "resume", "out", "--epochs", "2", NULL));
}

static void test_a_run_is_steered_through_its_folder(void **state)
{
    const char *folder = *state;
    struct process *p = train(folder, "--set", "training.checkpoint=86400");
    struct watch *w = watch(folder);
    struct sighting s = await(w, has_epochs);

    assert_true(s.here);
    assert_int_equal(s.status.process, p->pid);
    assert_taken(ask(w, CONTROL_PAUSE, 0), "it pauses");
    await(w, is_paused);
    assert_taken(ask(w, CONTROL_RATE, 0.5), "times 0.5");
    assert_taken(ask(w, CONTROL_RESUME, 0), "it goes on");
    await(w, runs);
    await(w, is_halved);
    unlink(folder_path(folder, "out/checkpoint.safetensors"));
    assert_taken(ask(w, CONTROL_CHECKPOINT, 0), "checkpoint");
    folder_await(folder_path(folder, "out"), "checkpoint.safetensors");
    assert_false(ask(w, CONTROL_RATE, 1e6).good);
    watch_command(w, &(struct control){ .kind = CONTROL_STOP });
    process_finish(p);
    assert_refused(p, 5, "stopped by a command in epoch ");
    s = await(w, has_ended);
    assert_int_equal(s.status.trainer.state, TRAINER_STOPPED);
    assert_int_equal(access(folder_path(folder, "out/status.json"), F_OK), -1);
    assert_int_equal(access(folder_path(folder, "out/control"), F_OK), -1);
    watch_close(w);
    assert_rate_is_recorded(folder);
}

/* What was sent to a process that was killed before it took it is not obeyed by the next one. */
static void test_a_killed_run_is_told_and_its_commands_are_forgotten(void **state)
{
    const char *folder = *state;
    struct process *p = train(folder, "--set", "training.checkpoint=0.05");
    struct watch *w = watch(folder);
    struct error e = { 0 };
    char id[CONTROL_ID_SIZE];

    await(w, has_epochs);
    folder_await(folder_path(folder, "out"), "checkpoint.safetensors");
    process_signal(p, SIGKILL);
    process_finish(p);
    process_free(p);

    struct sighting s = await(w, is_cut_off);

    assert_holds(s.words, "killed: ");
    assert_holds(s.words, "goes on from its checkpoint");
    assert_false(ask(w, CONTROL_PAUSE, 0).good);
    assert_good(control_send(folder_path(folder, "out"), &(struct control){ CONTROL_STOP, 0 }, id, &e), e);

    p = process_cuvette(folder, "watch", "out", "--plain", NULL);
    assert_refused(p, 1, "killed: ");

    p = process_cuvette_start(folder, "resume", "out", NULL);
    await(w, has_epochs);
    assert_taken(ask(w, CONTROL_PAUSE, 0), "it pauses");
    await(w, is_paused);
    watch_close(w);
    end(p);
}

/* A second process that watches shows what the first prints. */
static void test_two_programs_show_the_same_numbers(void **state)
{
    const char *folder = *state;
    struct process *p = train(folder, "--epochs", "6");
    struct process *q = process_cuvette(folder, "watch", "out", "--plain", NULL);

    process_finish(p);
    assert_int_equal(p->exit_code, 0);
    assert_int_equal(q->exit_code, 0);
    for (int epoch = 1; epoch <= 6; epoch++) {
        enum { TO_THE_TEST_ACCURACY = 43 };
        char head[32], line[TO_THE_TEST_ACCURACY + 1] = "";

        snprintf(head, sizeof head, "  %d/6 ", epoch);
        assert_holds(p->out, head);
        strncat(line, strstr(p->out, head), TO_THE_TEST_ACCURACY);
        assert_holds(q->out, line);
    }
    char result[] = "\ntest loss 1.2345  test accuracy 0.1234  ", *told = strstr(p->out, "\ntest loss ");

    assert_non_null(told);
    memcpy(result, told, strlen(result));
    assert_holds(q->out, result);
    process_free(p);
    process_free(q);
}

static void test_json_has_an_object_a_line(void **state)
{
    const char *folder = *state;
    struct process *p = train(folder, "--epochs", "20");
    struct process *q = process_cuvette(folder, "watch", "out", "--json", "--follow", NULL);
    const char *last = NULL;
    int lines = 0;

    process_finish(p);
    assert_int_equal(q->exit_code, 0);
    for (char *line = strtok(q->out, "\n"); line; line = strtok(NULL, "\n"), lines++) {
        json_t *object = json_loads(line, 0, NULL);

        assert_non_null(object);
        assert_string_equal(json_string_value(json_object_get(object, "folder")), "out");
        json_decref(object);
        last = line;
    }
    assert_true(lines > 0);
    assert_holds(last, "\"watch\":\"ended\"");
    assert_holds(last, "\"state\":\"finished\"");
    process_free(p);
    process_free(q);
}

static void test_the_newest_run_that_trains_is_found(void **state)
{
    const char *folder = *state;
    struct process *p;

    assert_refused(process_cuvette(folder, "watch", ".", NULL), 3, "there is no run in .");
    folder_put(folder, "small.ini", recipe);
    process_free(process_cuvette(folder, "train", "small.ini", "--run", "before", "--epochs", "1", NULL));
    p = train(folder, NULL, NULL);
    struct process *q = process_cuvette(folder, "watch", ".", "--json", NULL);
    assert_int_equal(q->exit_code, 0);
    assert_holds(q->out, "\"folder\":\"./out\"");
    process_free(q);
    end(p);
    assert_refused(process_cuvette(folder, "watch", ".", NULL), 3, "no run trains in .; the newest is over: 'cuvette "
                                                                   "watch ./");
    assert_refused(process_cuvette(folder, "watch", "out", "--follow", NULL), 2, "--follow is for --json");
    assert_refused(process_cuvette(folder, "watch", "nowhere", NULL), 3, "there is no run \"nowhere\"");
}

/* The trainer stands still meanwhile: it would go on elsewhere, and be followed there (run/test_shelter.c). */
static void test_a_folder_that_is_deleted_is_told(void **state)
{
    const char *folder = *state;
    struct process *p = train(folder, NULL, NULL);
    struct watch *w = watch(folder);
    char here[PATH_SIZE], away[PATH_SIZE];

    snprintf(here, sizeof here, "%s", folder_path(folder, "out"));
    snprintf(away, sizeof away, "%s", folder_path(folder, "away"));
    await(w, has_epochs);
    process_signal(p, SIGSTOP);
    assert_int_equal(rename(here, away), 0);
    assert_holds(await(w, is_gone).words, "is not there");
    assert_int_equal(rename(away, here), 0); /* a file system that came back */
    process_signal(p, SIGCONT);
    await(w, has_epochs);
    watch_close(w);
    end(p);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_a_run_is_steered_through_its_folder),
        IN_FOLDER(test_a_killed_run_is_told_and_its_commands_are_forgotten),
        IN_FOLDER(test_two_programs_show_the_same_numbers),
        IN_FOLDER(test_json_has_an_object_a_line),
        IN_FOLDER(test_the_newest_run_that_trains_is_found),
        IN_FOLDER(test_a_folder_that_is_deleted_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
