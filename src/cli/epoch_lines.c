#include "cli/epoch_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"
#include "nn/recipe/augmentation.h"
#include "nn/recipe/device_name.h"
#include "nn/recipe/finetuning.h"
#include "nn/recipe/recipe_rate.h"
#include "nn/recipe/shares.h"
#include "run/features_words.h"

/* When the reader of a pipe goes away (`cuvette train | head`) the run goes on, and the rest of the output
 * is dropped. */
static void flush_lines(void)
{
    if (fflush(stdout) == 0 || errno != EPIPE)
        return;

    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0)
        clearerr(stdout);
    if (nowhere >= 0)
        close(nowhere);
}

struct epoch_lines epoch_lines_begin(const struct recipe *recipe, size_t before, bool wanted)
{
    return (struct epoch_lines){
        .recipe = recipe, .wanted = wanted, .before = before, .epochs = before, .progress = progress_begin(wanted)
    };
}

/* "10/10" */
static int epoch_width(const struct trainer_status *status)
{
    return int_max(2 * snprintf(NULL, 0, "%d", status->epochs) + 1, (int)strlen("epoch"));
}

/* Validation says which images it is on: those of the test, unless some are held out. */
static void print_heads(const struct epoch_lines *l, const struct trainer_status *status)
{
    bool held_out = l->recipe->data.validation > 0;

    printf("%*s %8s %9s %11s %9s %9s %9s %8s\n", epoch_width(status), "epoch", "loss", "accuracy",
           held_out ? "valid loss" : "test loss", "accuracy", "seconds", "images/s", "left");
}

static void print_validation(const struct series *epochs, size_t i)
{
    char loss[TEXT_LOSS_SIZE];

    if (i >= series_length(epochs)) {
        printf(" %11s %9s", "n/a", "n/a");
        return;
    }
    text_loss(loss, series_at(epochs, i).loss);
    printf(" %11s %9.4f", loss, series_at(epochs, i).accuracy);
}

/* How much is left is known of now alone, and not of what has ended long ago. */
static void print_epoch(const struct epoch_lines *l, size_t i, bool newest, const struct trainer_status *status)
{
    struct point train = series_at(l->means, i);
    double before = i > 0 ? series_at(l->means, i - 1).seconds : 0;
    char epoch[32], left[32], loss[TEXT_LOSS_SIZE];

    text_loss(loss, train.loss);
    snprintf(epoch, sizeof epoch, "%zu/%d", i + 1, status->epochs);
    text_duration(left, sizeof left, i + 1 == (size_t)status->epochs ? 0 : newest ? status->seconds_left : -1);
    printf("%*s %8s %9.4f", epoch_width(status), epoch, loss, train.accuracy);
    print_validation(l->checks, i);
    printf(" %9.1f %9.0f %8s\n", train.seconds - before, train.images_per_second, left);
}

/* How many epochs are over. The mean of an epoch is published a moment before its validation; without validation, an
 * epoch is over when the next one has begun. */
static size_t ended_epochs(const struct epoch_lines *l, const struct trainer_status *status)
{
    if (status->valid_loss >= 0)
        return series_length(l->checks);
    if (trainer_over(status->state))
        return series_length(l->means);
    return status->epoch > 0 ? (size_t)status->epoch - 1 : 0;
}

/* What is known of the step, as far as whole figures fit: the most important first. */
static void show_progress(struct epoch_lines *l, const struct trainer_status *status)
{
    char left[32], activity[sizeof status->activity], loss[TEXT_LOSS_SIZE], together[64];
    struct progress *p = &l->progress;

    if (!progress_due(p))
        return;
    text_duration(left, sizeof left, status->seconds_left);
    text_sanitise(activity, sizeof activity, status->activity);
    if (status->steps == 0) {
        progress_add(p, "%s %.0f %%", activity[0] ? activity : "starting", 100 * status->progress);
    } else {
        progress_add(p, "epoch %d/%d", status->epoch, status->epochs);
        progress_add(p, "batch %u/%u", status->batch, status->batches);
        text_loss(loss, status->train_loss);
        progress_add(p, "loss %s", loss);
        progress_add(p, "left %s", left);
        progress_add(p, "accuracy %.4f", status->train_accuracy);
        progress_add(p, "%.0f images/s now", status->speed_now);
        rank_report_words(&status->together, device_name_is_gpu(l->recipe->training.device), together,
                          sizeof together);
        if (together[0])
            progress_add(p, "%s", together);
    }
    progress_show(p);
}

