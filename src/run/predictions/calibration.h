/* Are answers as often right as the network is sure of them? Images are put into bins of equal width by the probability
 * of the class that was answered. The expected calibration error is the mean of the bins' distances between that
 * probability and the share that was right, weighted by their images (Naeini, Cooper and Hauskrecht, AAAI 2015), with
 * the 15 bins of Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", ICML 2017. */
#ifndef RUN_CALIBRATION_H
#define RUN_CALIBRATION_H

#include "run/predictions/predictions.h"

enum { CALIBRATION_BINS = 15 };

struct calibration_bin {
    uint32_t n;
    double confidence, accuracy; /* means over its images; NAN where there are none */
};

struct calibration {
    struct calibration_bin bins[CALIBRATION_BINS]; /* bin b: above b/15, to (b + 1)/15 */
    double error; /* 0..1; NAN without images */
};

void calibration_measure(const struct predictions *p, struct calibration *out);

#endif
