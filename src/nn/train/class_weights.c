#include "nn/train/class_weights.h"

void class_weights_measure(const int32_t *labels, const uint32_t *member, uint32_t count, int classes, float *weights)
{
    int present = 0;

    for (int c = 0; c < classes; c++)
        weights[c] = 0;
    for (uint32_t i = 0; i < count; i++)
        weights[labels[member[i]]]++; /* exact up to 2^24 */
    for (int c = 0; c < classes; c++)
        present += weights[c] > 0;
    for (int c = 0; c < classes; c++)
        weights[c] = weights[c] > 0 ? (float)((double)count / present / (double)weights[c]) : 1;
}
