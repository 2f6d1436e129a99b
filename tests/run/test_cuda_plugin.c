/* How the plug-in for GPUs is found and loaded, on a machine that may have no GPU. Each test starts programs, since the
 * plug-in is loaded once and stays. The driver is an empty library with its name. */
#include "tests/support/check.h"

#include <dlfcn.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/support/folder.h"
#include "tests/support/process.h"

/* The path of a library that the Makefile built from tests/plugins. */
static const char *fixture(const char *name)
{
    static char path[PATH_SIZE];
    const char *binary = getenv("CUVETTE_BINARY");

    assert_non_null(binary);
    snprintf(path, sizeof path, "%.*s/tests/plugins/%s.so", (int)(path_name(binary) - binary - 1), binary, name);
    return path;
}

static void link_to(const char *folder, const char *name, const char *target)
{
    assert_int_equal(symlink(target, folder_path(folder, name)), 0);
}

static void driver_setup(const char *folder)
{
    link_to(folder, "libcuda.so.1", fixture("empty"));
}

/* Runs a program with the folder's libraries before the system's, with a plug-in where that is not NULL, and with a
 * setting of the shim's GPU ("NAME=value", or NULL). */
static struct process *run_on(const char *gpu, const char *folder, const char *plugin, const char *const argv[])
{
    char libraries[PATH_SIZE + 32], chosen[PATH_SIZE + 32];
    const char *const environment[] = { "LC_ALL=C", libraries, chosen, gpu, NULL };

    snprintf(libraries, sizeof libraries, "LD_LIBRARY_PATH=%s", folder);
    snprintf(chosen, sizeof chosen, "CUVETTE_CUDA_PLUGIN=%s", plugin ? plugin : "");
    struct process *p = process_start(argv, folder, environment);

    process_finish(p);
    return p;
}

static struct process *run(const char *folder, const char *plugin, const char *const argv[])
{
    return run_on(NULL, folder, plugin, argv);
}

static void assert_devices_say(const char *folder, const char *plugin, const char *words)
{
    const char *const argv[] = { getenv("CUVETTE_BINARY"), "devices", NULL };
    struct process *p = run(folder, plugin, argv);

    assert_int_equal(p->exit_code, 0);
    assert_holds(p->out, words);
    process_free(p);
}

static bool driver_is_here(void)
{
    void *driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);

    if (driver)
        dlclose(driver);
    return driver != NULL;
}

/* Runs the program with LD_DEBUG, which lists the libraries that it loads. */
static struct process *watch(const char *folder, const char *const words[4])
{
    const char *const argv[] = {
        "env", "LD_DEBUG=files", getenv("CUVETTE_BINARY"), words[0], words[1], words[2], words[3], NULL
    };
    struct process *p = run(folder, fixture("two_gpus"), argv);

    assert_holds(p->err, "file=libc.so.6");
    assert_int_equal(p->exit_code, 0);
    return p;
}

static void test_without_a_driver_nothing_is_loaded(void **state)
{
    if (driver_is_here())
        skip();
    struct process *p = watch(*state, (const char *const[4]){ "devices" });

    assert_holds(p->out, "cuda     none: no NVIDIA driver on this node");
    assert_null(strstr(p->err, "two_gpus"));
    assert_null(strstr(p->err, "libcublas"));
    process_free(p);
}

static void test_who_wants_no_gpu_does_not_ask_for_the_driver(void **state)
{
    static const char *const words[][4] = { { "--version" },
                                            { "help" },
                                            { "train", "mnist-mlp", "--device=cpu:1", "--epochs=1" } };

    driver_setup(*state);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct process *p = watch(*state, words[i]);

        assert_null(strstr(p->err, "libcuda.so"));
        process_free(p);
    }
}

