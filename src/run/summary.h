/* summary.json: the results of a run, for scripts and tables. Unknown numbers are null. */
#ifndef RUN_SUMMARY_H
#define RUN_SUMMARY_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/path.h"
#include "nn/train/step_profile.h"

struct summary {
    char name[64], dataset[PATH_SIZE], device[64], device_name[128], date[32], version[32];
    char images_from[16]; /* where the training images were: "files", "memory" or "device" (its memory); "": unknown */
    char best_on[24]; /* which images best_epoch was chosen on: "test images", "held-out images"; "": unknown */
    char balance[16];  /* of the classes: "none", "weights", "oversample"; "": unknown */
    char precision[8]; /* "fp32", "tf32", "bf16": of the operands of products; "": unknown */
    char weights[PATH_SIZE]; /* that it began with; "": they were drawn, or it is unknown */
    char beginning[200]; /* finetuning_words() */
    char state[16];  /* "finished", "stopped", "failed"; "running" in the first line of the metrics */
    char error[512]; /* why it failed, or why its model could not be saved; else "" */
    char rate_scale[128]; /* recipe_rate_words(); "": the learning rate is as it is written */
    int threads /* of all replicas */, replicas /* that trained together; 0: unknown, of older runs */;
    int ranks, nodes; /* that trained together; 0: it was alone, or unknown */
    double perfect, sums_hidden; /* of them and of the whole run, as in rank_report.h */
    char slowest_rank[96];       /* which of them held the others up; "": none did */
    double slowest_longer, slowest_seconds, median_seconds; /* its own work, as in rank_report.h */
    int epochs /* trained */, batch, seed;
    int accumulate; /* passes of a batch; 0: unknown */
    int best_epoch, best_accuracy_epoch; /* of the lowest validation loss, the highest accuracy; 0: unknown */
    size_t parameters;
    size_t unreadable; /* images that could not be read, for which others stood in */
    double seconds_total, seconds_per_epoch, images_per_second; /* negative: unknown, here and below */
    double features_seconds; /* of seconds_total: what frozen layers give was computed; unknown: it is not kept */
    int checkpoints; /* that were written, here and below since the run was last begun or gone on with */
    double checkpoint_pause_seconds; /* that steps stood still for them */
    double checkpoint_cpu_seconds;   /* of the thread that writes them */
    double learning_rate; /* the peak, scaled */
    double flops_per_second; /* of the products, as the plan counts them, over the seconds of training */
    double step_seconds, step_parts[STEP_PARTS_COUNT]; /* of the whole run, see step_profile.h */
    double decoding_cores; /* on which images were decoded, a mean over the time of the steps */
    char bottleneck[160];  /* step_profile_verdict(); "": unknown */
    char health[240];      /* health_words_network() of the step that was looked at last; "": none was */
    double class_weight_least, class_weight_most; /* of balance "weights" */
    char node[64]; /* where it was trained; "": unknown */
    char job[32], next_job[160]; /* usage_words_next(): what a job like this one needs; "": there was none */
    double cores_used, cores_allotted, memory_peak, memory_limit; /* usage.h; bytes */
    double gpu_load, job_seconds_used, job_seconds; /* of its GPUs; of the job, at the end of the run, and in all */
    double best_accuracy; /* the highest of a validation */
    double train_loss, train_accuracy, valid_loss, valid_accuracy, test_loss, test_accuracy;
};

void summary_forget(struct summary *s); /* all of it is unknown */

bool summary_write(const struct summary *s, const char *path, struct error *e); /* atomic */

/* A missing key is unknown, like null; a value of the wrong kind is an error that names its key. */
bool summary_read(struct summary *s, const char *path, struct error *e);

/* The same as an object of Jansson's, for other files. json_decref() it; NULL without memory. */
struct json_t;
struct json_t *summary_to_json(const struct summary *s);
bool summary_from_json(struct summary *s, const struct json_t *object, struct error *e);

#endif
