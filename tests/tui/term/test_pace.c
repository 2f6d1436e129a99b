/* Frames over links that are played in virtual time: which share of a link they take, for how long the picture stands
 * still, how soon a change of the link is noticed. */
#include "tests/support/check.h"

#include <math.h>

#include "base/random.h"
#include "tui/term/flow.h"

/* What ssh and TCP add to anything that is sent. */
enum { PACKET_BYTES = 90, ANSWER_BYTES = 4, ANSWERS_MAX = 64, REQUEST_BYTES = 4 };

static const double step_seconds = 0.002, resend_seconds = 1;

/* Both ways are alike. Nothing overtakes: what is lost is sent again, and all behind it waits. */
struct path {
    double bytes_a_second, delay, loss;
};

static const struct path local = { 20e6, 0.0005, 0 }, office = { 1e6, 0.01, 0.001 }, abroad = { 125e3, 0.08, 0.01 },
                         modem = { 1200, 0.3, 0.05 };

/* One way of a link: when it is free, and when the newest of what it carries arrives. */
struct way {
    double free_at, newest;
};

struct play {
    struct path path;
    struct flow flow;
    struct way there, back;
    double stall_begin, stall_end; /* nothing passes; none while equal */
    double answers[ANSWERS_MAX];
    int n_answers, lose; /* so many answers are never sent */
    bool deaf, still; /* the terminal never answers; nothing happens that would be shown */
    double now, frame_at;
    uint32_t drawn; /* random numbers */
    /* Since play_mark(): */
    double marked_at, longest_gap;
    double bytes, wire;
    int frames;
};

static double chance(struct play *p)
{
    uint32_t counter[4] = { p->drawn++ }, key[2] = { 7 };

    return random_philox(counter, key).word[0] / 4294967296.0;
}

static double carry(struct play *p, struct way *w, double bytes)
{
    double start = fmax(w->free_at, p->now);

    p->wire += w == &p->there ? bytes + PACKET_BYTES : 0;
    if (start >= p->stall_begin && start < p->stall_end)
        start = p->stall_end;
    w->free_at = start + (bytes + PACKET_BYTES) / p->path.bytes_a_second;

    double arrives = w->free_at + p->path.delay;

    while (chance(p) < p->path.loss)
        arrives += fmax(resend_seconds, 3 * p->path.delay);
    if (arrives >= p->stall_begin && arrives < p->stall_end)
        arrives = p->stall_end;
    w->newest = fmax(w->newest, arrives);
    return w->newest;
}

static void send_request(struct play *p, double bytes)
{
    double now = p->now, asked_at = carry(p, &p->there, bytes);

    if (p->deaf || (p->lose > 0 && p->lose-- > 0))
        return;
    assert_true(p->n_answers < ANSWERS_MAX);
    p->now = asked_at;
    p->answers[p->n_answers++] = carry(p, &p->back, ANSWER_BYTES);
    p->now = now;
}

static void frame(struct play *p, size_t bytes, bool asked)
{
    p->longest_gap = fmax(p->longest_gap, p->now - fmax(p->frame_at, p->marked_at));
    p->frame_at = p->now;
    p->frames++;
    p->bytes += (double)bytes;
    flow_frame(&p->flow, bytes, asked, p->now);
    send_request(p, (double)bytes);
}

static void take_answers(struct play *p)
{
    int n = 0;

    while (n < p->n_answers && p->answers[n] <= p->now) {
        flow_answer(&p->flow, p->now);
        n++;
    }
    p->n_answers -= n;
    memmove(p->answers, p->answers + n, (size_t)p->n_answers * sizeof *p->answers);
}

/* A figure, or a few curves and readings; the more the longer nothing was shown. */
static size_t update_bytes(struct play *p)
{
    double random = chance(p);

    return (size_t)(40 + 120 * random * random + fmin(40 * (p->now - p->frame_at), 120));
}

/* Training: there is always something new. */
static void run(struct play *p, double seconds)
{
    double wait;

    for (double end = p->now + seconds; p->now < end; p->now += step_seconds) {
        take_answers(p);
        if (flow_overdue(&p->flow, p->now)) {
            flow_request(&p->flow, true, p->now);
            p->bytes += REQUEST_BYTES;
            send_request(p, REQUEST_BYTES);
        }
        if (!p->still && flow_ready(&p->flow, false, p->now, &wait))
            frame(p, update_bytes(p), false);
    }
    p->longest_gap = fmax(p->longest_gap, p->now - fmax(p->frame_at, p->marked_at));
}