static void test_a_plug_in_that_does_not_fit_is_told_in_words(void **state)
{
    const char *folder = *state;

    driver_setup(folder);
    assert_devices_say(folder, "libcuvette-cuda.so", "none: CUVETTE_CUDA_PLUGIN is not a full path");
    assert_devices_say(folder, "/nowhere/a.so", "none: CUVETTE_CUDA_PLUGIN names no file: /nowhere/a.so");
    assert_devices_say(folder, folder_put(folder, "broken.so", "not a \033[2Jlibrary"), "broken.so: file too short");
    assert_devices_say(folder, fixture("empty"), "empty.so is not a plug-in of cuvette");
    assert_devices_say(folder, fixture("older"), "older.so is of another version of cuvette: install both together");
    assert_devices_say(folder, fixture("needs_absent"),
                       "libcuvette-cuda.so needs libcublasLt.so.0: load the CUDA module (module load cuda), or name "
                       "its folder in CUDA_HOME");
}

/* With its library in a place that the loader does not know, a plug-in loads: what is said then is of its contents. */
static void test_cublas_is_found_where_the_node_has_it(void **state)
{
    static const struct {
        const char *variable, *place, *suffix;
    } rows[] = {
        { "CUDA_HOME", "lib64", "" },
        { "CUDA_PATH", "targets/x86_64-linux/lib", "" },
        { "NVHPC_ROOT", "math_libs/lib64", "" },
        { "CONDA_PREFIX", "lib", "" },
        { "VIRTUAL_ENV", "lib/python3.11/site-packages/nvidia/cublas/lib", "" },
        { "HOME", ".local/lib/python3.9/site-packages/nvidia/cu13/lib", "" },
        { "PYTHONPATH", "nvidia/cublas/lib", ":relative" },
        { "PATH", "lib/python3.12/dist-packages/nvidia/cublas/lib", "/bin:/usr/bin:/bin" },
    };
    const char *const argv[] = { getenv("CUVETTE_BINARY"), "devices", NULL };

    driver_setup(*state);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char name[128], setting[PATH_SIZE + 32];

        snprintf(name, sizeof name, "root[%zu]/%s/README", i, rows[i].place);
        folder_put(*state, name, "");
        snprintf(name, sizeof name, "root[%zu]/%s/libcublasLt.so.0", i, rows[i].place);
        link_to(*state, name, fixture("absent"));
        snprintf(name, sizeof name, "root[%zu]/bin/README", i);
        folder_put(*state, name, "");
        snprintf(name, sizeof name, "root[%zu]", i);
        snprintf(setting, sizeof setting, "%s=%s%s", rows[i].variable, folder_path(*state, name), rows[i].suffix);
        struct process *p = run_on(setting, *state, fixture("needs_absent"), argv);

        assert_int_equal(p->exit_code, 0);
        assert_holds(p->out, "needs_absent.so is of another version of cuvette");
        process_free(p);
    }
}

static void test_another_version_of_cublas_is_told(void **state)
{
    const char *const argv[] = { getenv("CUVETTE_BINARY"), "devices", NULL };
    char setting[PATH_SIZE + 32], words[PATH_SIZE + 64];

    driver_setup(*state);
    folder_put(*state, "cuda/lib64/README", "");
    link_to(*state, "cuda/lib64/libcublasLt.so.7", fixture("empty"));
    snprintf(setting, sizeof setting, "CUDA_HOME=%s", folder_path(*state, "cuda"));
    snprintf(words, sizeof words, " (there is another version: %s)",
             folder_path(*state, "cuda/lib64/libcublasLt.so.7"));

    struct process *p = run_on(setting, *state, fixture("needs_absent"), argv);

    assert_holds(p->out, "needs libcublasLt.so.0: ");
    assert_holds(p->out, words);
    process_free(p);
}

