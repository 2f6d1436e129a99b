/* The view of all devices, and what the workbench says of a GPU: drawn from readings that are the same everywhere. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/desk.h"
#include "tests/support/golden.h"
#include "tui/actions.h"
#include "tui/dialogs/dialog.h"
#include "tui/keys.h"

static const double gibibyte = 1 << 30;
static int gpus, cores;

static void fill_gpu(struct gpu_reading *gpu, int index)
{
    *gpu = (struct gpu_reading){
        .index = index,
        .name = "NVIDIA H200",
        .mine = index == 1,
        .load = reading_of(index == 1 ? 0.91 : 0),
        .memory_load = reading_of(0.4),
        .memory_used = reading_of((index == 1 ? 3.1 : 0.5) * gibibyte),
        .memory_total = reading_of(140.4 * gibibyte),
        .power = reading_of(index == 1 ? 412 : 76),
        .power_limit = reading_of(700),
        .temperature = reading_of(54 - index),
        .sm_clock = reading_of(1980e6),
        .sm_clock_max = reading_of(1980e6),
        .memory_clock = reading_of(3201e6),
        .memory_clock_max = reading_of(3201e6),
        .pcie_in = reading_of(1.3e9),
        .pcie_out = reading_of(12e6),
        .ecc_errors = reading_of(0),
        .throttles_known = true,
        .throttles = index == 1 ? GPU_THROTTLE_POWER_CAP : 0,
        .mig = GPU_MIG_OFF,
        .processes_known = true,
    };
    snprintf(gpu->uuid, sizeof gpu->uuid, "GPU-%d", index);
    snprintf(gpu->pci, sizeof gpu->pci, "00000000:%02X:00.0", 0x3B + index);
    if (index != 1)
        return;
    gpu->process_count = 2;
    gpu->processes[0] = (struct gpu_process){ 4711, -1, true, "cuvette", reading_of(2.6 * gibibyte) };
    gpu->processes[1] = (struct gpu_process){ 123456, -1, false, "python3", { 0 } };
}

static void fill_host(struct host_readings *h)
{
    h->cpu_load = reading_of(0.31);
    h->node_load = reading_of(0.12);
    h->node_disk_read = reading_of(120e6);
    h->node_disk_write = reading_of(0);
    h->network_in = reading_of(3.4e6);
    h->network_out = reading_of(1300);
    h->disk_read = reading_of(118e6);
    h->core_count = cores;
    for (int i = 0; i < cores; i++)
        h->cores[i] = (struct core_load){ 2 * i, reading_of((i * 3 % 8 + 1) / 8.0) };
}

/* GPU 1 is the one that CUDA calls 0, and the recipe's device. */
static void machine(struct app *a)
{
    struct gpu_readings *g = &a->node.gpus;

    desk_plain_machine(a);
    fill_host(&a->node.host);
    g->number = 1;
    g->count = g->all = gpus;
    snprintf(g->why_none, sizeof g->why_none, "%s", gpus == 0 ? "no NVIDIA driver on this node" : "");
    for (int i = 0; i < gpus; i++)
        fill_gpu(&g->gpus[i], i);
    if (gpus < 2)
        return;
    a->machine.n_devices = 2;
    a->machine.devices[1].info = (struct device_info){ .id = "cuda:0", .name = "NVIDIA H200", .pci = "0000:3C:00.0",
                                               .uuid = "GPU-1", .memory = (uint64_t)(139.8 * gibibyte) };
    a->machine.device = a->machine.devices[1];
    a->machine.missing[0] = '\0';
}

/* A minute and a half: there is room for more. */
static void fill_histories(struct node *n)
{
    for (int second = 0; second < 90; second++) {
        double wave = 0.5 + 0.5 * sin(second / 7.0);

        for (int i = 0; i < gpus; i++) {
            history_add(&n->gpu_load[i], reading_of(i == 1 ? 0.5 + wave / 2 : i < 4 ? 0 : wave * i / 7));
            history_add(&n->gpu_memory[i], reading_of(i == 1 ? 0.03 : 0.01));
        }
        history_add(&n->cpu_load, reading_of(wave));
        history_add(&n->node_load, reading_of(wave / 4));
        history_add(&n->disk_read, reading_of(wave * 1.5e8));
        history_add(&n->disk_write, reading_of(0));
        history_add(&n->network_in, second < 30 ? (struct reading){ 0 } : reading_of(3.4e6));
        history_add(&n->network_out, reading_of(1300));
    }
}

