#include "cli/epoch_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/text.h"

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

struct epoch_lines epoch_lines_begin(const struct trainer *trainer, bool wanted)
{
    return (struct epoch_lines){ .trainer = trainer, .wanted = wanted, .progress = progress_begin(wanted) };
}

static void print_epoch(const struct epoch_lines *l, size_t i, const struct trainer_status *status)
{
    const struct series *epochs = trainer_epochs(l->trainer);
    struct point train = series_at(trainer_means(l->trainer), i);
    double before = i > 0 ? series_at(trainer_means(l->trainer), i - 1).seconds : 0;
    int digits = snprintf(NULL, 0, "%d", status->epochs);
    char left[32];

    printf("epoch %*zu/%d  loss %.4f  accuracy %.4f  ", digits, i + 1, status->epochs, train.loss, train.accuracy);
    if (i < series_length(epochs))
        printf("valid loss %.4f  valid accuracy %.4f  ", series_at(epochs, i).loss, series_at(epochs, i).accuracy);
    text_duration(left, sizeof left, i + 1 < (size_t)status->epochs ? status->seconds_left : 0);
    printf("%6.1f s  %6.0f images/s  left %s\n", train.seconds - before, train.images_per_second, left);
}

/* How many epochs are over. The mean of an epoch is published a moment before its validation; without validation, an
 * epoch is over when the next one has begun. */
static size_t ended_epochs(const struct epoch_lines *l, const struct trainer_status *status)
{
    if (status->valid_loss >= 0)
        return series_length(trainer_epochs(l->trainer));
    if (trainer_over(status->state))
        return series_length(trainer_means(l->trainer));
    return status->epoch > 0 ? (size_t)status->epoch - 1 : 0;
}

static void show_progress(struct epoch_lines *l, const struct trainer_status *status)
{
    char text[200] = "", left[32], activity[sizeof status->activity];

    if (!progress_due(&l->progress))
        return;
    text_duration(left, sizeof left, status->seconds_left);
    text_sanitise(activity, sizeof activity, status->activity);
    if (status->steps == 0)
        text_append(text, sizeof text, "%s %.0f %%", activity[0] ? activity : "starting", 100 * status->progress);
    else
        text_append(text, sizeof text, "epoch %d/%d  batch %u/%u  loss %.4f  accuracy %.4f  %.0f images/s now  left %s",
                    status->epoch, status->epochs, status->batch, status->batches, status->train_loss,
                    status->train_accuracy, status->speed_now, left);
    progress_show(&l->progress, text);
}

void epoch_lines_update(struct epoch_lines *l, const struct trainer_status *status)
{
    size_t ended = ended_epochs(l, status);

    if (!l->wanted)
        return;
    if (l->epochs < ended)
        progress_clear(&l->progress);
    for (; l->epochs < ended; l->epochs++)
        print_epoch(l, l->epochs, status);
    flush_lines();
    if (!trainer_over(status->state))
        show_progress(l, status);
}

void epoch_lines_end(struct epoch_lines *l)
{
    progress_clear(&l->progress);
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

    text_sanitise(title, sizeof title, recipe->name);
    text_sanitise(name, sizeof name, device->info.name);
    text_sanitise(dataset, sizeof dataset, recipe->data.dataset);
    text_count(count, sizeof count, parameters);
    printf("%s on %s: %s parameters, batch %d, %s (%s", title, dataset, count, recipe->training.batch,
           device->info.id, name);
    if (device->info.threads > 0)
        printf(", %d of %d cores", device->choice.threads > 0 ? device->choice.threads : device->info.threads,
               device->info.threads_all);
    if (strcmp(precision, precision_names[PRECISION_FP32]) != 0)
        printf(", %s", precision);
    puts(")");
    if (folder)
        print_folder(folder);
    flush_lines();
}

void epoch_lines_outcome(const struct trainer_status *status, const char *folder)
{
    char duration[32];

    text_duration(duration, sizeof duration, status->seconds);
    if (status->best_restored)
        printf("best epoch %d restored%s\n", status->best_epoch, status->ended_early ? ", ended early" : "");
    if (status->test_loss >= 0) /* a data set may have no test images */
        printf("test loss %.4f  test accuracy %.4f  ", status->test_loss, status->test_accuracy);
    printf("trained %s, %.0f images/s  ", duration, status->speed);
    print_folder(folder);
    flush_lines();
}
