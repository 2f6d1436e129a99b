/* How the products of convolutions and dense layers take their operands. Weights, sums and all else are fp32 always. */
#ifndef NN_PRECISION_H
#define NN_PRECISION_H

enum precision {
    PRECISION_FP32,
    PRECISION_BF16, /* rounded to bfloat16: 8 bits of mantissa, fp32's range */
};

#endif