static void have(int gpu_count, int core_count)
{
    gpus = gpu_count;
    cores = core_count;
    desk_machine(desk_app);
}

static int setup(void **state)
{
    if (desk_open(state) != 0)
        return -1;
    desk_machine = machine;
    have(2, 4);
    fill_histories(&desk_app->node);
    return 0;
}

static void test_two_gpus_as_they_look(void **state)
{
    (void)state;
    desk_press(KEYCODE_F9);
    golden_check_canvas("devices-80x24", desk_draw());
    app_resize(desk_app, 24, 80, false);
    golden_check_canvas("devices-80x24-ascii", desk_draw());
    app_resize(desk_app, 50, 132, true);
    golden_check_canvas("devices-132x50", desk_draw());
    app_resize(desk_app, 12, 40, true);
    golden_check_canvas("devices-40x12", desk_draw());
}

static void test_eight_gpus_and_many_cores_as_they_look(void **state)
{
    (void)state;
    have(8, 128);
    fill_histories(&desk_app->node);
    desk_press('g');
    golden_check_canvas("devices-eight-80x24", desk_draw());
    app_resize(desk_app, 24, 80, false);
    golden_check_canvas("devices-eight-80x24-ascii", desk_draw());
}

static void test_a_node_without_gpus_says_why(void **state)
{
    (void)state;
    have(0, 4);
    desk_press(KEYCODE_F9);
    golden_check_canvas("devices-none-80x24", desk_draw());
}

/* Three that train together, of which one holds the others up. */
static void have_ranks(void)
{
    static const double works[] = { 20.4e-3, 25e-3, 19.8e-3 };
    struct rank_rows *ranks = &desk_app->live.ranks;
    struct rank_summary *together = &desk_app->live.status.together;

    *together = (struct rank_summary){ .ranks = 3, .nodes = 2, .perfect = 0.868, .behind = 0.225, .slow = 25e-3,
                                       .usual = 20.4e-3, .slowest = "rank 1 on node b12" };
    ranks->count = 3;
    for (int i = 0; i < ranks->count; i++) {
        ranks->rows[i].card = (struct rank_card){ .step = 25.1e-3, .waits = 25.1e-3 - works[i], .summing = 4e-3,
                                                  .hidden = 3e-3, .load = i == 1 ? 0.61 : -1 };
        snprintf(ranks->rows[i].name, sizeof ranks->rows[i].name, "rank %d on node b%d", i, i < 2 ? 12 : 13);
    }
}

static void test_ranks_as_they_look(void **state)
{
    (void)state;
    have_ranks();
    desk_press(KEYCODE_F9);
    golden_check_canvas("devices-ranks-80x24", desk_draw());
    have(0, 4);
    golden_check_canvas("devices-ranks-cpu-80x24", desk_draw());
    app_resize(desk_app, 20, 40, true);
    golden_check_canvas("devices-ranks-40x20", desk_draw());
}

static struct gpu_reading *gpu_at(int position)
{
    return &desk_app->node.gpus.gpus[position];
}

static void test_the_view_opens_on_the_gpu_that_trains_and_arrows_choose_another(void **state)
{
    (void)state;
    desk_press(KEYCODE_F9);
    assert_true(desk_shows("cuda:0 NVIDIA H200──"));
    assert_true(desk_shows("cuvette (this one)"));
    desk_press(KEYCODE_UP);
    assert_true(desk_shows("gpu 0 NVIDIA H200──"));
    desk_press(KEYCODE_UP);
    assert_true(desk_shows("gpu 0 NVIDIA H200──"));
    desk_press(KEYCODE_END);
    assert_true(desk_shows("cuda:0 NVIDIA H200──"));
}

static void test_each_way_out_leads_back_to_the_workbench(void **state)
{
    static const int out[] = { KEYCODE_ESCAPE, 'q', 'g', KEYCODE_F9, KEYCODE_F10, KEYCODE_CTRL_C };
    (void)state;

    for (size_t i = 0; i < sizeof out / sizeof *out; i++) {
        desk_press(KEYCODE_F9);
        assert_non_null(desk_app->display.dialog);
        desk_press(out[i]);
        assert_null(desk_app->display.dialog);
        assert_false(desk_app->display.leave);
    }
}

