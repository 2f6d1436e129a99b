/* What `cuvette devices` tells of GPUs and of the node, with libraries that stand in for NVIDIA's. */
#include "tests/support/check.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/built.h"
#include "tests/support/fake_nvml.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

/* `settings`: "NAME=value" for the environment, ending with NULL. */
static struct process *run(const char *folder, const char *option, const char *const settings[])
{
    const char *const argv[] = { getenv("CUVETTE_BINARY"), "devices", option, NULL };
    struct process *p = process_start(argv, folder, settings);

    process_finish(p);
    assert_int_equal(p->exit_code, 0);
    assert_string_equal(p->err, "");
    return p;
}

static const char *library_setting(void)
{
    static char setting[PATH_SIZE + 32];

    snprintf(setting, sizeof setting, "CUVETTE_NVML=%s", fake_nvml("nvml"));
    return setting;
}

static json_t *read_snapshot(const char *folder, const char *const settings[])
{
    struct process *p = run(folder, "--json", settings);
    json_error_t problem;
    json_t *all = json_loads(p->out, JSON_REJECT_DUPLICATES, &problem);

    if (!all)
        fail_msg("%s", problem.text);
    process_free(p);
    return all;
}

static void assert_number(const json_t *object, const char *key, double value)
{
    const json_t *found = json_object_get(object, key);

    if (!json_is_number(found))
        fail_msg("\"%s\" is no number", key);
    assert_float_equal(json_number_value(found), value, 1e-6 * (value + 1));
}

static void assert_text(const json_t *object, const char *key, const char *text)
{
    const json_t *found = json_object_get(object, key);

    if (!json_is_string(found))
        fail_msg("\"%s\" is no text", key);
    assert_string_equal(json_string_value(found), text);
}

static void assert_null_at(const json_t *object, const char *key)
{
    if (!json_is_null(json_object_get(object, key)))
        fail_msg("\"%s\" is not null", key);
}

/* With the libraries that are really there. */
static void test_devices_are_listed(void **state)
{
    struct process *p = process_cuvette(*state, "devices", NULL);

    assert_succeeded(p);
    assert_holds(p->out, "cpu ");
    assert_holds(p->out, " cores");
    process_free(p);

    p = process_cuvette(*state, "devices", "--json", NULL);
    assert_succeeded(p);
    json_t *all = json_loads(p->out, 0, NULL);
    const json_t *first = json_array_get(json_object_get(all, "devices"), 0);
    assert_string_equal(json_string_value(json_object_get(first, "id")), "cpu");
    json_int_t threads = json_integer_value(json_object_get(first, "threads"));
    assert_true(threads >= 1);
    assert_true(threads <= json_integer_value(json_object_get(first, "threads_of_node")));
    json_decref(all);
    process_free(p);
}

static void test_json_has_the_readings_of_every_gpu(void **state)
{
    const char *const settings[] = { library_setting(), "FAKE_NVML_THROTTLES=0x24", "FAKE_NVML_PROCESSES=99999999:1000",
                                     "CUDA_VISIBLE_DEVICES=1", NULL };
    json_t *all = read_snapshot(*state, settings);
    const json_t *gpus = json_object_get(all, "gpus"), *gpu = json_array_get(gpus, 0);

    assert_int_equal(json_array_size(gpus), 2);
    assert_null_at(all, "gpus_none");
    assert_text(gpu, "name", "NVIDIA H200");
    assert_text(gpu, "uuid", "GPU-00ab0000-0000");
    assert_text(gpu, "pci", "00000000:3B:00.0");
    assert_number(gpu, "index", 0);
    assert_number(gpu, "load", 0.91);
    assert_number(gpu, "memory_used_bytes", 3221225472);
    assert_number(gpu, "memory_total_bytes", 150323855360);
    assert_number(gpu, "power_watts", 412.5);
    assert_number(gpu, "temperature_celsius", 55);
    assert_number(gpu, "ecc_errors", 3);
    assert_null_at(gpu, "pcie_out_bytes_per_second");
    assert_true(json_is_false(json_object_get(gpu, "for_this_process")));
    assert_true(json_is_true(json_object_get(json_array_get(gpus, 1), "for_this_process")));
    assert_true(json_is_false(json_object_get(gpu, "mig")));

    const json_t *throttling = json_object_get(gpu, "throttling");
    assert_int_equal(json_array_size(throttling), 2);
    assert_string_equal(json_string_value(json_array_get(throttling, 0)), "power cap");
    const json_t *process = json_array_get(json_object_get(gpu, "processes"), 0);
    assert_number(process, "pid", 99999999);
    assert_number(process, "memory_bytes", 1000);
    assert_null_at(process, "name");
    json_decref(all);
}

