#include "run/predictions/evaluate.h"

static bool measure(struct network *n, struct source *source, struct evaluation *out, struct error *e)
{
    const struct loader_options options = { .subset = SUBSET_TEST,
                                            .batch = n->plan->batch,
                                            .shares_cores = n->executor.ahead == 1 };
    struct loader *loader = loader_open(source, &options, e);
    bool fine = loader && (executor_evaluate(&n->executor, loader, NULL, NULL, out, e) || error_of_run(e));

    loader_close(loader);
    return fine;
}

bool evaluate_network(struct network *n, const char *dataset, struct evaluation *out, struct error *e)
{
    struct source *source = network_images(n, dataset, NULL, NULL, e);
    struct dataset_info info;

    if (!source)
        return false;
    source_describe(source, &info);

    bool fine = (info.count[SPLIT_TEST] > 0 || error_set(e, ERROR_INPUT, "%s has no test images", info.name)) &&
                measure(n, source, out, e);

    source_close(source);
    return fine;
}