/* Once, where they were measured, before the first step. */
static void tell_shares(struct epoch_lines *l, const struct trainer_status *status)
{
    char words[sizeof status->shares_words];

    if (l->told_shares || status->shares_words[0] == '\0')
        return;
    l->told_shares = true;
    progress_clear(&l->progress);
    text_sanitise(words, sizeof words, status->shares_words);
    puts(words);
}

/* Once, when it is known: before the first epoch, of whose seconds it is part. */
static void tell_features(struct epoch_lines *l, const struct trainer_status *status)
{
    char words[160];

    if (l->told_features)
        return;
    features_words(status, l->recipe->training.freeze, words, sizeof words);
    l->told_features = words[0] != '\0';
    if (!l->told_features)
        return;
    progress_clear(&l->progress);
    puts(words);
}

/* Of a run that goes on with them: one that does not says so as it fails. */
static void tell_images(struct epoch_lines *l, const struct trainer_status *status)
{
    if (l->told_images || status->steps == 0 || !status->other_images[0])
        return;
    l->told_images = true;
    progress_clear(&l->progress);
    printf("it goes on with other images than before: %s\n", status->other_images);
}

void epoch_lines_update(struct epoch_lines *l, const struct series *means, const struct series *checks,
                        const struct trainer_status *status)
{
    l->means = means;
    l->checks = checks;
    if (!l->wanted)
        return;

    size_t ended = ended_epochs(l, status);

    tell_shares(l, status);
    tell_features(l, status);
    tell_images(l, status);
    if (l->epochs < ended)
        progress_clear(&l->progress);
    if (l->epochs == l->before && ended > l->before)
        print_heads(l, status);
    for (; l->epochs < ended; l->epochs++)
        print_epoch(l, l->epochs, l->epochs + 1 == ended, status);
    flush_lines();
    if (!trainer_over(status->state))
        show_progress(l, status);
}

void epoch_lines_note(struct epoch_lines *l, const char *text)
{
    char clean[512];

    if (!l->wanted)
        return;
    progress_clear(&l->progress);
    text_sanitise(clean, sizeof clean, text);
    printf("note: %s\n", clean);
    flush_lines();
}

void epoch_lines_end(struct epoch_lines *l)
{
    progress_clear(&l->progress);
}

/* A line, where there are words. */
static void print_words(const char *words)
{
    if (words[0] != '\0')
        puts(words);
}

static void print_folder(const char *folder)
{
    char shown[PATH_SIZE];

    text_sanitise(shown, sizeof shown, folder);
    printf("run folder %s\n", shown);
}

void epoch_lines_title(const struct recipe *recipe, size_t parameters, const struct device *device, const char *folder)
{
    const char *precision = devices_precision(device, recipe->training.precision);
    char title[sizeof recipe->name], name[sizeof device->info.name], dataset[sizeof recipe->data.dataset], count[32];
    char scaled[128], label[DEVICES_LABEL_SIZE], shares[96];

    text_sanitise(title, sizeof title, recipe->name);
    text_sanitise(name, sizeof name, device->info.name);
    text_sanitise(dataset, sizeof dataset, recipe->data.dataset);
    text_count(count, sizeof count, parameters);
    printf("%s on %s: %s parameters, batch %d", title, dataset, count, recipe->training.batch);
    if (recipe->training.accumulate > 1)
        printf(" by %d at a time", recipe_rows(recipe));
    devices_label(device, label);
    devices_share_words(device, recipe, shares, sizeof shares);
    printf(", %s (%s", label, name);
    if (device->info.threads > 0)
        printf(", %d of %d cores", devices_threads(device), device->info.threads_all);
    if (shares[0])
        printf(": %s", shares);
    if (strcmp(precision, precision_names[PRECISION_FP32]) != 0)
        printf(", %s", precision);
    puts(")");
    recipe_rate_words(recipe, scaled, sizeof scaled);
    print_words(scaled);
    if (folder)
        print_folder(folder);
    flush_lines();
}