/* Of what lies where the loader does not look, below the GPUs that it is for. */
static void test_devices_say_which_libraries_are_used(void **state)
{
    const char *const argv[] = { getenv("CUVETTE_BINARY"), "devices", NULL };
    static const char *const hidden[] = { "libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so.11",
                                          "libcudnn_graph.so.9", "libcudnn.so.9" };
    char setting[PATH_SIZE + 32], words[PATH_SIZE + 64];

    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        folder_put(*state, hidden[i], "the loader finds no library here, and looks no further");
    driver_setup(*state);
    folder_put(*state, "lib64/README", "");
    link_to(*state, "lib64/libcublasLt.so.13", fixture("versions"));
    link_to(*state, "lib64/libcudnn_graph.so.9", fixture("cudnn"));
    snprintf(setting, sizeof setting, "CUDA_HOME=%s", (const char *)*state);

    struct process *p = run_on(setting, *state, fixture("two_gpus"), argv);

    snprintf(words, sizeof words, "\n         cuBLAS 13.1.0: %s\n", folder_path(*state, "lib64/libcublasLt.so.13"));
    assert_holds(p->out, words);
    snprintf(words, sizeof words, "\n         cuDNN 9.1.0: %s\n", folder_path(*state, "lib64/libcudnn_graph.so.9"));
    assert_holds(p->out, words);
    process_free(p);
}

/* A copy of the program, far from any plug-in. */
static void install_program(const char *folder)
{
    const char *const argv[] = { "cp", getenv("CUVETTE_BINARY"), folder_path(folder, "bin/cuvette"), NULL };

    folder_put(folder, "bin/README", "");
    struct process *p = run(folder, NULL, argv);
    assert_int_equal(p->exit_code, 0);
    process_free(p);
}

static void assert_installed_says(const char *folder, const char *words)
{
    const char *const argv[] = { folder_path(folder, "bin/cuvette"), "devices", NULL };
    struct process *p = run(folder, NULL, argv);

    assert_int_equal(p->exit_code, 0);
    assert_holds(p->out, words);
    process_free(p);
}

static void test_a_plug_in_is_looked_for_near_the_program_and_not_where_one_happens_to_be(void **state)
{
    const char *folder = *state;

    install_program(folder);
    driver_setup(folder);
    link_to(folder, "libcuvette-cuda.so", fixture("two_gpus")); /* the current folder, and LD_LIBRARY_PATH */
    assert_installed_says(folder, "none: this cuvette was built without CUDA: libcuvette-cuda.so is not beside it");
    folder_put(folder, "lib/cuvette/README", "");
    link_to(folder, "lib/cuvette/libcuvette-cuda.so", fixture("two_gpus"));
    assert_installed_says(folder, "cuda:1");
    link_to(folder, "bin/libcuvette-cuda.so", fixture("older"));
    assert_installed_says(folder, "another version");
}

static void test_gpus_are_listed(void **state)
{
    const char *const argv[] = { getenv("CUVETTE_BINARY"), "devices", "--json", NULL };

    driver_setup(*state);
    assert_devices_say(*state, fixture("two_gpus"),
                       "cuda:0   NVIDIA A100-SXM4-80GB\n"
                       "         sm_80 at 00000000:3B:00.0, GPU-01234567-89ab-cdef-0123-456789abcdef\n"
                       "         memory 80.0 G\n"
                       "cuda:1   GPU?[2J\n");
    struct process *p = run(*state, fixture("two_gpus"), argv);
    json_t *all = json_loads(p->out, 0, NULL);
    const json_t *devices = json_object_get(all, "devices"), *second = json_array_get(devices, 2);

    assert_int_equal(json_array_size(devices), 3);
    assert_int_equal(json_object_size(json_object_get(all, "none")), 0);
    assert_string_equal(json_string_value(json_object_get(second, "id")), "cuda:1");
    assert_string_equal(json_string_value(json_object_get(second, "name")), "GPU?[2J");
    assert_string_equal(json_string_value(json_object_get(second, "architecture")), "sm_90");
    assert_string_equal(json_string_value(json_object_get(second, "pci")), "00000000:AF:00.0");
    assert_string_equal(json_string_value(json_object_get(second, "uuid")), "MIG-01234567-89ab-cdef-0123-456789abcdef");
    assert_int_equal(json_integer_value(json_object_get(second, "memory_bytes")), 10737418240);
    json_decref(all);
    process_free(p);
}

