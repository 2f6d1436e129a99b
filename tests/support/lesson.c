#include "tests/support/check.h"

#include "nn/plan/plan_initialise.h"
#include "nn/recipe/augmentation.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_rate.h"
#include "tests/support/lesson.h"

#include <limits.h>
#include <pthread.h>

#include "base/memory.h"
#include "data/loader.h"
#include "data/statistics.h"
#include "nn/communicators/communicator_threads.h"
#include "nn/train/executor.h"
#include "nn/train/executor_evaluate.h"

struct recipe lesson_recipe(const struct lesson_layer *layers)
{
    struct recipe r;
    struct error e = { 0 };

    recipe_preset(&r);
    for (; layers->class; layers++) {
        const struct layer_class *class = layer_class_find(layers->class);

        assert_non_null(class);
        r.layers[r.n_layers] = layer_new(class);
        assert_good(layer_parse(&r.layers[r.n_layers++], layers->settings, &e), e);
    }
    return r;
}

/* mnist-cnn with fewer filters. */
struct recipe lesson_digits(enum precision precision, int epochs)
{
    static const struct lesson_layer layers[] = { { "conv2d", "filters=16 kernel=3 activation=relu" },
                                                  { "maxpool2d", "" },
                                                  { "conv2d", "filters=32 kernel=3 activation=relu" },
                                                  { "maxpool2d", "" },
                                                  { "flatten", "" },
                                                  { "dropout", "rate=0.3" },
                                                  { "dense", "units=10" },
                                                  { NULL, NULL } };
    struct recipe r = lesson_recipe(layers);

    r.training.batch = 32;
    r.training.precision = precision;
    r.training.epochs = epochs;
    r.optimiser.learning_rate = 0.004;
    r.schedule.kind = SCHEDULE_COSINE;
    return r;
}

struct lesson {
    const struct recipe *recipe;
    struct source *source;
    struct plan *plan;
    struct executor executor;
    struct step step;
    float *losses;
    int steps_most;
    struct health *look; /* of the last step; NULL: nobody looks */
    struct communicator *communicator; /* with others; NULL: it is alone */
    struct exchange exchange;
};

static int ranks_of(const struct lesson *l)
{
    return l->communicator ? l->communicator->ranks : 1;
}

static int rank_of(const struct lesson *l)
{
    return l->communicator ? l->communicator->rank : 0;
}

static bool write_weights(struct lesson *l, struct error *e)
{
    struct statistics measured;
    float *parameters = memory_new_aligned(1, l->plan->arena_bytes[ARENA_PARAMETERS], e);
    float *statistics = parameters ? memory_new_aligned(1, l->plan->arena_bytes[ARENA_STATISTICS], e) : NULL;
    bool good = statistics && statistics_measure(l->source, &measured, NULL, NULL, e);

    if (good) {
        plan_initialise(l->plan, l->step.seed, parameters, statistics);
        executor_normalise(l->plan, &measured, statistics);
        good = executor_write_weights(&l->executor, parameters, statistics, e);
    }
    free(parameters);
    free(statistics);
    return good;
}

static void no_orders(void *context, struct exchange_orders *out)
{
    (void)context;
    *out = (struct exchange_orders){ .rate_factor = 1 };
}

static bool join(struct lesson *l, struct error *e)
{
    const double patience = 60;

    if (!l->communicator)
        return true;
    l->executor.exchange = &l->exchange;
    return executor_join(&l->executor, l->communicator, patience, e) &&
           exchange_open(&l->exchange, l->communicator, no_orders, NULL, e);
}

/* Alone it is the first device; of several each has a GPU, or a thread. */
static struct device_choice device_of(const struct lesson *l, const struct backend_class *class)
{
    const bool cpu = class->ahead == 1;
    const struct device_choice several = { .threads = cpu,
                                           .replicas = ranks_of(l),
                                           .among = cpu ? 0 : (UINT64_C(1) << ranks_of(l)) - 1 };

    return l->communicator ? backend_replica(&several, rank_of(l)) : (struct device_choice){ .index = 0 };
}

static bool open_on(struct lesson *l, const struct backend_class *class, struct error *e)
{
    const struct compile_options options = { .rank = rank_of(l), .ranks = ranks_of(l) };
    const struct device_choice device = device_of(l, class);
    struct dataset_info info;

    source_describe(l->source, &info);
    l->plan = compile_recipe_with(l->recipe, shape_image(info.height, info.width, info.channels), info.classes,
                                  &options, e);
    return l->plan && executor_open(&l->executor, class, &device, l->plan, e) && write_weights(l, e) && join(l, e);
}

static struct loader *open_loader(const struct lesson *l, enum subset subset, struct error *e)
{
    const int batch = subset == SUBSET_TRAIN ? l->recipe->training.batch : l->plan->batch;

    return loader_open(l->source,
                       &(struct loader_options){ .subset = subset,
                                                 .batch = batch,
                                                 .share = share_equal(rank_of(l), ranks_of(l)),
                                                 .next = subset == SUBSET_TRAIN ? l->plan->next : 0,
                                                 .shuffle = subset == SUBSET_TRAIN,
                                                 .seed = l->step.seed },
                       e);
}

static bool look(struct lesson *l, const struct batch *batch, struct error *e)
{
    float *metrics = memory_new_aligned(1, l->plan->arena_bytes[ARENA_METRICS], e);
    struct executor_result result;
    bool good;

    if (!metrics)
        return false;
    executor_begin_looked_at(&l->executor, batch, &l->step);
    good = executor_end(&l->executor, &result, e) && executor_read_arena(&l->executor, ARENA_METRICS, metrics, e);
    if (good)
        health_read(l->plan, metrics, l->look);
    free(metrics);
    return good;
}

