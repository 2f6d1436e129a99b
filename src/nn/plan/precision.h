/* How the products of convolutions and dense layers take their operands. Weights, sums and all else are fp32 always. */
#ifndef NN_PRECISION_H
#define NN_PRECISION_H

enum precision {
    PRECISION_FP32,
    PRECISION_TF32, /* as tensor cores take fp32: 10 bits of mantissa; a CPU computes fp32 */
    PRECISION_BF16, /* rounded to bfloat16: 8 bits of mantissa, fp32's range */
};

extern const char *const precision_names[]; /* "fp32"; ends with NULL */

#endif