static void assert_train_fails(const char *folder, const char *device, const char *words)
{
    const char *const argv[] = { getenv("CUVETTE_BINARY"), "train", "--device", device, "--run", "out", NULL };

    assert_refused(run(folder, fixture("two_gpus"), argv), 4, words);
}

static void test_a_gpu_is_chosen_by_its_name(void **state)
{
    driver_setup(*state);
    assert_train_fails(*state, "cuda:1", "GPU 1 is lost");
    assert_train_fails(*state, "cuda", "GPU 0 is lost");
    assert_train_fails(*state, "cuda:2", "there is no device \"cuda:2\" on this node; there is cpu, ");
    assert_train_fails(*state, "cuda:2", ", cuda:0, cuda:1");
}

static void test_a_gpu_that_is_not_there_is_refused_with_the_reason(void **state)
{
    const char *const argv[] = { getenv("CUVETTE_BINARY"), "train", "--device", "cuda:0", NULL };

    driver_setup(*state);
    assert_refused(run(*state, fixture("older"), argv), 4, "; cuda: ");
}

static const char recipe[] = "[data]\ndataset = few.h5\n[training]\nepochs = 2\nbatch = 60\n[layers]\n"
                             "conv2d = filters=4 kernel=3 activation=relu\nmaxpool2d =\nflatten =\n"
                             "dropout = rate=0.3\ndense = units=10\n";

/* `title`: what the first line says about the precision. */
static json_t *trained(const char *folder, const char *device, const char *precision, const char *title)
{
    const char *const argv[] = { getenv("CUVETTE_BINARY"), "train", "few.ini", "--device", device, "--run", device,
                                 "--set", precision, NULL };
    char name[64];
    json_t *summary;

    struct process *p = run(folder, fixture("on_host"), argv);
    if (p->exit_code != 0)
        fail_msg("%s", p->err);
    assert_holds(p->out, title);
    process_free(p);
    snprintf(name, sizeof name, "%s/summary.json", device);
    summary = json_load_file(folder_path(folder, name), 0, NULL);
    assert_non_null(summary);
    return summary;
}

static void assert_near(const json_t *a, const json_t *b, const char *name, double bound)
{
    assert_true(json_is_real(json_object_get(a, name)));
    assert_true(fabs(json_real_value(json_object_get(a, name)) - json_real_value(json_object_get(b, name))) < bound);
}

static void few_digits(const char *folder)
{
    const char *const import[] = { getenv("CUVETTE_BINARY"), "data", "import", "digits", "few.h5", "--train", "300",
                                   "--test", "100", NULL };

    process_free(run(folder, NULL, import));
    folder_put(folder, "few.ini", recipe);
}

/* All of it: a program that knows nothing of CUDA loads the backend, with the host in place of the GPU. */
static void test_a_network_is_trained_on_a_gpu_as_on_the_cpu(void **state)
{
    json_t *cpu, *gpu;

    driver_setup(*state);
    few_digits(*state);
    cpu = trained(*state, "cpu", "training.precision=fp32", " cores)\n");
    gpu = trained(*state, "cuda:0", "training.precision=fp32", "cuda:0 (CUDA on the host)\n");
    assert_string_equal(json_string_value(json_object_get(gpu, "device_name")), "CUDA on the host");
    assert_near(cpu, gpu, "train_loss", 1e-4);
    assert_near(cpu, gpu, "test_loss", 1e-4);
    json_decref(cpu);
    json_decref(gpu);
}