static void test_json_has_null_for_what_is_unknown(void **state)
{
    const char *const settings[] = { library_setting(), "FAKE_NVML_LOST=0", NULL };
    json_t *all = read_snapshot(*state, settings);
    const json_t *gpu = json_array_get(json_object_get(all, "gpus"), 0);

    assert_true(json_is_true(json_object_get(gpu, "lost")));
    assert_non_null(strstr(json_string_value(json_object_get(gpu, "trouble")), "fell off the bus"));
    assert_null_at(gpu, "load");
    assert_null_at(gpu, "temperature_celsius");
    assert_null_at(gpu, "throttling");
    assert_null_at(gpu, "instances");
    assert_null_at(gpu, "processes");
    assert_null_at(gpu, "process_count");
    assert_null_at(gpu, "mig");
    json_decref(all);
}

static void test_json_has_mig_instances(void **state)
{
    const char *const settings[] = { library_setting(), "FAKE_NVML_MIG=1", "CUDA_VISIBLE_DEVICES=MIG-1-1", NULL };
    json_t *all = read_snapshot(*state, settings);
    const json_t *gpu = json_array_get(json_object_get(all, "gpus"), 1), *list = json_object_get(gpu, "instances");

    assert_true(json_is_true(json_object_get(gpu, "mig")));
    assert_int_equal(json_array_size(list), 2);
    assert_text(json_array_get(list, 0), "name", "NVIDIA H200 MIG 1g.18gb");
    assert_true(json_is_false(json_object_get(json_array_get(list, 0), "for_this_process")));
    assert_text(json_array_get(list, 1), "uuid", "MIG-1-1");
    assert_true(json_is_true(json_object_get(json_array_get(list, 1), "for_this_process")));
    assert_number(json_array_get(list, 1), "memory_total_bytes", 17179869184);
    json_decref(all);
}

static void test_json_has_the_nodes_readings(void **state)
{
    const char *const settings[] = { "CUVETTE_NVML=/nowhere/libnvidia-ml.so", NULL };
    json_t *all = read_snapshot(*state, settings);
    const json_t *host = json_object_get(all, "host"), *cores = json_object_get(host, "cores");

    assert_true(json_is_number(json_object_get(host, "load")));
    assert_true(json_number_value(json_object_get(host, "memory_limit_bytes")) > 0);
    assert_true(json_array_size(cores) >= 1);
    assert_true(json_is_integer(json_object_get(json_array_get(cores, 0), "core")));
    assert_non_null(json_object_get(host, "disk_read_bytes_per_second"));
    assert_non_null(json_object_get(host, "network_out_bytes_per_second"));
    assert_int_equal(json_array_size(json_object_get(all, "gpus")), 0);
    assert_non_null(strstr(json_string_value(json_object_get(all, "gpus_none")), "/nowhere/libnvidia-ml.so"));
    json_decref(all);
}

