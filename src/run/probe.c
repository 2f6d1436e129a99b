#include "run/probe.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/thread.h"
#include "data/loader.h"
#include "data/sources/source_memory.h"
#include "nn/plan/plan_initialise.h"
#include "nn/recipe/augmentation.h"
#include "nn/recipe/compile.h"
#include "nn/train/executor_hold.h"
#include "nn/train/features.h"

/* Long enough for a mean, short enough not to disturb: a GPU may be shared. */
#define TRAIN_SECONDS 0.4
#define EVALUATE_SECONDS 0.1
#define ROUND_SECONDS 0.15
#define LONG_SECONDS 2 /* of a step: it need not be repeated */
enum { STEPS_MAX = 200, BATCHES = 4 /* of noise */ };

struct measuring {
    const struct recipe *recipe;
    const struct device *device;
    const struct dataset_info *info; /* of the real images */
    bool (*go_on)(void *context);
    void *context;
    struct source *noise;
    struct plan *plan;
    struct executor executor;
    struct loader *train, *valid;
    uint64_t steps, images; /* begun so far */
    uint32_t epoch;
};

static void fill(struct source *s, const struct dataset_info *info)
{
    uint32_t state = 1;

    for (int split = 0; split < SPLIT_COUNT; split++) {
        uint8_t *images = source_memory_images(s, (enum split)split);
        int32_t *labels = source_memory_labels(s, (enum split)split);

        for (size_t i = 0; i < info->count[split] * dataset_image_bytes(info); i++) {
            state = state * 1664525u + 1013904223u;
            images[i] = (uint8_t)(state >> 24);
        }
        for (uint32_t i = 0; i < info->count[split]; i++)
            labels[i] = (int32_t)(i % (uint32_t)info->classes);
    }
}

/* As many images as a few batches have, or as there are. */
static bool make_noise(struct measuring *m, struct error *e)
{
    struct dataset_info few = *m->info;

    few.class_names = NULL;
    for (int split = 0; split < SPLIT_COUNT; split++)
        few.count[split] = uint32_min(few.count[split], BATCHES * (uint32_t)m->recipe->training.batch);
    m->noise = source_memory_new(&few, e);
    if (m->noise)
        fill(m->noise, &few);
    return m->noise != NULL;
}

static bool write_weights(struct measuring *m, struct error *e)
{
    const struct plan *plan = m->plan;
    struct statistics half;
    float *parameters = memory_new_aligned(1, plan->arena_bytes[ARENA_PARAMETERS], e);
    float *statistics = parameters ? memory_new_aligned(1, plan->arena_bytes[ARENA_STATISTICS], e) : NULL;
    bool good = false;

    for (int c = 0; c < CHANNELS_MAX; c++) {
        half.mean[c] = 0.5f;
        half.deviation[c] = 0.25f;
    }
    if (statistics) {
        plan_initialise(plan, (uint64_t)m->recipe->training.seed, parameters, statistics);
        executor_normalise(plan, &half, statistics);
        good = executor_write_weights(&m->executor, parameters, statistics, e);
    }
    free(parameters);
    free(statistics);
    return good;
}

static struct loader *open_loader(struct measuring *m, enum subset subset, struct error *e)
{
    double validation = m->recipe->data.validation;

    return loader_open(m->noise,
                       &(struct loader_options){
                           .subset = subset, .validation = validation,
                           .shuffle = subset == SUBSET_TRAIN,
                           .batch = subset == SUBSET_TRAIN ? m->plan->step : m->plan->batch,
                           .next = subset == SUBSET_TRAIN ? m->plan->next : 0,
                           .labels = executor_hold_labels(&m->executor, subset_split(subset, validation)),
                       },
                       e);
}

static bool open_all(struct measuring *m, struct error *e)
{
    const struct dataset_info *info = m->info;

    const struct shape image = shape_image(info->height, info->width, info->channels);

    /* What frozen layers give is computed before the first epoch. */
    m->plan = features_kept(m->recipe, info, devices_host_memory())
                  ? compile_recipe_with(m->recipe, image, info->classes, &(struct compile_options){ .apart = true }, e)
                  : compile_recipe(m->recipe, image, info->classes, true, e);
    if (!m->plan || !make_noise(m, e) ||
        !executor_open(&m->executor, m->device->backend, &m->device->choice, m->plan, e) || !write_weights(m, e))
        return false;
    for (int split = 0; split < SPLIT_COUNT; split++)
        if (!executor_hold(&m->executor, m->noise, (enum split)split, NULL, NULL, e))
            return false;
    m->train = open_loader(m, SUBSET_TRAIN, e);
    m->valid = m->train ? open_loader(m, SUBSET_VALIDATION, e) : NULL;
    return m->valid != NULL;
}

