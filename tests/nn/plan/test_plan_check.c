/* Every operation of a plan is held to its row before a kernel sees it. */
#include "tests/support/check.h"

#include "nn/plan/plan_check.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"

static int setup(void **state)
{
    struct recipe r;
    struct error e;

    assert_good(recipe_load(&r, "mnist-cnn", &e), e);
    *state = compile_recipe(&r, shape_image(28, 28, 1), 10, true, &e);
    return *state == NULL;
}

static int teardown(void **state)
{
    plan_free(*state);
    return 0;
}

static struct op *find(const struct plan *plan, enum op_kind kind)
{
    for (int i = 0; i < plan->n_ops; i++)
        if (plan->ops[i].kind == kind)
            return &plan->ops[i];
    fail_msg("there is no %s", op_name(kind));
    return NULL;
}

static void assert_refused(const struct plan *plan, const char *text)
{
    struct error e;

    assert_false(plan_check(plan, &e));
    assert_int_equal(e.kind, ERROR_RUN);
    if (!strstr(e.text, text))
        fail_msg("\"%s\" does not say \"%s\"", e.text, text);
}

static void a_plan_is_as_its_rows_say(void **state)
{
    struct error e;

    assert_good(plan_check(*state, &e), e);
}

static void a_missing_operand_is_named(void **state)
{
    struct op *dense = find(*state, OP_DENSE);

    dense->in[2] = VALUE_NONE; /* the bias may be absent */
    a_plan_is_as_its_rows_say(state);
    dense->in[1] = VALUE_NONE;
    assert_refused(*state, "(DENSE) is not as its row in ops.h says: w is missing");
}

static void an_operand_too_many_is_told(void **state)
{
    struct op *gather = find(*state, OP_GATHER);

    gather->out[1] = gather->out[0];
    assert_refused(*state, "(GATHER) is not as its row in ops.h says: operand 2 is one too many");
}

static void a_wrong_size_is_told_with_both(void **state)
{
    find(*state, OP_DENSE)->dense.outputs += 1;
    assert_refused(*state, "w has 31360 values, not 34496");
}

static void a_wrong_element_is_told(void **state)
{
    struct op *loss = find(*state, OP_SOFTMAX_LOSS);

    loss->in[1] = loss->in[0];
    assert_refused(*state, "(SOFTMAX_LOSS) is not as its row in ops.h says: labels is f32, not i32");
}

static void what_belongs_to_each_image_is_told_from_what_does_not(void **state)
{
    struct op *convolution = find(*state, OP_CONV2D);

    convolution->in[1] = convolution->in[0];
    assert_refused(*state, "(CONV2D) is not as its row in ops.h says: w is one for each image");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_plan_is_as_its_rows_say),   TEST(a_missing_operand_is_named),
        TEST(an_operand_too_many_is_told), TEST(a_wrong_size_is_told_with_both),
        TEST(a_wrong_element_is_told),     TEST(what_belongs_to_each_image_is_told_from_what_does_not),
    };

    return cmocka_run_group_tests_name("plans held to their rows", tests, NULL, NULL);
}
