/* Some networks' first training steps, from weights and on batches that tests/peers/agreement.py makes alike, beside
 * the losses that Keras and PyTorch have there (tests/nn/train/fixtures/agreement.json). */
#ifndef TESTS_SUPPORT_AGREEMENT_H
#define TESTS_SUPPORT_AGREEMENT_H

#include "nn/plan/backend.h"

/* Trains a case of the fixture, as "norm_adamw", on a backend, and fails the test where a loss is farther than 1e-4
 * from that of Keras or of PyTorch. So is the loss of an evaluation after the steps from Keras's, whose moving variance
 * is the biased one, as ours; PyTorch's is not. */
void agreement_expect(const struct backend_class *backend, const char *name);

#endif