static bool train_epoch(struct lesson *l, struct loader *loader, int epoch, struct error *e)
{
    const struct batch *batch;

    e->kind = ERROR_NONE;
    if (!loader_start(loader, (uint32_t)epoch, 0, e))
        return false;
    for (double i = 0; (int)l->step.number < l->steps_most && (batch = loader_next(loader, e)); i++) {
        float loss, correct;

        l->step.learning_rate = recipe_rate(l->recipe, epoch - 1 + i / loader_batches(loader));
        l->step.rows = batch->count;
        l->step.first = batch->first;
        l->step.whole = batch->whole;
        l->step.number++;
        l->step.mix = augmentation_mix(&l->recipe->data, l->plan->input, l->step.seed, l->step.number);
        if (l->look && (int)l->step.number == l->steps_most) {
            if (!look(l, batch, e))
                return false;
            continue;
        }
        if (!executor_step(&l->executor, SPAN_STEP, batch, &l->step, &loss, &correct, e))
            return false;
        if (l->losses)
            l->losses[l->step.number - 1] = loss;
    }
    return e->kind == ERROR_NONE;
}

static bool train(struct lesson *l, int epochs, struct error *e)
{
    struct loader *loader = open_loader(l, SUBSET_TRAIN, e);
    bool good = loader != NULL;

    for (int epoch = 1; good && epoch <= epochs && (int)l->step.number < l->steps_most; epoch++)
        good = train_epoch(l, loader, epoch, e);
    loader_close(loader);
    return good;
}

static bool test(struct lesson *l, double *accuracy, struct error *e)
{
    struct loader *loader = open_loader(l, SUBSET_TEST, e);
    struct evaluation result = { 0 };
    bool good = loader && executor_evaluate(&l->executor, loader, NULL, NULL, &result, e);

    *accuracy = result.accuracy;
    loader_close(loader);
    return good;
}

bool lesson_train(const struct backend_class *class, const struct recipe *recipe, struct source *source, int epochs,
                  int steps_most, float *losses, double *accuracy, struct error *e)
{
    struct lesson l = { .recipe = recipe,
                        .source = source,
                        .step = { .seed = (uint64_t)recipe->training.seed },
                        .losses = losses,
                        .steps_most = steps_most > 0 ? steps_most : INT_MAX };
    bool good = open_on(&l, class, e) && train(&l, epochs, e) && (!accuracy || test(&l, accuracy, e));

    executor_close(&l.executor);
    plan_free(l.plan);
    return good;
}

/* One of several, on a thread of its own. */
struct pupil {
    struct lesson lesson;
    const struct backend_class *class;
    int epochs;
    pthread_t thread;
    bool good;
    struct error e;
};

static void *train_with_others(void *pupil)
{
    struct pupil *p = pupil;
    struct lesson *l = &p->lesson;

    p->good = open_on(l, p->class, &p->e) && train(l, p->epochs, &p->e);
    if (!p->good)
        l->communicator->ops->give_up(l->communicator, &p->e);
    executor_close(&l->executor);
    exchange_close(&l->exchange);
    plan_free(l->plan);
    l->communicator->ops->close(l->communicator);
    return NULL;
}

bool lesson_train_together(const struct backend_class *class, const struct recipe *recipe, struct source *source,
                           int ranks, int epochs, int steps_most, float *losses, struct error *e)
{
    static struct pupil pupils[DEVICES_MAX];
    struct communicator *members[DEVICES_MAX];
    bool good = true;

    if (!communicator_threads_open(ranks, members, e))
        return false;
    for (int r = 0; r < ranks; r++) {
        pupils[r] = (struct pupil){ .lesson = { .recipe = recipe,
                                                .source = source,
                                                .step = { .seed = (uint64_t)recipe->training.seed },
                                                .losses = r == 0 ? losses : NULL,
                                                .steps_most = steps_most,
                                                .communicator = members[r] },
                                    .class = class,
                                    .epochs = epochs };
        assert_int_equal(pthread_create(&pupils[r].thread, NULL, train_with_others, &pupils[r]), 0);
    }
    for (int r = 0; r < ranks; r++) {
        pthread_join(pupils[r].thread, NULL);
        if (!pupils[r].good && good)
            *e = pupils[r].e;
        good = good && pupils[r].good;
    }
    return good;
}

static bool read_parameters(struct lesson *l, float **out, size_t *bytes, struct error *e)
{
    *bytes = l->plan->arena_bytes[ARENA_PARAMETERS];
    *out = memory_new_aligned(1, *bytes, e);
    return *out && executor_read_arena(&l->executor, ARENA_PARAMETERS, *out, e);
}

bool lesson_look(const struct backend_class *class, const struct recipe *recipe, struct source *source, int steps,
                 struct health *out, float **parameters, size_t *bytes, struct error *e)
{
    struct lesson l = { .recipe = recipe,
                        .source = source,
                        .step = { .seed = (uint64_t)recipe->training.seed },
                        .steps_most = steps,
                        .look = out };
    bool good = open_on(&l, class, e) && train(&l, steps, e) &&
                (!parameters || read_parameters(&l, parameters, bytes, e));

    executor_close(&l.executor);
    plan_free(l.plan);
    return good;
}
