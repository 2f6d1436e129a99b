/* Twenty steps on the CUDA backend have the losses that Keras and PyTorch have, on the CUDA that the host plays. */
#include "gpu/gpu_backend.h"
#include "tests/gpu/on_host_test.h"
#include "tests/support/agreement.h"

static void test_losses_are_those_of_keras_and_pytorch(void **state)
{
    (void)state;
    agreement_expect(&cuda_backend_class, "norm_adamw"); /* the host takes seconds for larger ones */
}

int main(void)
{
    const struct CMUnitTest tests[] = { ON_HOST_TEST(test_losses_are_those_of_keras_and_pytorch) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