static void test_the_run_can_be_steered_from_the_view(void **state)
{
    double rate = desk_app->draft.recipe.optimiser.learning_rate;
    (void)state;

    desk_press(KEYCODE_F9);
    desk_press('+');
    assert_true(desk_app->draft.recipe.optimiser.learning_rate > 1.9 * rate);
    desk_press(' ');
    assert_true(desk_shows("nothing to pause: press F5 to train"));
    desk_press('b');
    assert_true(desk_app->display.detail);
    desk_press('?');
    assert_true(desk_shows("Everywhere"));
    desk_press(KEYCODE_ESCAPE);
    assert_true(desk_shows("2 min ago"));
    desk_go_to(PANEL_LAYERS); /* what is not seen is not changed */
    assert_int_equal(desk_app->display.focus, PANEL_DATASET);
}

static void test_what_is_unknown_is_never_shown_as_nothing(void **state)
{
    struct gpu_reading bare = { .index = 0, .name = "Old card", .mine = true };
    (void)state;

    have(1, 4);
    *gpu_at(0) = bare;
    desk_machine = desk_plain_machine;
    desk_app->node.host = (struct host_readings){ 0 };
    memset(&desk_app->node.cpu_load, 0, sizeof desk_app->node - offsetof(struct node, cpu_load));
    actions_key(desk_app, KEYCODE_F9);
    golden_check_canvas("devices-unknown-80x24", desk_draw());
}

static void test_a_lost_gpu_says_so_and_the_others_stay(void **state)
{
    (void)state;
    for (int cards = 0; cards < 2; cards++) {
        have(cards ? 2 : 8, 4);
        gpu_at(0)->lost = true;
        snprintf(gpu_at(0)->trouble, sizeof gpu_at(0)->trouble, "fell off the bus");
        actions_key(desk_app, KEYCODE_F9);
        assert_true(desk_shows("fell off the bus"));
        assert_true(desk_shows("412/700 W"));
        actions_key(desk_app, KEYCODE_ESCAPE);
    }
}

static void test_a_driver_that_hangs_is_told_beside_its_last_answer(void **state)
{
    (void)state;
    desk_app->node.gpus_stale = true;
    desk_press('g');
    assert_true(desk_shows("the driver does not answer"));
    assert_true(desk_shows("412/700 W"));
}

/* A node is shared: nobody asks its driver every second for what nobody looks at. */
static void test_gpus_are_read_often_while_their_view_is_open(void **state)
{
    const double *seconds = &desk_app->node.gpu_seconds;
    double before = *seconds;
    (void)state;

    assert_true(before >= 3);
    desk_press(KEYCODE_F9);
    assert_true(*seconds <= 1);
    desk_press('?'); /* over it */
    app_tick(desk_app);
    assert_true(*seconds <= 1);
    desk_press(KEYCODE_ESCAPE);
    desk_press(KEYCODE_ESCAPE);
    assert_null(desk_app->display.dialog);
    assert_true(*seconds == before);
}

static void test_instances_and_many_processes_scroll(void **state)
{
    struct gpu_reading *gpu;
    (void)state;

    desk_press(KEYCODE_F9);
    gpu = gpu_at(1);
    gpu->mig = GPU_MIG_ON;
    gpu->instance_count = 2;
    for (int i = 0; i < 2; i++)
        gpu->instances[i] = (struct gpu_instance){ .name = "1g.18gb", .memory_used = reading_of(gibibyte),
                                                   .memory_total = reading_of(18 * gibibyte) };
    gpu->process_count = 40;
    for (int i = 0; i < GPU_PROCESSES_MAX; i++)
        gpu->processes[i] = (struct gpu_process){ 1000 + i, -1, false, "python3", reading_of(gibibyte) };
    assert_true(desk_shows("MIG on"));
    assert_true(desk_shows("1.0/18 G     1g.18gb"));
    for (int page = 0; page < 2; page++)
        actions_key(desk_app, KEYCODE_PAGE_DOWN);
    assert_true(desk_shows("largest of 40"));
    for (int page = 0; page < 30; page++)
        actions_key(desk_app, KEYCODE_PAGE_DOWN);
    assert_true(desk_shows("   1015  python3"));
    for (int page = 0; page < 30; page++)
        actions_key(desk_app, KEYCODE_PAGE_UP);
    assert_true(desk_shows("1.0/18 G     1g.18gb"));
}