static void close_all(struct measuring *m)
{
    loader_close(m->train);
    loader_close(m->valid);
    executor_close(&m->executor);
    source_close(m->noise);
    plan_free(m->plan);
}

/* A whole batch: the last one of an epoch may be smaller, and then the next epoch begins. */
static const struct batch *next_batch(struct measuring *m, struct loader *l, struct error *e)
{
    const struct batch *batch = loader_next(l, e);

    if (!batch && e->kind == ERROR_NONE && loader_start(l, ++m->epoch, 0, e))
        batch = loader_next(l, e);
    return batch;
}

static bool end_one(struct measuring *m, struct error *e)
{
    struct executor_result ignored;

    return executor_end(&m->executor, &ignored, e);
}

static void begin_step(struct measuring *m, enum span span, const struct batch *batch)
{
    struct step step = { .rows = batch->count,
                         .number = ++m->steps,
                         .epoch = m->epoch,
                         .learning_rate = m->recipe->optimiser.learning_rate };

    m->images += (uint64_t)batch->count;
    step.mix = augmentation_mix(&m->recipe->data, m->plan->input, step.seed, step.number);
    executor_begin(&m->executor, span, batch, &step);
}

/* So many steps, queued as training queues them; *seconds is what they took. */
static bool run_steps(struct measuring *m, struct loader *l, enum span span, int count, double *seconds,
                      struct error *e)
{
    double begun = clock_seconds();
    bool good = true;

    e->kind = ERROR_NONE;
    for (int i = 0; good && i < count; i++) {
        const struct batch *batch = NULL;

        if (m->go_on && !m->go_on(m->context))
            good = error_set(e, ERROR_STOPPED, "the measurement was stopped");
        else
            good = (batch = next_batch(m, l, e)) != NULL;
        if (good)
            begin_step(m, span, batch);
        if (good && executor_under_way(&m->executor) == m->executor.ahead)
            good = end_one(m, e);
    }
    while (good && executor_under_way(&m->executor) > 0)
        good = end_one(m, e);
    if (!good)
        executor_abandon(&m->executor);
    *seconds = clock_seconds() - begun;
    return good;
}

static int rows_of(const struct measuring *m, enum span span)
{
    return span == SPAN_STEP ? m->plan->step : m->plan->batch;
}

/* What a step with a whole batch takes: the last one of an epoch has fewer images. */
static bool time_steps(struct measuring *m, struct loader *l, enum span span, int steps, double *each, struct error *e)
{
    const uint64_t before = m->images;
    double seconds;

    if (!run_steps(m, l, span, steps, &seconds, e))
        return false;
    *each = seconds * rows_of(m, span) / (double)(m->images - before);
    return true;
}

/* The first step is slower, since memory is touched for the first time. It has to do where steps are long. */
static bool time_span(struct measuring *m, struct loader *l, enum span span, double wanted, int *steps, double *each,
                      struct error *e)
{
    double first;

    if (!loader_start(l, m->epoch = 0, 0, e) || !time_steps(m, l, span, 1, &first, e))
        return false;
    *steps = int_clamp((int)(wanted / first), first < LONG_SECONDS ? 3 : 1, STEPS_MAX);
    *each = first;
    return first >= LONG_SECONDS || time_steps(m, l, span, *steps, each, e);
}

static uint32_t batches_of(const struct measuring *m, enum subset subset)
{
    double validation = m->recipe->data.validation;
    double share = subset == SUBSET_TRAIN ? 1 - validation : validation > 0 ? validation : 1;
    double images = m->info->count[subset_split(subset, validation)] * share;

    int rows = rows_of(m, subset == SUBSET_TRAIN ? SPAN_STEP : SPAN_EVALUATE);

    return (uint32_t)int64_ceil_div((int64_t)(images + 0.5), rows);
}

bool probe_is_wanted(void)
{
    const char *word = getenv("CUVETTE_PROBE");

    return !word || strcmp(word, "off") != 0;
}

bool probe_measure(const struct recipe *r, const struct device *device, const struct dataset_info *info,
                   bool (*go_on)(void *context), void *context, struct probe_result *out, struct error *e)
{
    struct measuring m = { .recipe = r, .device = device, .info = info, .go_on = go_on, .context = context };
    int ignored;
    bool good = open_all(&m, e) &&
                time_span(&m, m.train, SPAN_STEP, TRAIN_SECONDS, &out->steps, &out->step_seconds, e) &&
                time_span(&m, m.valid, SPAN_EVALUATE, EVALUATE_SECONDS, &ignored, &out->evaluation_seconds, e);

    out->device_bytes = m.executor.taken;
    out->batches = batches_of(&m, SUBSET_TRAIN);
    out->evaluation_batches = batches_of(&m, SUBSET_VALIDATION);
    close_all(&m);
    return good;
}

