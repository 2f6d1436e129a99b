#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/gpu/gpu_readings.h"
#include "host/gpu/nvml.h"
#include "host/gpu/nvml_gpu.h"
#include "tests/support/fake_nvml.h"

#define GIB 0x1p30

static int setup(void **state)
{
    fake_nvml_reset();
    *state = calloc(1, sizeof(struct gpu_readings));
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static struct gpu_readings *take(void **state, const char *age)
{
    nvml_take(fake_nvml(age), *state);
    return *state;
}

static void assert_reads(struct reading reading, double value)
{
    assert_true(reading.known);
    assert_float_equal(reading.value, value, 1e-6 * (value + 1));
}

static void test_everything_of_every_gpu_in_plain_units(void **state)
{
    struct gpu_readings *r = take(state, "nvml");
    const struct gpu_reading *gpu = &r->gpus[1];

    assert_string_equal(r->why_none, "");
    assert_int_equal(r->count, 2);
    assert_int_equal(r->all, 2);
    assert_int_equal(gpu->index, 1);
    assert_string_equal(gpu->name, "NVIDIA H200");
    assert_string_equal(gpu->uuid, "GPU-00ab0001-0000");
    assert_string_equal(gpu->pci, "00010000:3B:01.0");
    assert_false(gpu->lost);
    assert_string_equal(gpu->trouble, "");
    assert_reads(gpu->load, 0.91);
    assert_reads(gpu->memory_load, 0.37);
    assert_reads(gpu->memory_used, 3 * GIB);
    assert_reads(gpu->memory_total, 140 * GIB);
    assert_reads(gpu->power, 412.5);
    assert_reads(gpu->power_limit, 700);
    assert_reads(gpu->temperature, 55);
    assert_reads(gpu->sm_clock, 1830e6);
    assert_reads(gpu->sm_clock_max, 1980e6);
    assert_reads(gpu->memory_clock, 3201e6);
    assert_reads(gpu->memory_clock_max, 3300e6);
    assert_reads(gpu->pcie_in, 250e6);
    assert_reads(gpu->ecc_errors, 3);
    assert_int_equal(gpu->mig, GPU_MIG_OFF);
    assert_true(gpu->processes_known);
    assert_int_equal(gpu->process_count, 0);
}

static void test_a_value_that_means_not_available_is_unknown(void **state)
{
    assert_false(take(state, "nvml")->gpus[0].pcie_out.known);
}

static void test_an_old_driver_tells_what_it_can_by_its_older_functions(void **state)
{
    setenv("FAKE_NVML_THROTTLES", "0x4", 1);
    setenv("FAKE_NVML_PROCESSES", "4711:1000000", 1);

    const struct gpu_reading *gpu = &take(state, "nvml_old")->gpus[0];
    assert_string_equal(gpu->uuid, "GPU-00ab0000-0000");
    assert_string_equal(gpu->pci, "00000000:3B:00.0");
    assert_reads(gpu->load, 0.91);
    assert_reads(gpu->memory_used, 4 * GIB);
    assert_reads(gpu->memory_total, 140 * GIB);
    assert_reads(gpu->temperature, 54);
    assert_reads(gpu->power, 412.5);
    assert_int_equal(gpu->throttles, GPU_THROTTLE_POWER_CAP);
    assert_int_equal(gpu->mig, GPU_MIG_UNKNOWN);
    assert_int_equal(gpu->process_count, 1);
    assert_int_equal(gpu->processes[0].pid, 4711);
    assert_reads(gpu->processes[0].memory, 1000000);
}

static void assert_nothing_known(const struct gpu_reading *gpu)
{
#define GPU_FIGURE(member, key) assert_false(gpu->member.known);
    GPU_FIGURES(GPU_FIGURE)
#undef GPU_FIGURE
    assert_false(gpu->throttles_known);
    assert_false(gpu->processes_known);
    assert_int_equal(gpu->mig, GPU_MIG_UNKNOWN);
}

static void test_missing_functions_leave_readings_unknown(void **state)
{
    const struct gpu_reading *gpu = &take(state, "nvml_bare")->gpus[0];

    assert_string_equal(gpu->name, "NVIDIA H200");
    assert_string_equal(gpu->uuid, "");
    assert_string_equal(gpu->pci, "");
    assert_string_equal(gpu->trouble, "");
    assert_nothing_known(gpu);
}

static void test_what_is_not_supported_or_not_permitted_is_unknown_and_the_rest_known(void **state)
{
    setenv("FAKE_NVML_ERRORS",
           "nvmlDeviceGetPowerUsage=3 nvmlDeviceGetUtilizationRates=3 nvmlDeviceGetComputeRunningProcesses_v3=4 "
           "nvmlDeviceGetGraphicsRunningProcesses_v3=4 nvmlDeviceGetMPSComputeRunningProcesses_v3=4 "
           "nvmlDeviceGetCurrentClocksEventReasons=3",
           1);

    const struct gpu_reading *gpu = &take(state, "nvml")->gpus[0];
    assert_false(gpu->power.known);
    assert_false(gpu->load.known);
    assert_false(gpu->memory_load.known);
    assert_false(gpu->throttles_known);
    assert_false(gpu->processes_known);
    assert_reads(gpu->power_limit, 700);
    assert_string_equal(gpu->trouble, "");
}

static void test_older_functions_are_asked_when_newer_ones_fail(void **state)
{
    setenv("FAKE_NVML_ERRORS", "nvmlDeviceGetMemoryInfo_v2=25 nvmlDeviceGetTemperatureV=25", 1);

    const struct gpu_reading *gpu = &take(state, "nvml")->gpus[0];
    assert_reads(gpu->memory_used, 4 * GIB);
    assert_reads(gpu->temperature, 54);
}

static void test_a_lost_gpu_is_shown_as_lost_and_the_others_go_on(void **state)
{
    setenv("FAKE_NVML_GPUS", "3", 1);
    setenv("FAKE_NVML_LOST", "1", 1);

    const struct gpu_readings *r = take(state, "nvml");
    assert_int_equal(r->count, 3);
    assert_true(r->gpus[1].lost);
    assert_non_null(strstr(r->gpus[1].trouble, "fell off the bus"));
    assert_nothing_known(&r->gpus[1]);
    assert_false(r->gpus[0].lost);
    assert_reads(r->gpus[0].load, 0.91);
    assert_reads(r->gpus[2].load, 0.91);
}

static void test_nothing_is_kept_of_a_gpu_that_is_lost_while_it_is_read(void **state)
{
    setenv("FAKE_NVML_ERRORS", "nvmlDeviceGetTotalEccErrors=16", 1);

    const struct gpu_reading *gpu = &take(state, "nvml")->gpus[1];
    assert_true(gpu->lost);
    assert_string_equal(gpu->trouble, "needs a reset");
    assert_string_equal(gpu->name, "NVIDIA H200");
    assert_string_equal(gpu->pci, "00010000:3B:01.0");
    assert_nothing_known(gpu);
}

static void test_a_gpu_of_another_job_is_listed_with_the_reason(void **state)
{
    setenv("FAKE_NVML_ERRORS", "nvmlDeviceGetHandleByIndex_v2=4", 1);

    const struct gpu_readings *r = take(state, "nvml");
    assert_int_equal(r->count, 2);
    assert_false(r->gpus[0].lost);
    assert_non_null(strstr(r->gpus[0].trouble, "permission"));
    assert_nothing_known(&r->gpus[0]);
}

static void assert_none(void **state, const char *library, const char *why)
{
    struct gpu_readings *r = *state;

    nvml_take(library, r);
    assert_int_equal(r->count, 0);
    if (!strstr(r->why_none, why))
        fail_msg("\"%s\" does not say \"%s\"", r->why_none, why);
}

static void test_a_sentence_says_why_there_is_nothing_to_read(void **state)
{
    assert_none(state, "libcuvette-no-such-library.so.1", "no NVIDIA driver on this node");
    assert_none(state, "/nowhere/libnvidia-ml.so", "/nowhere/libnvidia-ml.so");
    assert_none(state, "libm.so.6", "libm.so.6 is not an NVML library");
    setenv("FAKE_NVML_ERRORS", "nvmlInit_v2=9", 1);
    assert_none(state, fake_nvml("nvml"), "the NVIDIA driver is not loaded on this node");
    setenv("FAKE_NVML_ERRORS", "nvmlInit_v2=18", 1);
    assert_none(state, fake_nvml("nvml"), "until the node restarts");
    setenv("FAKE_NVML_ERRORS", "nvmlInit_v2=999", 1);
    assert_none(state, fake_nvml("nvml"), "999");
    setenv("FAKE_NVML_ERRORS", "nvmlDeviceGetCount_v2=4", 1);
    assert_none(state, fake_nvml("nvml"), "no permission");
    unsetenv("FAKE_NVML_ERRORS");
    setenv("FAKE_NVML_GPUS", "0", 1);
    assert_none(state, fake_nvml("nvml"), "lists no GPU");
}

static void test_the_environment_can_name_the_library(void **state)
{
    struct gpu_readings *r = *state;

    setenv("CUVETTE_NVML", fake_nvml("nvml"), 1);
    nvml_take(NULL, r);
    assert_int_equal(r->count, 2);
    setenv("CUVETTE_NVML", "/nowhere.so", 1);
    assert_none(state, NULL, "/nowhere.so");
}

static void test_more_gpus_than_there_is_room_for_are_counted(void **state)
{
    const struct gpu_readings *r;

    setenv("FAKE_NVML_GPUS", "19", 1);
    r = take(state, "nvml");
    assert_int_equal(r->count, GPUS_MAX);
    assert_int_equal(r->all, 19);
}

static void test_throttling_is_told_in_words_and_idle_is_none(void **state)
{
    static const struct {
        const char *bits, *words;
    } cases[] = {
        { "0x0", "none" },
        { "0x103", "none" }, /* idle, clocks set by the user and by the display */
        { "0x5", "power cap" },
        { "0x24", "power cap, thermal" },
        { "0x600", "board limit" }, /* and the highest voltage */
        { "0xd8", "hardware thermal, power brake, hardware slowdown, sync boost" },
    };
    char words[128];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        setenv("FAKE_NVML_THROTTLES", cases[i].bits, 1);
        gpu_readings_throttles(words, sizeof words, &take(state, "nvml")->gpus[0]);
        assert_string_equal(words, cases[i].words);
    }
    gpu_readings_throttles(words, sizeof words, &take(state, "nvml_bare")->gpus[0]);
    assert_string_equal(words, "n/a");
}

