/* Models as ONNX, read back with what protobuf-c makes of ONNX's schema. tests/peers/onnx_run.py has the answers. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include "run/model/onnx/onnx.pb-c.h"

#include "nn/layers/layer.h"
#include "nn/plan/activation.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"
#include "run/model/model_format.h"
#include "tests/support/folder.h"

static const char branched[] = "[layers]\nconv2d = filters=4 kernel=3 activation=gelu\nmaxpool2d =\n"
                               "residual = filters=6 stride=2\nflatten =\nbatch_norm =\ndropout =\n"
                               "dense = units=3 bias=no\n";

/* False where the layers do not go together. */
static bool make(struct stored_model *m, const char *layers)
{
    struct error e = { 0 };

    *m = (struct stored_model){ .dataset = "pets",
                                .header = { .input = shape_image(12, 8, 3), .named = true, .classes = 3 } };
    recipe_preset(&m->header.recipe);
    strcpy(m->header.class_names[0], "cat");
    strcpy(m->header.class_names[1], "dög");
    strcpy(m->header.class_names[2], "a \"quoted\" one");
    if (!recipe_parse(&m->header.recipe, layers, "test", &e) || !stored_model_prepare(m, &e)) {
        print_message("%s", e.text);
        stored_model_free(m);
        return false;
    }
    for (size_t i = 0; i < m->plan->arena_bytes[ARENA_PARAMETERS] / sizeof(float); i++)
        m->parameters[i] = 0.5f + (float)i * 0x1p-12f;
    for (size_t i = 0; i < m->plan->arena_bytes[ARENA_STATISTICS] / sizeof(float); i++)
        m->statistics[i] = 0.25f + (float)i * 0x1p-12f;
    return true;
}

/* onnx__model_proto__free_unpacked() it. */
static Onnx__ModelProto *written(const char *folder, const struct stored_model *m)
{
    enum { LARGEST = 1 << 20 };
    const char *path = folder_path(folder, "model.onnx");
    uint8_t *bytes = malloc(LARGEST);
    struct error e = { 0 };

    if (!model_format_write(path, m, &e))
        fail_msg("%s", e.text);
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    size_t size = fread(bytes, 1, LARGEST, in);
    assert_true(size < LARGEST && feof(in));
    fclose(in);
    Onnx__ModelProto *back = onnx__model_proto__unpack(NULL, size, bytes);
    assert_non_null(back);
    free(bytes);
    return back;
}

static const Onnx__TensorProto *constant(const Onnx__GraphProto *g, const char *name)
{
    for (size_t i = 0; i < g->n_initializer; i++)
        if (strcmp(g->initializer[i]->name, name) == 0)
            return g->initializer[i];
    return NULL;
}

/* How many nodes before `end` give a tensor of this name. */
static int count_outputs(const Onnx__GraphProto *g, size_t end, const char *name)
{
    int count = 0;

    for (size_t i = 0; i < end; i++)
        for (size_t k = 0; k < g->node[i]->n_output; k++)
            count += strcmp(g->node[i]->output[k], name) == 0;
    return count;
}

/* Each node takes what is there by then, and nothing is called twice. */
static void expect_closed(const Onnx__GraphProto *g)
{
    assert_int_equal(g->n_input, 1);
    assert_int_equal(g->n_output, 1);
    for (size_t i = 0; i < g->n_node; i++) {
        const Onnx__NodeProto *n = g->node[i];

        for (size_t k = 0; k < n->n_input; k++)
            if (n->input[k][0] && strcmp(n->input[k], g->input[0]->name) != 0 && !constant(g, n->input[k]) &&
                count_outputs(g, i, n->input[k]) != 1)
                fail_msg("%s takes %s, which is not there", n->name, n->input[k]);
        assert_int_equal(n->n_output, 1);
        assert_int_equal(count_outputs(g, g->n_node, n->output[0]), 1);
    }
    assert_int_equal(count_outputs(g, g->n_node, g->output[0]->name), 1);
    for (size_t i = 0; i < g->n_initializer; i++)
        assert_ptr_equal(constant(g, g->initializer[i]->name), g->initializer[i]);
}

static const char *note(const Onnx__ModelProto *m, const char *key)
{
    for (size_t i = 0; i < m->n_metadata_props; i++)
        if (strcmp(m->metadata_props[i]->key, key) == 0)
            return m->metadata_props[i]->value;
    return NULL;
}