void epoch_lines_ranks(const struct communicator *c, const struct recipe *recipe)
{
    const bool may_differ = c->nodes > 1 && shares_kind(recipe->training.shares) == SHARES_AUTO;
    char each[64] = "";

    device_name_each_words(c->ranks, recipe->training.shares, recipe->training.batch, each, sizeof each);
    printf("%d ranks on %d node%s, %s%s\n", c->ranks, c->nodes, c->nodes == 1 ? "" : "s", each,
           may_differ ? " if they are of one model" : "");
    flush_lines();
}

void epoch_lines_beginning(const struct recipe *recipe)
{
    char words[256];

    finetuning_words(recipe, words, sizeof words);
    print_words(words);
    flush_lines();
}

void epoch_lines_gone_on(size_t before, int epochs)
{
    printf("goes on after epoch %zu of %d\n", before, epochs);
    flush_lines();
}

void epoch_lines_warnings(const struct recipe_warnings *warnings)
{
    for (int i = 0; i < warnings->count; i++)
        printf("note: %s\n", warnings->list[i].text);
    flush_lines();
}

static const char *slowest_kind(const struct step_profile *p, const struct recipe *recipe)
{
    int slowest = step_profile_slowest(p);

    return slowest >= 0 ? recipe->layers[slowest].class->name : "";
}

void epoch_lines_profile(const struct trainer *trainer)
{
    const struct recipe *recipe = trainer_recipe(trainer);
    const char *between = "";
    struct trainer_status status;
    struct step_profile p;
    char text[160];

    trainer_profile(trainer, &p);
    trainer_status(trainer, &status);
    if (!p.sampled)
        return;
    text_flops(text, sizeof text, p.flops / recipe->training.batch * status.speed);
    printf("a step of %.3g ms, %s: ", 1000 * p.step, text);
    for (int i = 0; i < STEP_PARTS_COUNT; i++)
        if (step_profile_share(&p, i) >= 0.005) {
            printf("%s%s %.0f %%", between, step_part_names[i], 100 * step_profile_share(&p, i));
            between = ", ";
        }
    step_profile_verdict(&p, slowest_kind(&p, recipe), text, sizeof text);
    printf("\n%s\n", text);
    flush_lines();
}

/* How well those that trained together did, and who held them up. */
static void print_ranks(const struct recipe *recipe, const struct rank_summary *together)
{
    char words[sizeof together->slowest + 160];

    rank_report_words(together, device_name_is_gpu(recipe->training.device), words, sizeof words);
    if (words[0] && together->hidden >= 0)
        text_append(words, sizeof words, "; of the time in which sums were under way %.0f %% was hidden",
                    100 * together->hidden);
    print_words(words);
    rank_report_slowest(together, words, sizeof words);
    print_words(words);
}

/* Why the figures of training are not what those of validation are. */
static void print_training_loss(const struct recipe_data *data, const struct trainer_status *status)
{
    if (status->class_weight_most >= 0)
        printf("the loss of training weighs the classes, by %.3g to %.3g\n", status->class_weight_least,
               status->class_weight_most);
    if (data->balance == BALANCE_OVERSAMPLE)
        printf("the epochs of training had as many images of each class\n");
    if (augmentation_mixes(data))
        printf("loss and accuracy of training are those of mixed images, by the shares of their labels\n");
}

void epoch_lines_outcome(const struct recipe *recipe, const struct trainer_status *status, const char *folder)
{
    char duration[32], loss[TEXT_LOSS_SIZE];

    text_duration(duration, sizeof duration, status->seconds);
    text_loss(loss, status->test_loss);
    if (status->best_epoch > 0)
        printf("best on the %s: epoch %d%s%s\n", recipe_validated_on(recipe), status->best_epoch,
               status->best_restored ? ", restored" : "", status->ended_early ? ", ended early" : "");
    if (status->test_loss >= 0) /* a data set may have no test images */
        printf("test loss %s  test accuracy %.4f  ", loss, status->test_accuracy);
    printf("trained %s, %.0f images/s\n", duration, status->speed);
    print_ranks(recipe, &status->together);
    print_training_loss(&recipe->data, status);
    if (status->unreadable > 0) {
        char first[sizeof status->first_unreadable];

        text_sanitise(first, sizeof first, status->first_unreadable);
        printf("%u image%s could not be read, and others stood in; the first is %s\n", status->unreadable,
               status->unreadable == 1 ? "" : "s", first);
    }
    print_folder(folder);
    flush_lines();
}