static void test_processes_are_read_whatever_the_size_of_an_entry(void **state)
{
    static const char *const sizes[] = { "16", "24", "32" };
    char list[128];

    snprintf(list, sizeof list, "99999999:1000 %d:3000 99999998:- 99999997:2000", (int)getpid());
    setenv("FAKE_NVML_PROCESSES", list, 1);
    for (int i = 0; i < 3; i++) {
        setenv("FAKE_NVML_ENTRY", sizes[i], 1);
        const struct gpu_reading *gpu = &take(state, "nvml")->gpus[0];

        assert_true(gpu->processes_known);
        assert_int_equal(gpu->process_count, 4); /* two kinds of processes tell the same four */
        assert_int_equal(gpu->processes[0].pid, getpid());
        assert_true(gpu->processes[0].mine);
        assert_string_equal(gpu->processes[0].name, "test_gpu_readin"); /* as far as the kernel keeps it */
        assert_int_equal(gpu->processes[0].instance, -1);
        assert_reads(gpu->processes[0].memory, 3000);
        assert_int_equal(gpu->processes[1].pid, 99999997);
        assert_string_equal(gpu->processes[1].name, "");
        assert_false(gpu->processes[1].mine);
        assert_int_equal(gpu->processes[2].pid, 99999999);
        assert_int_equal(gpu->processes[3].pid, 99999998);
        assert_false(gpu->processes[3].memory.known);
    }
}

