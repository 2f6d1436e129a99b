/* All that there is to know of a network's answers on a data set: what `cuvette inspect` prints and the screen
 * shows. */
#ifndef RUN_INSPECT_RUN_H
#define RUN_INSPECT_RUN_H

#include "run/predictions/calibration.h"
#include "run/predictions/confusion.h"
#include "run/predictions/predict.h"

struct inspect_setup {
    struct network_setup network;
    const char *dataset; /* NULL: the run's */
    bool (*progress)(void *context, double done); /* as in predict.h, and while files are listed */
    void *context;
};

struct run_inspection {
    struct network network;
    struct source *source;    /* open, so that images can be named and read again */
    struct dataset_info info; /* of the source */
    enum subset subset;       /* the test images, or where there are none those that were held out for validation */
    enum split split;         /* that these are in */
    struct predict_result result;
    struct confusion confusion;
    struct calibration calibration;
};

/* False with an error and nothing to free; else inspect_run_close() it. */
bool inspect_run(struct run_inspection *r, const struct inspect_setup *setup, struct error *e);
void inspect_run_close(struct run_inspection *r); /* harmless on a zeroed one */

/* Closes source and device, which belong to the thread that has asked, and leaves all tables and names. */
void inspect_run_release(struct run_inspection *r);

/* "test images", "held-out images" */
const char *inspect_run_images(const struct run_inspection *r);

#endif