static void mark(struct play *p)
{
    p->marked_at = p->now;
    p->longest_gap = p->bytes = p->wire = 0;
    p->frames = 0;
}

static struct play begin_with(struct path path, struct pace_limits limits)
{
    struct play p = { .path = path };

    flow_begin(&p.flow, &limits, 0);
    frame(&p, 1500, true);
    return p;
}

static struct play begin(struct path path)
{
    return begin_with(path, (struct pace_limits){ 0 });
}

static double share(const struct play *p)
{
    return p->wire / (p->now - p->marked_at) / p->path.bytes_a_second;
}

static double rate(const struct play *p)
{
    return p->frames / (p->now - p->marked_at);
}

static void print(const char *what, const struct play *p)
{
    print_message("%-20s %5.2f frames/s, %6.1f B/s, %4.1f %% of the link, longest gap %.2f s; found: %.0f ms, "
                  "%.0f B/s\n", what, rate(p), p->bytes / (p->now - p->marked_at), 100 * share(p), p->longest_gap,
                  1000 * p->flow.pace.delay, 1 / p->flow.pace.seconds_a_byte);
}

static void settle(struct play *p, double seconds)
{
    run(p, seconds);
    mark(p);
}

static void test_the_screen_lives_where_the_link_is_near(void **state)
{
    static const struct path near[] = { { 20e6, 0.0005, 0 }, { 1e6, 0.01, 0.001 }, { 100e3, 0.002, 0 },
                                        { 2e6, 0.022, 0 } };
    (void)state;

    for (size_t i = 0; i < sizeof near / sizeof *near; i++) {
        struct play p = begin(near[i]);

        settle(&p, 2);
        run(&p, 30);
        print("near", &p);
        assert_true(rate(&p) >= 5 && rate(&p) <= 10.1);
        assert_true(share(&p) <= 0.1);
    }
}

static void test_a_local_screen_never_stands_still(void **state)
{
    struct play p = begin(local);
    (void)state;

    run(&p, 30);
    print("local", &p);
    assert_true(p.longest_gap < 0.2);
    assert_true(rate(&p) > 9);
}

static void test_a_slow_link_gives_a_tenth_at_most(void **state)
{
    static const struct path slow[] = { { 1200, 0.3, 0.05 }, { 1200, 0.3, 0 }, { 1200, 0.005, 0 }, { 300, 0.2, 0.02 },
                                        { 4000, 0.4, 0.05 }, { 125e3, 0.08, 0 }, { 1e6, 0.3, 0 } };
    (void)state;

    for (size_t i = 0; i < sizeof slow / sizeof *slow; i++) {
        struct play p = begin(slow[i]);

        settle(&p, 20);
        run(&p, 300);
        print("slow", &p);
        assert_true(share(&p) <= 0.1);
        assert_true(p.bytes <= 0.06 * slow[i].bytes_a_second * 300);
    }
}

static void test_sixty_bytes_a_second_at_9600_bits(void **state)
{
    struct play p = begin(modem);
    (void)state;

    run(&p, 5);
    mark(&p);
    run(&p, 120);
    print("9600 bit/s, 300 ms", &p);
    assert_true(p.bytes <= 60 * 120);
    assert_true(p.bytes >= 15 * 120);
}

static void test_two_frames_a_second_at_a_megabit(void **state)
{
    struct play p = begin(abroad);
    (void)state;

    run(&p, 3);
    mark(&p);
    run(&p, 60);
    print("1 Mbit/s, 80 ms", &p);
    assert_true(rate(&p) >= 2);
    assert_true(share(&p) <= 0.1);
}

static void test_a_link_that_gets_worse_is_noticed_within_seconds(void **state)
{
    static const struct path before[] = { { 20e6, 0.0005, 0 }, { 125e3, 0.08, 0.01 }, { 125e3, 0.3, 0 } };
    (void)state;

    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        struct play p = begin(before[i]);

        run(&p, 20);
        p.path = modem;
        settle(&p, 10);
        run(&p, 60);
        print("became a modem", &p);
        assert_true(share(&p) <= 0.15);
    }
}

static void test_a_link_that_gets_better_is_noticed_within_seconds(void **state)
{
    static const struct {
        struct path after;
        double frames;
    } cases[] = { { { 20e6, 0.0005, 0 }, 8 }, { { 125e3, 0.08, 0.01 }, 2 }, { { 1e6, 0.01, 0.001 }, 5 } };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct play p = begin(modem);

        run(&p, 30);
        p.path = cases[i].after;
        settle(&p, 10);
        run(&p, 30);
        print("was a modem", &p);
        assert_true(rate(&p) >= cases[i].frames);
    }
}

