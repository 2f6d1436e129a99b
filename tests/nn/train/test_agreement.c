/* Twenty steps have the losses that Keras and PyTorch have. */
#include "tests/support/check.h"

#include "cpu/cpu_backend.h"
#include "tests/support/agreement.h"

static void losses_are_those_of_keras_and_pytorch(void **state)
{
    agreement_expect(&cpu_backend_class, *state);
}

#define CASE(name) { name, losses_are_those_of_keras_and_pytorch, NULL, NULL, name }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("lesson_sgd"),   CASE("lesson_adam"),  CASE("norm_nesterov"), CASE("norm_adamw"),
        CASE("norm_rmsprop"), CASE("residual_sgd"), CASE("residual_adam"),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
