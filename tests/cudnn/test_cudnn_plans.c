/* Whether the real cuDNN has plans for our convolutions. It is given descriptions of GPUs that are not there, as when
 * plans are made on another machine. */
#include "tests/support/check.h"

#include <stdio.h>

#include "gpu/cudnn/cudnn_plans.h"
#include "tests/cudnn/installed.h"

enum { WORKSPACE_MOST = 256 << 20 /* gpu_workspace_most() of a large GPU */ };

/* Numbers of cuDNN's header: from 9.11 on a plan can be made for a GPU that is described in JSON. */
enum {
    DESCRIBES_FROM = 91100,
    KIND_GPU = 38,
    GPU_IN_JSON = 2702,
    IS_CHARACTERS = 24,
    HEURISTICS_GPU = 204,
    PLAN_GPU = 407,
};

static const struct gpu_model {
    const char *name;
    int compute, multiprocessors, shared_memory, cache;
} models[] = {
    { "NVIDIA A100-SXM4-40GB", 800, 108, 166912, 40 << 20 },
    { "NVIDIA H200", 900, 132, 232448, 60 << 20 },
    { "NVIDIA B200", 1000, 148, 232448, 126 << 20 },
};

/* `described` is between our sources and cuDNN: where they mean the GPU of their handle, it names the described one. */
static struct cudnn_library real, described;
static cudnn_descriptor gpu;

static unsigned set_attribute(cudnn_descriptor d, unsigned attribute, unsigned type, int64_t count, const void *values)
{
    if (attribute == CUDNN_GRAPH_HANDLE)
        return CUDNN_OK;
    if (attribute == CUDNN_PLAN_HANDLE)
        return real.cudnnBackendSetAttribute(d, PLAN_GPU, CUDNN_IS_DESCRIPTOR, 1, &gpu);
    if (attribute == CUDNN_HEURISTICS_MODE &&
        real.cudnnBackendSetAttribute(d, HEURISTICS_GPU, CUDNN_IS_DESCRIPTOR, 1, &gpu) != CUDNN_OK)
        return 1;
    return real.cudnnBackendSetAttribute(d, attribute, type, count, values);
}

static bool describe(const struct gpu_model *model)
{
    char json[1024];
    int length = snprintf(
        json, sizeof json,
        "{\"cudnnVersion\":%zu,\"schemaVersion\":1,\"deviceName\":\"%s\",\"deviceVer\":%d,\"multiProcessorCount\":%d,"
        "\"maxSharedMemoryPerBlockOptin\":%d,\"l2CacheSize\":%d,\"driverVer\":13000,\"cudaDeviceId\":0,"
        "\"maxGridSize\":[2147483647,65535,65535],\"maxBlockSize\":[1024,1024,64],\"regsPerBlock\":65536,"
        "\"totalGlobalMem\":40000000000,\"warpSize\":32,\"maxSharedMemoryPerBlock\":49152,"
        "\"reservedSharedMemoryPerBlock\":1024,\"maxRegistersPerSM\":65536,\"maxCtasPerSM\":32,"
        "\"maxThreadsPerBlock\":1024,\"maxThreadsPerSM\":2048,\"pciDeviceId\":0,\"isTccDriver\":0,"
        "\"supportCoopLaunch\":1,\"smClockRateKHz\":1500000,\"memClockRateKHz\":2500000}",
        real.cudnnGetVersion(), model->name, model->compute, model->multiprocessors, model->shared_memory,
        model->cache);

    return real.cudnnBackendCreateDescriptor(KIND_GPU, &gpu) == CUDNN_OK &&
           real.cudnnBackendSetAttribute(gpu, GPU_IN_JSON, IS_CHARACTERS, length, json) == CUDNN_OK &&
           real.cudnnBackendFinalize(gpu) == CUDNN_OK;
}

/* Square images, a kernel of 3×3, padded. */
static struct cudnn_problem problem_of(enum op_kind kind, enum precision precision, int rows, int side, int channels,
                                       int filters)
{
    return (struct cudnn_problem){ .kind = (int)kind, .precision = (int)precision, .rows = rows, .height = side,
                                   .width = side, .channels = channels, .out_height = side, .out_width = side,
                                   .filters = filters, .kernel_height = 3, .kernel_width = 3, .stride = 1,
                                   .pad_top = 1, .pad_left = 1 };
}

static void expect_plan(const struct gpu_model *model, const struct cudnn_problem *problem)
{
    const struct cudnn_session session = { .library = &described };
    struct cudnn_plans *plans = cudnn_plans_new(&session, problem);

    if (!plans || !cudnn_plans_next(plans, WORKSPACE_MOST))
        fail_msg("%s: no plan for %s, %d of %dx%dx%d to %d, precision %d", model->name,
                 op_name((enum op_kind)problem->kind), problem->rows, problem->height, problem->width,
                 problem->channels, problem->filters, problem->precision);
    cudnn_plans_free(plans);
}

/* The convolutions of cifar10-lesson and places365-workshop; the images' three channels have become eight. `least`: for
 * large maps of floats an A100 needs another order in memory, and gigabytes of workspace. */
static void test_there_are_plans_for_tensor_cores(void **state)
{
    static const struct {
        int rows, side, channels, filters;
        enum precision least;
    } layers[] = { { 250, 32, 8, 32, PRECISION_BF16 },
                   { 256, 256, 8, 64, PRECISION_BF16 },
                   { 250, 16, 32, 64, PRECISION_TF32 },
                   { 250, 8, 64, 128, PRECISION_TF32 },
                   { 250, 4, 128, 256, PRECISION_TF32 },
                   { 256, 128, 64, 128, PRECISION_BF16 } };

    (void)state;
    real = described = *installed_cudnn();
    described.cudnnBackendSetAttribute = set_attribute;
    if (real.cudnnGetVersion() < DESCRIBES_FROM)
        skip();
    for (size_t m = 0; m < sizeof models / sizeof *models; m++) {
        if (!describe(&models[m]))
            skip();
        for (size_t i = 0; i < sizeof layers / sizeof *layers; i++)
            for (enum op_kind kind = OP_CONV2D; kind <= OP_CONV2D_WEIGHT_GRADIENT; kind++)
                for (enum precision precision = layers[i].least; precision <= PRECISION_BF16; precision++) {
                    const struct cudnn_problem p = problem_of(kind, precision, layers[i].rows, layers[i].side,
                                                              layers[i].channels, layers[i].filters);

                    expect_plan(&models[m], &p);
                }
        real.cudnnBackendDestroyDescriptor(gpu);
    }
}

/* LeakSanitizer asks for these: without a device NVIDIA's own libraries leave a few bytes behind. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libcublasLt.so\nleak:libcudnn";
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_there_are_plans_for_tensor_cores) };

    return cmocka_run_group_tests_name("cuDNN's plans", tests, NULL, NULL);
}