static void test_of_many_processes_those_with_most_memory_are_listed(void **state)
{
    char list[1024] = "";
    const struct gpu_reading *gpu;

    for (int i = 1; i <= 20; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%d:%d ", 99990000 + i, i * 1000);
    setenv("FAKE_NVML_PROCESSES", list, 1);
    setenv("FAKE_NVML_ERRORS", "nvmlDeviceGetMPSComputeRunningProcesses_v3=3", 1);
    gpu = &take(state, "nvml")->gpus[0];
    assert_int_equal(gpu->process_count, 20);
    assert_int_equal(gpu_readings_listed(gpu), GPU_PROCESSES_MAX);
    for (int i = 0; i < GPU_PROCESSES_MAX; i++)
        assert_int_equal(gpu->processes[i].pid, 99990020 - i);
}

static void test_mig_instances_are_read_with_their_processes(void **state)
{
    setenv("FAKE_NVML_MIG", "0", 1);
    setenv("FAKE_NVML_PROCESSES", "99999999:1000", 1);

    const struct gpu_readings *r = take(state, "nvml");
    const struct gpu_reading *gpu = &r->gpus[0];
    assert_int_equal(gpu->mig, GPU_MIG_ON);
    assert_int_equal(gpu->instance_count, 2);
    assert_string_equal(gpu->instances[0].name, "NVIDIA H200 MIG 1g.18gb");
    assert_string_equal(gpu->instances[1].uuid, "MIG-0-1");
    assert_reads(gpu->instances[1].memory_used, 3 * GIB);
    assert_reads(gpu->instances[1].memory_total, 16 * GIB);
    assert_int_equal(gpu->process_count, 1);
    assert_int_equal(gpu->processes[0].instance, 0);
    assert_int_equal(r->gpus[1].mig, GPU_MIG_OFF);
    assert_int_equal(r->gpus[1].instance_count, 0);
}

static void test_a_cuda_device_is_found_by_uuid_or_place(void **state)
{
    struct gpu_readings *r;

    setenv("FAKE_NVML_MIG", "0", 1);
    r = take(state, "nvml");
    assert_ptr_equal(gpu_readings_find(r, "", "GPU-00ab0001-0000"), &r->gpus[1]);
    assert_ptr_equal(gpu_readings_find(r, NULL, "MIG-0-1"), &r->gpus[0]);
    assert_ptr_equal(gpu_readings_instance(&r->gpus[0], "MIG-0-1"), &r->gpus[0].instances[1]);
    assert_null(gpu_readings_instance(&r->gpus[1], "MIG-0-1"));
    assert_ptr_equal(gpu_readings_find(r, "0000:3b:00.0", NULL), &r->gpus[0]); /* as CUDA writes it */
    assert_ptr_equal(gpu_readings_find(r, "10000:3b:01.0", ""), &r->gpus[1]);
    assert_ptr_equal(gpu_readings_find(r, "0000:3b:00.0", "GPU-unheard-of"), &r->gpus[0]);
    assert_null(gpu_readings_find(r, "0000:3b:01.0", "")); /* that domain has no such device */
    assert_null(gpu_readings_find(r, "", ""));
    assert_null(gpu_readings_find(r, "0000:3b", NULL));
}

static void test_devices_of_this_process_are_marked(void **state)
{
    struct gpu_readings *r;

    setenv("FAKE_NVML_MIG", "0", 1);
    r = take(state, "nvml");
    assert_true(r->gpus[0].mine && r->gpus[1].mine);
    setenv("CUDA_VISIBLE_DEVICES", "1", 1);
    r = take(state, "nvml");
    assert_false(r->gpus[0].mine);
    assert_true(r->gpus[1].mine);
    setenv("CUDA_VISIBLE_DEVICES", "MIG-0-1", 1);
    r = take(state, "nvml");
    assert_true(r->gpus[0].mine);
    assert_false(r->gpus[0].instances[0].mine);
    assert_true(r->gpus[0].instances[1].mine);
    assert_false(r->gpus[1].mine);
}

static void test_visible_devices_by_the_rules_of_cuda(void **state)
{
    static const struct {
        const char *list;
        int index;
        bool visible;
    } cases[] = {
        { NULL, 3, true },       { "", 0, false },         { "0,2", 0, true },          { "0,2", 1, false },
        { "0, 2", 2, true },     { "-1", 0, false },       { "0,-1,1", 1, false },      { "NoDevFiles", 0, false },
        { "GPU-12ab", 5, true }, { "GPU-12ac", 5, false }, { "GPU-9,GPU-12", 5, true }, { "12", 1, false },
        { "1x,0", 0, false },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (nvml_gpu_visible(cases[i].list, cases[i].index, "GPU-12ab-34") != cases[i].visible)
            fail_msg("\"%s\" does not make %d %svisible", cases[i].list, cases[i].index, cases[i].visible ? "" : "in");
}

static void test_names_are_safe_to_show(void **state)
{
    setenv("FAKE_NVML_NAME", "evil\x1b[2J\xff", 1);
    assert_string_equal(take(state, "nvml")->gpus[0].name, "evil?[2J?");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_everything_of_every_gpu_in_plain_units),
        TEST(test_a_value_that_means_not_available_is_unknown),
        TEST(test_an_old_driver_tells_what_it_can_by_its_older_functions),
        TEST(test_missing_functions_leave_readings_unknown),
        TEST(test_what_is_not_supported_or_not_permitted_is_unknown_and_the_rest_known),
        TEST(test_older_functions_are_asked_when_newer_ones_fail),
        TEST(test_a_lost_gpu_is_shown_as_lost_and_the_others_go_on),
        TEST(test_nothing_is_kept_of_a_gpu_that_is_lost_while_it_is_read),
        TEST(test_a_gpu_of_another_job_is_listed_with_the_reason),
        TEST(test_a_sentence_says_why_there_is_nothing_to_read),
        TEST(test_the_environment_can_name_the_library),
        TEST(test_more_gpus_than_there_is_room_for_are_counted),
        TEST(test_throttling_is_told_in_words_and_idle_is_none),
        TEST(test_processes_are_read_whatever_the_size_of_an_entry),
        TEST(test_of_many_processes_those_with_most_memory_are_listed),
        TEST(test_mig_instances_are_read_with_their_processes),
        TEST(test_a_cuda_device_is_found_by_uuid_or_place),
        TEST(test_devices_of_this_process_are_marked),
        TEST(test_visible_devices_by_the_rules_of_cuda),
        TEST(test_names_are_safe_to_show),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