static void test_the_file_says_what_it_takes_and_gives(void **state)
{
    struct stored_model m;

    assert_true(make(&m, branched));
    Onnx__ModelProto *back = written(*state, &m);
    const Onnx__GraphProto *g = back->graph;
    const Onnx__TensorShapeProto *in = g->input[0]->type->tensor_type->shape;
    json_t *names = json_loads(note(back, "class_names"), 0, NULL);

    expect_closed(g);
    assert_string_equal(back->producer_name, "cuvette");
    assert_int_equal(back->opset_import[0]->version, 17);
    assert_string_equal(g->input[0]->name, "images");
    assert_string_equal(g->output[0]->name, "probabilities");
    assert_int_equal(in->n_dim, 4);
    assert_string_equal(in->dim[0]->dim_param, "N");
    assert_int_equal(in->dim[1]->dim_value, 3);
    assert_int_equal(in->dim[2]->dim_value, 12);
    assert_int_equal(in->dim[3]->dim_value, 8);
    assert_int_equal(json_array_size(names), 3);
    assert_string_equal(json_string_value(json_array_get(names, 1)), "dög");
    assert_non_null(strstr(note(back, "recipe"), "residual"));
    assert_string_equal(note(back, "input"), "[12,8,3]");
    json_decref(names);
    onnx__model_proto__free_unpacked(back, NULL);
    stored_model_free(&m);
}

/* A pixel × scale + offset is (pixel / 255 - mean) × 1/deviation; kernels are (out, in, row, column). */
static void test_weights_lie_as_onnx_has_them(void **state)
{
    struct stored_model m;

    assert_true(make(&m, branched));
    Onnx__ModelProto *back = written(*state, &m);
    const Onnx__TensorProto *kernel = constant(back->graph, "conv2d.weight");
    const float *there = (const float *)(const void *)kernel->raw_data.data;
    const struct plan_value *norm = plan_place(m.plan, m.plan->normalisation), *own = NULL;

    for (value v = 0; !own && v < m.plan->n_values; v++)
        if (m.plan->values[v].arena == ARENA_PARAMETERS && m.plan->values[v].rank == 4)
            own = &m.plan->values[v];
    assert_int_equal(kernel->raw_data.len, 4 * 3 * 9 * sizeof(float));
    assert_int_equal(kernel->dims[0], 4);
    assert_int_equal(kernel->dims[1], 3);
    for (int out = 0; out < 4; out++)
        for (int in = 0; in < 3; in++)
            for (int at = 0; at < 9; at++)
                assert_true(there[(out * 3 + in) * 9 + at] ==
                            m.parameters[own->offset / sizeof(float) + (size_t)((at * 3 + in) * 4 + out)]);

    const float *scale = (const float *)(const void *)constant(back->graph, "normalisation.scale")->raw_data.data;
    const float *offset = (const float *)(const void *)constant(back->graph, "normalisation.offset")->raw_data.data;
    const float *mean = m.statistics + norm->offset / sizeof(float);

    for (int c = 0; c < 3; c++) {
        assert_true(scale[c] == mean[3 + c] / 255);
        assert_true(offset[c] == -mean[c] * mean[3 + c]);
    }
    onnx__model_proto__free_unpacked(back, NULL);
    stored_model_free(&m);
}

/* A dropout leaves no node, and of a flattened image the channels are the last. */
static void test_nodes_follow_the_plan(void **state)
{
    static const char *const types[] = { "Mul",
                                         "Add",
                                         "Conv",
                                         "Mul",
                                         "Erf",
                                         "Add",
                                         "Mul",
                                         "Mul",
                                         "MaxPool",
                                         "Conv",
                                         "BatchNormalization",
                                         "Relu",
                                         "Conv",
                                         "BatchNormalization",
                                         "Conv",
                                         "BatchNormalization",
                                         "Add",
                                         "Relu",
                                         "Transpose",
                                         "Flatten",
                                         "BatchNormalization",
                                         "Gemm",
                                         "Softmax" };
    struct stored_model m;

    assert_true(make(&m, branched));
    Onnx__ModelProto *back = written(*state, &m);

    for (size_t i = 0; i < back->graph->n_node && i < sizeof types / sizeof *types; i++)
        assert_string_equal(back->graph->node[i]->op_type, types[i]);
    assert_int_equal(back->graph->n_node, sizeof types / sizeof *types);
    onnx__model_proto__free_unpacked(back, NULL);
    stored_model_free(&m);
}

static const Onnx__AttributeProto *setting(const Onnx__NodeProto *n, const char *name)
{
    for (size_t i = 0; i < n->n_attribute; i++)
        if (strcmp(n->attribute[i]->name, name) == 0)
            return n->attribute[i];
    fail_msg("%s has no %s", n->name, name);
    return NULL;
}

