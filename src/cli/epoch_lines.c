#include "cli/epoch_lines.h"

#include <stdio.h>

#include "base/text.h"

struct epoch_lines epoch_lines_begin(const struct trainer *trainer, bool wanted)
{
    return (struct epoch_lines){ .trainer = trainer, .wanted = wanted, .progress = progress_begin(wanted) };
}

/* Mean over an epoch's steps, each weighted with the share of the epoch it covers: the last batch may be a short one. */
static struct point epoch_mean(struct epoch_lines *l, double end)
{
    const struct series *steps = trainer_steps(l->trainer);
    double before = end - 1, loss = 0, accuracy = 0, weight = 0;

    for (; l->steps < series_length(steps); l->steps++) {
        struct point p = series_at(steps, l->steps);

        if (p.position > end + 1e-9)
            break;
        loss += (p.position - before) * p.loss;
        accuracy += (p.position - before) * p.accuracy;
        weight += p.position - before;
        before = p.position;
    }
    if (weight > 0)
        loss /= weight, accuracy /= weight;
    return (struct point){ .position = end, .loss = (float)loss, .accuracy = (float)accuracy };
}

static void print_epoch(struct epoch_lines *l, const struct trainer_status *status, double seconds)
{
    struct point valid = series_at(trainer_epochs(l->trainer), l->epochs);
    struct point train = epoch_mean(l, (double)++l->epochs);
    char left[32];

    text_duration(left, sizeof left, l->epochs < (size_t)status->epochs ? status->seconds_left : 0);
    printf("epoch %*zu/%d  loss %.4f  accuracy %.4f  valid loss %.4f  valid accuracy %.4f  %6.1f s  %7.0f images/s  left %s\n",
           snprintf(NULL, 0, "%d", status->epochs), l->epochs, status->epochs, train.loss, train.accuracy, valid.loss,
           valid.accuracy, seconds, status->images_per_second, left);
}

static void show_progress(struct epoch_lines *l, const struct trainer_status *status)
{
    char text[200] = "", left[32], activity[sizeof status->activity];

    if (!progress_due(&l->progress))
        return;
    text_duration(left, sizeof left, status->seconds_left);
    text_sanitise(activity, sizeof activity, status->activity);
    if (status->state == TRAINER_PREPARING)
        text_append(text, sizeof text, "%s %.0f %%", activity, 100 * status->progress);
    else
        text_append(text, sizeof text, "epoch %d/%d  batch %u/%u  loss %.4f  accuracy %.4f  %.0f images/s  left %s",
                    status->epoch, status->epochs, status->batch, status->batches, status->train_loss,
                    status->train_accuracy, status->images_per_second, left);
    progress_show(&l->progress, text);
}

/* Several short epochs can end between two looks: they share the time. */
void epoch_lines_update(struct epoch_lines *l, const struct trainer_status *status)
{
    size_t ended = series_length(trainer_epochs(l->trainer));

    if (!l->wanted)
        return;
    if (l->epochs < ended) {
        double seconds = (status->seconds - l->seconds) / (double)(ended - l->epochs);

        progress_clear(&l->progress);
        while (l->epochs < ended)
            print_epoch(l, status, seconds);
        fflush(stdout);
        l->seconds = status->seconds;
    }
    if (!trainer_over(status->state))
        show_progress(l, status);
}

void epoch_lines_end(struct epoch_lines *l)
{
    progress_clear(&l->progress);
}

void epoch_lines_title(const struct recipe *recipe, size_t parameters, const struct device *device, const char *folder)
{
    char name[sizeof device->info.name], dataset[sizeof recipe->data.dataset], count[32];

    text_sanitise(name, sizeof name, device->info.name);
    text_sanitise(dataset, sizeof dataset, recipe->data.dataset);
    text_count(count, sizeof count, parameters);
    printf("%s on %s: %s parameters, batch %d, %s (%s", recipe->name, dataset, count, recipe->training.batch,
           device->info.id, name);
    if (device->info.threads > 0)
        printf(", %d of %d cores", device->choice.threads > 0 ? device->choice.threads : device->info.threads,
               device->info.threads_all);
    printf(")\nrun folder %s\n", folder);
    fflush(stdout);
}

void epoch_lines_outcome(const struct trainer_status *status, const char *folder)
{
    char duration[32];

    text_duration(duration, sizeof duration, status->seconds);
    if (status->best_restored)
        printf("best epoch %d restored%s\n", status->best_epoch, status->ended_early ? ", ended early" : "");
    if (status->test_loss >= 0)
        printf("test loss %.4f  test accuracy %.4f  ", status->test_loss, status->test_accuracy);
    printf("trained %s  run folder %s\n", duration, folder);
    fflush(stdout);
}