static void test_a_lost_answer_holds_the_picture_for_a_second_at_most(void **state)
{
    struct play p = begin(office);
    (void)state;

    settle(&p, 5);
    p.lose = 1;
    run(&p, 5);
    assert_true(p.longest_gap < 1.2);

    p = begin(modem);
    p.path.loss = 0;
    settle(&p, 30);
    p.lose = 1;
    run(&p, 20);
    print("a lost answer", &p);
    assert_true(p.longest_gap < 6);
}

static void test_a_stalled_link_gets_no_backlog_and_is_current_within_one_frame(void **state)
{
    static const struct path paths[] = { { 1e6, 0.01, 0 }, { 1200, 0.3, 0 } };
    (void)state;

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct play p = begin(paths[i]);
        double trip = 2 * paths[i].delay + 1;

        run(&p, 20);
        p.stall_begin = p.now;
        p.stall_end = p.now + 30;
        for (mark(&p); p.frames == 0 || p.flow.owed == 0;) /* the last one sets out */
            run(&p, step_seconds);
        mark(&p);
        run(&p, p.stall_end - p.now - 0.1);
        assert_int_equal(p.frames, 0);
        assert_true(p.bytes <= 10 * REQUEST_BYTES);
        run(&p, 0.1 + trip);
        print("after a stall", &p);
        assert_true(p.frames >= 1);
        settle(&p, 10);
        run(&p, 30);
        assert_true(rate(&p) > (i == 0 ? 4 : 0.2)); /* as if nothing had been */
    }
}

static void test_a_terminal_that_never_answers_gets_as_many_frames_as_the_user_says(void **state)
{
    (void)state;

    for (double frames = 0; frames <= 4; frames += 2) {
        struct play p = begin_with(local, (struct pace_limits){ .rate = frames });

        p.deaf = true;
        p.n_answers = 0;
        settle(&p, 10);
        run(&p, 30);
        assert_true(fabs(rate(&p) - fmax(frames, 1)) < 0.1);
    }
}

static void test_the_user_can_ask_for_less(void **state)
{
    struct play p = begin_with(local, (struct pace_limits){ .slow = true });
    (void)state;

    settle(&p, 5);
    run(&p, 60);
    print("slow, local", &p);
    assert_true(p.bytes <= 40 * 60 && p.bytes > 20 * 60);

    p = begin_with(local, (struct pace_limits){ .rate = 2 });
    settle(&p, 5);
    run(&p, 60);
    assert_true(rate(&p) > 1.8 && rate(&p) < 2.05);
}

/* What a key asks for is sent as soon as the last frame has arrived, however dear that was. */
static void test_a_key_does_not_wait_for_the_budget(void **state)
{
    struct play p = begin(modem);
    double wait;
    (void)state;

    p.path.loss = 0;
    run(&p, 20);
    p.still = true;
    while (!flow_ready(&p.flow, true, p.now, &wait))
        run(&p, step_seconds);
    frame(&p, 800, false);
    run(&p, 3);
    assert_false(flow_ready(&p.flow, false, p.now, &wait));
    assert_true(wait > 3);
    assert_true(flow_ready(&p.flow, true, p.now, &wait));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_screen_lives_where_the_link_is_near),
        cmocka_unit_test(test_a_local_screen_never_stands_still),
        cmocka_unit_test(test_a_slow_link_gives_a_tenth_at_most),
        cmocka_unit_test(test_sixty_bytes_a_second_at_9600_bits),
        cmocka_unit_test(test_two_frames_a_second_at_a_megabit),
        cmocka_unit_test(test_a_link_that_gets_worse_is_noticed_within_seconds),
        cmocka_unit_test(test_a_link_that_gets_better_is_noticed_within_seconds),
        cmocka_unit_test(test_a_lost_answer_holds_the_picture_for_a_second_at_most),
        cmocka_unit_test(test_a_stalled_link_gets_no_backlog_and_is_current_within_one_frame),
        cmocka_unit_test(test_a_terminal_that_never_answers_gets_as_many_frames_as_the_user_says),
        cmocka_unit_test(test_the_user_can_ask_for_less),
        cmocka_unit_test(test_a_key_does_not_wait_for_the_budget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