/* Pools of ONNX may not lie in the padding altogether. */
static void test_zeros_around_an_image_are_a_convolution(void **state)
{
    static const int64_t pads[] = { 1, 0, 2, 3 };
    static const char *const types[] = { "Mul", "Add", "Conv", "MaxPool", "AveragePool", "AveragePool" };
    struct stored_model m;

    assert_true(make(&m, "[layers]\nzero_padding2d = top=1 bottom=2 left=0 right=3\nmaxpool2d =\n"
                         "avgpool2d = size=3 stride=1 padding=half\navgpool2d = size=2 padding=same\nflatten =\n"
                         "dense = units=3\n"));
    Onnx__ModelProto *back = written(*state, &m);
    Onnx__NodeProto *const *nodes = back->graph->node;

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        assert_string_equal(nodes[i]->op_type, types[i]);
    assert_memory_equal(setting(nodes[2], "pads")->ints, pads, sizeof pads);
    assert_int_equal(setting(nodes[2], "group")->i, 3);
    assert_int_equal(setting(nodes[4], "count_include_pad")->i, 1);
    assert_int_equal(setting(nodes[5], "count_include_pad")->i, 0);
    onnx__model_proto__free_unpacked(back, NULL);
    stored_model_free(&m);
}

/* What is forgotten in onnx_operations.c is told here. */
static void test_every_layer_can_be_written(void **state)
{
    static const char *const layers[] = {
#define LAYER_NAME(name) #name,
        LAYERS(LAYER_NAME)
#undef LAYER_NAME
    };
    static const char *const places[] = {
        "[layers]\n%s =\nflatten =\ndense = units=3\n",
        "[layers]\n%s =\ndense = units=3\n",
        "[layers]\nflatten =\n%s =\ndense = units=3\n",
    };
    char recipe[128];
    struct stored_model m;

    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        bool fits = false;

        for (size_t k = 0; !fits && k < sizeof places / sizeof *places; k++) {
            snprintf(recipe, sizeof recipe, places[k], layers[i]);
            fits = make(&m, recipe);
        }
        print_message("%s\n", layers[i]);
        assert_true(fits);
        Onnx__ModelProto *back = written(*state, &m);

        expect_closed(back->graph);
        onnx__model_proto__free_unpacked(back, NULL);
        stored_model_free(&m);
    }
}

static void test_every_activation_can_be_written(void **state)
{
    char recipe[128];
    struct stored_model m;

    for (int i = 0; activation_names[i]; i++) {
        snprintf(recipe, sizeof recipe, "[layers]\nflatten =\ndense = units=4 activation=%s\ndense = units=3\n",
                 activation_names[i]);
        assert_true(make(&m, recipe));
        Onnx__ModelProto *back = written(*state, &m);

        expect_closed(back->graph);
        onnx__model_proto__free_unpacked(back, NULL);
        stored_model_free(&m);
    }
}

/* It has no layers that can be told from their nodes. */
static void test_it_is_not_read(void **state)
{
    const struct model_wish nothing = { .recipe = NULL };
    struct stored_model m;
    struct error e = { 0 };

    assert_bad(model_format_read(folder_put(*state, "some.onnx", "\x08\x08"), &nothing, &m, &e), e,
               "some.onnx: cuvette writes ONNX and does not read it; it reads .h5, .keras and .safetensors");
}

/* Before it takes as much memory once more, and more still: these weights are not even there. */
static void test_more_than_such_a_file_holds_is_refused(void **state)
{
    const char *path = folder_path(*state, "large.onnx");
    struct recipe recipe;
    struct error e = { 0 };

    assert_good(recipe_parse(&recipe,
                             "[layers]\nflatten =\ndense = units=65536\ndense = units=16384\ndense = units=3\n",
                             "test", &e), e);

    const struct shape input = shape_image(12, 8, 3);
    struct plan *plan = compile_recipe(&recipe, input, 3, false, &e);
    const struct trainer_weights weights = { .plan = plan, .input = input, .classes = 3 };

    assert_good(plan != NULL, e);
    assert_bad(model_format_onnx.write(path, &recipe, &weights, NULL, &e), e,
               "a model of 4.4 GB is too large for an ONNX file");
    assert_false(path_is_file(path));
    plan_free(plan);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_the_file_says_what_it_takes_and_gives),
        TEST(test_weights_lie_as_onnx_has_them),
        TEST(test_nodes_follow_the_plan),
        TEST(test_zeros_around_an_image_are_a_convolution),
        TEST(test_every_layer_can_be_written),
        TEST(test_every_activation_can_be_written),
        TEST(test_more_than_such_a_file_holds_is_refused),
        TEST(test_it_is_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
