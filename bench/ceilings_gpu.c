/* What a GPU can do at most, as measured on it: ceilings_gpu [--small | --libraries]
 *
 * Prints facts about device and libraries, then, unless asked for --libraries alone, a figure for each ceiling
 * (figure.h) as soon as it is measured. Each is the quickest of a few groups of runs. With --small sizes are such that
 * a slow device has done it at once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cublasLt.h>
#include <cuda_runtime_api.h>

#include "base/clock.h"
#include "bench/figure.h"
#include "gpu/core/gpu_devices.h"
#include "gpu/core/gpu_graph.h"
#include "gpu/core/gpu_memory.h"
#include "gpu/core/gpu_product.h"
#include "gpu/cudnn/cudnn_library.h"

static const struct sizes {
    int64_t side; /* of square matrices; a copy is of one of them, as floats */
    int nodes;    /* of a graph */
    double group; /* seconds of one group of runs */
} large = { 8192, 1000, 0.05 }, small = { 64, 10, 0 };

enum { GROUPS = 5, RUNS_MOST = 200, PATTERN = 1 << 20 /* bytes */ };

struct lab {
    struct sizes sizes;
    struct gpu gpu;
    cudaEvent_t begin, end;
    float *a, *b, *c; /* device: [side][side] */
    struct gpu_step *step;
    cudaGraphExec_t graph;
};

typedef void queue_function(struct lab *lab, const void *what);

static double seconds_of(struct lab *lab, queue_function *queue, const void *what, int runs)
{
    const double milliseconds = 1e-3;
    float taken = 0;

    gpu_good(&lab->gpu, cudaEventRecord(lab->begin, lab->gpu.stream), "timing");
    for (int i = 0; i < runs && lab->gpu.error.kind == ERROR_NONE; i++)
        queue(lab, what);
    gpu_good(&lab->gpu, cudaEventRecord(lab->end, lab->gpu.stream), "timing");
    gpu_good(&lab->gpu, cudaEventSynchronize(lab->end), "timing");
    if (lab->gpu.error.kind == ERROR_NONE)
        gpu_good(&lab->gpu, cudaEventElapsedTime(&taken, lab->begin, lab->end), "timing");
    return (double)taken * milliseconds / runs;
}

/* Seconds of one run in the quickest group; the first run, which chooses and loads code, does not count. */
static double quickest(struct lab *lab, queue_function *queue, const void *what)
{
    double once, best;
    int runs;

    seconds_of(lab, queue, what, 1);
    once = seconds_of(lab, queue, what, 1);
    runs = once > 0 && lab->sizes.group / once < RUNS_MOST ? (int)(lab->sizes.group / once) + 1 : RUNS_MOST;
    best = once;
    for (int i = 0; i < GROUPS && lab->gpu.error.kind == ERROR_NONE; i++) {
        double taken = seconds_of(lab, queue, what, runs);

        best = taken < best ? taken : best;
    }
    return best;
}

static size_t matrix_bytes(const struct lab *lab)
{
    return (size_t)(lab->sizes.side * lab->sizes.side) * sizeof *lab->a;
}

static void queue_copy(struct lab *lab, const void *what)
{
    (void)what;
    gpu_good(&lab->gpu, cudaMemcpyAsync(lab->b, lab->a, matrix_bytes(lab), cudaMemcpyDeviceToDevice, lab->gpu.stream),
             "copying");
}

/* Bytes read and bytes written both count. */
static void measure_copy(struct lab *lab)
{
    double seconds = quickest(lab, queue_copy, NULL);

    if (lab->gpu.error.kind == ERROR_NONE)
        figure_print("copy", 2 * (double)matrix_bytes(lab) / seconds * 1e-9, "GB/s");
}

static void queue_product(struct lab *lab, const void *what)
{
    gpu_product(&lab->gpu, what, lab->a, lab->b, lab->c);
}