/* On a processor tf32 is fp32, and the output must show it. */
static void test_a_run_says_with_how_many_digits_it_computed(void **state)
{
    json_t *cpu, *gpu;

    driver_setup(*state);
    few_digits(*state);
    cpu = trained(*state, "cpu", "training.precision=tf32", " cores)\n");
    gpu = trained(*state, "cuda:0", "training.precision=tf32", "cuda:0 (CUDA on the host, tf32)\n");
    assert_string_equal(json_string_value(json_object_get(cpu, "precision")), "fp32");
    assert_string_equal(json_string_value(json_object_get(gpu, "precision")), "tf32");
    json_decref(cpu);
    json_decref(gpu);
}

static struct process *train_on(const char *gpu, const char *folder, const char *batch, const char *into)
{
    const char *const argv[] = { getenv("CUVETTE_BINARY"), "train", "few.ini", "--device", "cuda:0", "--batch", batch,
                                 "--run", into, NULL };

    return run_on(gpu, folder, fixture("on_host"), argv);
}

static void test_too_large_a_batch_is_told_the_one_that_fits(void **state)
{
    static const char small[] = "CUDA_ON_HOST_MEMORY=4000000";
    char batch[16];
    (void)state;

    driver_setup(*state);
    few_digits(*state);

    struct process *p = train_on(small, *state, "3000", "too-large");
    assert_int_equal(p->exit_code, 1);
    assert_holds(p->err, "not enough memory on cuda:0: the network's buffers need ");
    assert_holds(p->err, " M of 3.8 M are free; a batch of ");
    assert_holds(p->err, " would fit");
    assert_holds(p->err, " (3000 takes ");
    assert_int_equal(access(folder_path(*state, "too-large"), F_OK), -1);
    assert_int_equal(sscanf(strstr(p->err, "; a batch of "), "; a batch of %15[0-9]", batch), 1);
    process_free(p);

    p = train_on(small, *state, batch, "fits");
    assert_int_equal(p->exit_code, 0);
    process_free(p);
}

/* An epoch here takes 200 to 300 kernels. */
static void test_a_lost_gpu_leaves_the_weights_of_the_last_epoch(void **state)
{
    const char *const evaluate[] = { getenv("CUVETTE_BINARY"), "evaluate", "lost", "--device", "cpu", NULL };

    driver_setup(*state);
    few_digits(*state);

    struct process *p = train_on("CUDA_ON_HOST_LOST_AFTER=400", *state, "20", "lost");
    assert_int_equal(p->exit_code, 1);
    assert_holds(p->out, "\n  1/2 ");
    assert_holds(p->err, "cuda:0 failed while ");
    assert_holds(p->err, "; start cuvette again to use this GPU; the weights of epoch 1, the best, are kept");
    process_free(p);

    p = run(*state, NULL, evaluate);
    assert_int_equal(p->exit_code, 0);
    assert_holds(p->out, "test accuracy 0.");
    process_free(p);
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(test_without_a_driver_nothing_is_loaded),
        IN_A_FOLDER(test_who_wants_no_gpu_does_not_ask_for_the_driver),
        IN_A_FOLDER(test_a_plug_in_that_does_not_fit_is_told_in_words),
        IN_A_FOLDER(test_cublas_is_found_where_the_node_has_it),
        IN_A_FOLDER(test_another_version_of_cublas_is_told),
        IN_A_FOLDER(test_devices_say_which_libraries_are_used),
        IN_A_FOLDER(test_a_plug_in_is_looked_for_near_the_program_and_not_where_one_happens_to_be),
        IN_A_FOLDER(test_gpus_are_listed),
        IN_A_FOLDER(test_a_gpu_is_chosen_by_its_name),
        IN_A_FOLDER(test_a_gpu_that_is_not_there_is_refused_with_the_reason),
        IN_A_FOLDER(test_a_network_is_trained_on_a_gpu_as_on_the_cpu),
        IN_A_FOLDER(test_a_run_says_with_how_many_digits_it_computed),
        IN_A_FOLDER(test_too_large_a_batch_is_told_the_one_that_fits),
        IN_A_FOLDER(test_a_lost_gpu_leaves_the_weights_of_the_last_epoch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