/* The plug-in's first GPU has the address of the first one in the readings; its second is not in the readings. */
static void test_json_has_readings_beside_the_cuda_device_they_are_of(void **state)
{
    char plugin[PATH_SIZE + 32], libraries[PATH_SIZE + 32];
    const char *const settings[] = { library_setting(), plugin, libraries, NULL };

    snprintf(plugin, sizeof plugin, "CUVETTE_CUDA_PLUGIN=%s", built("tests/plugins/two_gpus.so"));
    snprintf(libraries, sizeof libraries, "LD_LIBRARY_PATH=%s", (const char *)*state);
    assert_int_equal(symlink(built("tests/plugins/empty.so"), folder_path(*state, "libcuda.so.1")), 0);
    json_t *all = read_snapshot(*state, settings);
    const json_t *devices = json_object_get(all, "devices"), *first = json_array_get(devices, 1);

    assert_null(json_object_get(json_array_get(devices, 0), "gpu"));
    assert_text(first, "id", "cuda:0");
    assert_text(json_object_get(first, "gpu"), "pci", "00000000:3B:00.0");
    assert_number(json_object_get(first, "gpu"), "load", 0.91);
    assert_text(json_array_get(devices, 2), "id", "cuda:1");
    assert_null_at(json_array_get(devices, 2), "gpu");
    json_decref(all);
}

static void test_a_line_tells_each_gpu(void **state)
{
    const char *const settings[] = {
        library_setting(),
        "FAKE_NVML_GPUS=3",
        "FAKE_NVML_LOST=2",
        "FAKE_NVML_MIG=1",
        "FAKE_NVML_THROTTLES=4",
        "CUDA_VISIBLE_DEVICES=0,1",
        NULL,
    };
    struct process *p = run(*state, NULL, settings);

    assert_holds(p->out, "\ngpu 0    NVIDIA H200 at 00000000:3B:00.0, 91 % busy, 3.0 G of 140 G, 412 of 700 W, 55 C, "
                         "3 ECC errors, held down by power cap\n");
    assert_holds(p->out, "\ngpu 1    NVIDIA H200 at 00010000:3B:01.0, 91 % busy, 3.0 G of 140 G, 412 of 700 W, 55 C, "
                         "2 MIG instances, 3 ECC errors, held down by power cap\n");
    assert_holds(p->out, "\ngpu 2    GPU: fell off the bus; the node needs a restart (not for this process)\n");
    process_free(p);
}

static void test_a_line_leaves_out_what_is_unknown(void **state)
{
    const char *const settings[] = {
        library_setting(), "FAKE_NVML_GPUS=1",
        "FAKE_NVML_ERRORS=nvmlDeviceGetUtilizationRates=3 nvmlDeviceGetTotalEccErrors=3 nvmlDeviceGetPowerUsage=3", NULL
    };
    struct process *p = run(*state, NULL, settings);

    assert_holds(p->out, "\ngpu 0    NVIDIA H200 at 00000000:3B:00.0, 3.0 G of 140 G, 55 C\n");
    process_free(p);
}

static void test_more_gpus_than_are_read_are_counted(void **state)
{
    const char *const settings[] = { library_setting(), "FAKE_NVML_GPUS=19", NULL };
    struct process *p = run(*state, NULL, settings);

    assert_holds(p->out, "\n         and 3 more\n");
    process_free(p);
}

static void test_no_line_where_nothing_tells_of_gpus(void **state)
{
    const char *const settings[] = { "CUVETTE_NVML=/nowhere/libnvidia-ml.so", NULL };
    struct process *p = run(*state, NULL, settings);

    assert_null(strstr(p->out, "gpu 0"));
    process_free(p);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_devices_are_listed),
        TEST(test_json_has_the_readings_of_every_gpu),
        TEST(test_json_has_null_for_what_is_unknown),
        TEST(test_json_has_mig_instances),
        TEST(test_json_has_the_nodes_readings),
        TEST(test_json_has_readings_beside_the_cuda_device_they_are_of),
        TEST(test_a_line_tells_each_gpu),
        TEST(test_a_line_leaves_out_what_is_unknown),
        TEST(test_more_gpus_than_are_read_are_counted),
        TEST(test_no_line_where_nothing_tells_of_gpus),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