/* Repeats a pattern all over a matrix. Numbers as in training: products of zeros take less power, and less time. */
static void fill(struct lab *lab, float *matrix, enum precision precision)
{
    static float floats[PATTERN / sizeof(float)];
    size_t whole = matrix_bytes(lab);

    for (size_t i = 0; i < sizeof floats / sizeof *floats; i++)
        floats[i] = (float)rand() / (float)RAND_MAX - 0.5f;
    if (precision == PRECISION_BF16) /* the upper halves of floats, two in the place of one */
        for (size_t i = 0; i < sizeof floats / sizeof *floats; i++) {
            uint32_t bits;

            memcpy(&bits, &floats[i], sizeof bits);
            bits = (bits & 0xFFFF0000u) | bits >> 16;
            memcpy(&floats[i], &bits, sizeof bits);
        }
    for (size_t at = 0; at < whole && lab->gpu.error.kind == ERROR_NONE; at += sizeof floats)
        gpu_good(&lab->gpu,
                 cudaMemcpyAsync((char *)matrix + at, floats, size_min(sizeof floats, whole - at),
                                 cudaMemcpyHostToDevice, lab->gpu.stream),
                 "copying");
    gpu_settle(&lab->gpu);
}

/* The best of all ways in which the operands can lie in memory. */
static void measure_product(struct lab *lab, enum precision precision)
{
    const double side = (double)lab->sizes.side;
    double best = 0;
    char name[32];

    fill(lab, lab->a, precision);
    fill(lab, lab->b, precision);
    for (int way = 0; way < 4 && lab->gpu.error.kind == ERROR_NONE; way++) {
        const struct gpu_product product = { .rows = lab->sizes.side,
                                             .columns = lab->sizes.side,
                                             .inner = lab->sizes.side,
                                             .transpose_a = way & 1,
                                             .transpose_b = way & 2,
                                             .precision = precision };
        double seconds = quickest(lab, queue_product, &product);

        if (best == 0 || seconds < best)
            best = seconds;
    }
    snprintf(name, sizeof name, "product_%s", precision_names[precision]);
    if (lab->gpu.error.kind == ERROR_NONE)
        figure_print(name, 2 * side * side * side / best * 1e-12, "TFLOP/s");
}

/* Kernels of one thread that write a few bytes. */
static void queue_nodes(void *context, const struct gpu_span *span)
{
    struct lab *lab = context;

    for (int i = span->first; i < span->end; i++)
        gpu_graph_set_step(&lab->gpu, lab->step, &(struct gpu_step){ .number = 1 });
}

static void queue_graph(struct lab *lab, const void *what)
{
    (void)what;
    gpu_good(&lab->gpu, cudaGraphLaunch(lab->graph, lab->gpu.stream), "starting a graph");
}

static double graph_of(struct lab *lab, int nodes)
{
    const struct gpu_span span = { .end = nodes, .rows = 1 };
    double seconds = 0;

    lab->graph = gpu_graph_capture(&lab->gpu, &span, queue_nodes, lab);
    if (!lab->graph) {
        if (lab->gpu.error.kind == ERROR_NONE)
            error_set(&lab->gpu.error, ERROR_DEVICE, "a graph of %d small kernels cannot be captured", nodes);
        return 0;
    }
    seconds = quickest(lab, queue_graph, NULL);
    gpu_settle(&lab->gpu);
    cudaGraphExecDestroy(lab->graph);
    return seconds;
}

static void measure_graph(struct lab *lab)
{
    double many = graph_of(lab, lab->sizes.nodes), one = lab->gpu.error.kind == ERROR_NONE ? graph_of(lab, 1) : 0;

    if (lab->gpu.error.kind != ERROR_NONE)
        return;
    figure_print("graph_node", many / lab->sizes.nodes * 1e6, "us");
    figure_print("graph_of_one", one * 1e6, "us");
}

static void tell_version(const char *name, unsigned major, unsigned minor, unsigned patch)
{
    char text[32];

    snprintf(text, sizeof text, "%u.%u.%u", major, minor, patch);
    figure_print_fact(name, text);
}

