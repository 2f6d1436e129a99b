/* How long it took to compute what frozen layers give, or why it is not kept. */
#include "tests/support/check.h"

#include "nn/train/trainer_status.h"
#include "run/features_words.h"

static void it_is_told_in_words(void **state)
{
    struct trainer_status s = trainer_status_unknown;
    char words[160];
    (void)state;

    features_words(&s, 9, words, sizeof words);
    assert_string_equal(words, "");
    s.features_bytes = 3 << 19;
    features_words(&s, 9, words, sizeof words);
    assert_string_equal(words, ""); /* they are being computed */
    s.features_seconds = 4.21;
    s.features_images = 6000;
    features_words(&s, 9, words, sizeof words);
    assert_string_equal(words, "what layers 1 to 9 give of 6000 images was computed once, in 4.2 s, and is kept "
                               "(1.5 M)");
    s = trainer_status_unknown;
    s.features_lacking = (uint64_t)3 << 30;
    features_words(&s, 1, words, sizeof words);
    assert_string_equal(words, "there is no room to keep what layer 1 gives (3.0 G, data.memory): every step "
                               "computes it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_told_in_words),
    };

    return cmocka_run_group_tests_name("features_words", tests, NULL, NULL);
}