static int compare_seconds(const void *one, const void *other)
{
    const double a = *(const double *)one, b = *(const double *)other;

    return (a > b) - (a < b);
}

static bool time_rounds(struct measuring *m, int rounds, double *step_seconds, struct error *e)
{
    double first;

    if (!loader_start(m->train, m->epoch = 0, 0, e) || !time_steps(m, m->train, SPAN_STEP, 1, &first, e))
        return false;

    const int steps = int_clamp((int)(ROUND_SECONDS / first), 1, STEPS_MAX);

    for (int i = 0; i < rounds; i++) {
        step_seconds[i] = first;
        if (first < LONG_SECONDS && !time_steps(m, m->train, SPAN_STEP, steps, &step_seconds[i], e))
            return false;
    }
    qsort(step_seconds, (size_t)rounds, sizeof *step_seconds, compare_seconds);
    return true;
}

bool probe_rounds(const struct recipe *r, const struct device *device, const struct dataset_info *info,
                  bool (*go_on)(void *context), void *context, int rounds, double *step_seconds, struct error *e)
{
    struct measuring m = { .recipe = r, .device = device, .info = info, .go_on = go_on, .context = context };
    bool good = open_all(&m, e) && time_rounds(&m, rounds, step_seconds, e);

    close_all(&m);
    return good;
}

struct probe {
    struct recipe recipe;
    struct device device;
    struct dataset_info info;
    void (*over_now)(void *context);
    void *context;
    atomic_bool stop;
    pthread_t thread;
    struct probe_result result; /* the thread's until it is over, like error */
    struct error error;
    pthread_mutex_t lock;       /* of what follows */
    pthread_cond_t ended;
    bool over, abandoned;
};

static void destroy(struct probe *p)
{
    pthread_cond_destroy(&p->ended);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

static bool not_stopped(void *probe)
{
    return !atomic_load(&((struct probe *)probe)->stop);
}

static void *measure(void *probe)
{
    struct probe *p = probe;

    if (probe_measure(&p->recipe, &p->device, &p->info, not_stopped, p, &p->result, &p->error))
        p->error.kind = ERROR_NONE;
    pthread_mutex_lock(&p->lock);
    p->over = true;
    bool abandoned = p->abandoned;
    if (!abandoned && p->over_now)
        p->over_now(p->context); /* under the lock, so that the listener still exists */
    pthread_cond_broadcast(&p->ended);
    pthread_mutex_unlock(&p->lock);
    if (abandoned)
        destroy(p);
    return NULL;
}

struct probe *probe_start(const struct recipe *r, const struct device *device, const struct dataset_info *info,
                          void (*over)(void *context), void *context, struct error *e)
{
    struct probe *p = memory_new(1, sizeof *p, e);

    if (!p)
        return NULL;
    p->recipe = *r;
    p->device = *device;
    p->info = *info;
    p->over_now = over;
    p->context = context;
    pthread_mutex_init(&p->lock, NULL);
    thread_condition(&p->ended);
    if (thread_start(&p->thread, measure, p))
        return p;
    destroy(p);
    error_set(e, ERROR_RUN, "cannot start a thread that measures: the system's limit is reached");
    return NULL;
}

bool probe_take(struct probe *p, struct probe_result *out, struct error *e)
{
    pthread_mutex_lock(&p->lock);
    bool over = p->over;
    pthread_mutex_unlock(&p->lock);
    if (!over)
        return false;
    *out = p->result;
    *e = p->error;
    return true;
}

/* Call with the lock held. */
static bool wait_until_over(struct probe *p, double seconds)
{
    double until = clock_seconds() + seconds;
    bool late = seconds <= 0;

    while (!p->over && !late)
        late = !thread_wait_until(&p->ended, &p->lock, until);
    return p->over;
}

void probe_free(struct probe *p, double patience)
{
    if (!p)
        return;
    atomic_store(&p->stop, true);
    pthread_mutex_lock(&p->lock);
    bool over = wait_until_over(p, patience);
    pthread_t thread = p->thread;
    p->abandoned = !over;
    pthread_mutex_unlock(&p->lock);
    if (!over) {
        pthread_detach(thread);
        return;
    }
    pthread_join(thread, NULL);
    destroy(p);
}