static void tell_libraries(struct lab *lab)
{
    struct cudnn_session session;
    struct error e = { 0 };
    int driver = 0, runtime = 0;
    const unsigned cublas = (unsigned)cublasLtGetVersion();

    cudaDriverGetVersion(&driver);
    cudaRuntimeGetVersion(&runtime);
    tell_version("driver_knows_cuda", (unsigned)driver / 1000, (unsigned)driver % 1000 / 10, 0);
    tell_version("cuda", (unsigned)runtime / 1000, (unsigned)runtime % 1000 / 10, 0);
    tell_version("cublaslt", cublas / 10000, cublas % 10000 / 100, cublas % 100);
    if (cudnn_library_open(&session, lab->gpu.stream, &e)) {
        const unsigned cudnn = (unsigned)session.library->cudnnGetVersion();

        tell_version("cudnn", cudnn / 10000, cudnn % 10000 / 100, cudnn % 100);
        cudnn_library_close(&session);
    } else {
        figure_print_fact("cudnn", e.kind == ERROR_NONE ? "none" : e.text);
    }
}

/* The first GPU that cuvette would use. */
static bool open_lab(struct lab *lab, struct error *e)
{
    struct device_info device;
    char why[256] = "", text[256];
    int number;

    if (gpu_devices(&device, 1, why, sizeof why) < 1)
        return error_set(e, ERROR_DEVICE, "%s", why);
    snprintf(text, sizeof text, "%s, %s, %.1f GB", device.name, device.unit, (double)device.memory / 1e9);
    figure_print_fact("device", text);
    return gpu_devices_number(0, &number, e) &&
           ((gpu_open(&lab->gpu, number) && gpu_products_open(&lab->gpu) &&
             gpu_good(&lab->gpu, cudaEventCreateWithFlags(&lab->begin, cudaEventDefault), "making events") &&
             gpu_good(&lab->gpu, cudaEventCreateWithFlags(&lab->end, cudaEventDefault), "making events") &&
             (lab->a = gpu_memory_new(&lab->gpu, matrix_bytes(lab), "matrices")) &&
             (lab->b = gpu_memory_new(&lab->gpu, matrix_bytes(lab), "matrices")) &&
             (lab->c = gpu_memory_new(&lab->gpu, matrix_bytes(lab), "matrices")) &&
             (lab->step = gpu_memory_new(&lab->gpu, sizeof *lab->step, "a step's numbers"))) ||
            (*e = lab->gpu.error, false));
}

static void close_lab(struct lab *lab)
{
    gpu_memory_free(&lab->gpu, lab->a);
    gpu_memory_free(&lab->gpu, lab->b);
    gpu_memory_free(&lab->gpu, lab->c);
    gpu_memory_free(&lab->gpu, lab->step);
    gpu_products_close(&lab->gpu);
    if (lab->begin)
        cudaEventDestroy(lab->begin);
    if (lab->end)
        cudaEventDestroy(lab->end);
    gpu_close(&lab->gpu);
}

static void measure_all(struct lab *lab)
{
    measure_copy(lab);
    measure_product(lab, PRECISION_BF16);
    measure_product(lab, PRECISION_TF32);
    measure_product(lab, PRECISION_FP32);
    measure_graph(lab);
}

int main(int argc, char **argv)
{
    const char *asked = argc > 1 ? argv[1] : "";
    struct lab lab = { .sizes = strcmp(asked, "--small") ? large : small };
    struct error e = { 0 };

    if (open_lab(&lab, &e)) {
        tell_libraries(&lab);
        if (strcmp(asked, "--libraries") != 0)
            measure_all(&lab);
        e = lab.gpu.error;
    }
    close_lab(&lab);
    if (e.kind != ERROR_NONE)
        fprintf(stderr, "ceilings_gpu: %s\n", e.text);
    return error_exit_code(e.kind);
}