/* The driver gives the names of processes, and anybody may call theirs what they like. */
static void test_names_bring_no_control_characters_to_the_terminal(void **state)
{
    const struct canvas *c;
    (void)state;

    desk_press(KEYCODE_F9);
    snprintf(gpu_at(1)->name, sizeof gpu_at(1)->name, "evil\033[2Jcard");
    snprintf(gpu_at(1)->processes[1].name, sizeof gpu_at(1)->processes[1].name, "\033]0;x\007\xff");
    c = desk_draw();
    for (int i = 0; i < c->rows * c->columns; i++)
        assert_true(c->cells[i].character == 0 || c->cells[i].character >= ' ');
    assert_true(desk_shows("evil?[2Jcard"));
}

static void test_every_size_shows_something_and_draws_nothing_outside(void **state)
{
    static const int counts[] = { 0, 1, 2, 5, GPUS_MAX };
    (void)state;

    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        have(counts[i], counts[i] == 5 ? 256 : 6);
        desk_press(KEYCODE_F9);
        for (int rows = 12; rows < 60; rows += 5)
            for (int columns = 40; columns < 230; columns += 31) {
                app_resize(desk_app, rows, columns, rows % 2 == 0);
                assert_true(desk_shows("GPUs"));
                assert_true(desk_shows("Imaginary 9000"));
                assert_true(desk_shows("core"));
            }
        desk_press(KEYCODE_ESCAPE);
    }
}

static void test_the_workbench_shows_the_gpu_that_trains(void **state)
{
    (void)state;
    desk_go_to(PANEL_DEVICE);
    golden_check_canvas("gpu-80x24", desk_draw());
    app_resize(desk_app, 50, 132, true);
    assert_true(desk_shows("gpu  █████████▏   91 % 3.1/140 G  412 W  53 °C"));
    assert_true(desk_shows("cpu  ███▏▁▁▁▁▁▁   31 % of 4 cores"));
}

static void test_an_instance_has_its_own_memory(void **state)
{
    (void)state;
    gpu_at(1)->mig = GPU_MIG_ON;
    gpu_at(1)->load = (struct reading){ 0 };
    gpu_at(1)->instance_count = 1;
    gpu_at(1)->instances[0] = (struct gpu_instance){ .uuid = "MIG-1", .memory_used = reading_of(2 * gibibyte),
                                                     .memory_total = reading_of(16 * gibibyte) };
    snprintf(desk_app->machine.device.info.uuid, sizeof desk_app->machine.device.info.uuid, "MIG-1");
    assert_true(desk_shows("n/a  2.0/16 G"));
}

#define SCREEN_TEST(test) cmocka_unit_test_setup_teardown(test, setup, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_two_gpus_as_they_look),
        SCREEN_TEST(test_eight_gpus_and_many_cores_as_they_look),
        SCREEN_TEST(test_ranks_as_they_look),
        SCREEN_TEST(test_a_node_without_gpus_says_why),
        SCREEN_TEST(test_the_view_opens_on_the_gpu_that_trains_and_arrows_choose_another),
        SCREEN_TEST(test_each_way_out_leads_back_to_the_workbench),
        SCREEN_TEST(test_the_run_can_be_steered_from_the_view),
        SCREEN_TEST(test_what_is_unknown_is_never_shown_as_nothing),
        SCREEN_TEST(test_a_lost_gpu_says_so_and_the_others_stay),
        SCREEN_TEST(test_a_driver_that_hangs_is_told_beside_its_last_answer),
        SCREEN_TEST(test_gpus_are_read_often_while_their_view_is_open),
        SCREEN_TEST(test_instances_and_many_processes_scroll),
        SCREEN_TEST(test_names_bring_no_control_characters_to_the_terminal),
        SCREEN_TEST(test_every_size_shows_something_and_draws_nothing_outside),
        SCREEN_TEST(test_the_workbench_shows_the_gpu_that_trains),
        SCREEN_TEST(test_an_instance_has_its_own_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
