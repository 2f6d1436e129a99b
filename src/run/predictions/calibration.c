#include "run/predictions/calibration.h"

#include <math.h>

#include "base/limits.h"

static int bin_of(float confidence)
{
    return int_clamp((int)ceil((double)confidence * CALIBRATION_BINS) - 1, 0, CALIBRATION_BINS - 1);
}

void calibration_measure(const struct predictions *p, struct calibration *out)
{
    double distance = 0;

    *out = (struct calibration){ .error = NAN };
    for (uint32_t i = 0; i < p->n; i++) {
        struct calibration_bin *bin = &out->bins[bin_of(predictions_confidence(p, i))];

        bin->n++;
        bin->confidence += (double)predictions_confidence(p, i);
        bin->accuracy += p->place[i] == 0;
    }
    for (int b = 0; b < CALIBRATION_BINS; b++) {
        struct calibration_bin *bin = &out->bins[b];

        distance += fabs(bin->confidence - bin->accuracy);
        bin->confidence = bin->n > 0 ? bin->confidence / bin->n : NAN;
        bin->accuracy = bin->n > 0 ? bin->accuracy / bin->n : NAN;
    }
    if (p->n > 0)
        out->error = distance / p->n;
}
