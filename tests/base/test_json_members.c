/* Structs that are JSON objects: what is unknown is null, and what is of another kind is named. */
#include "tests/support/check.h"

#include <math.h>

#include <jansson.h>

#include "base/json_members.h"

struct record {
    char name[8];
    bool good;
    int degrees, place, count;
    uint32_t images;
    uint64_t steps;
    double seconds;
};

#define AT(member) JSON_MEMBER(struct record, member)

static const struct json_member table[] = {
    { "name", JSON_KIND_TEXT, AT(name) },         { "good", JSON_KIND_FLAG, AT(good) },
    { "degrees", JSON_KIND_INTEGER, AT(degrees) }, { "place", JSON_KIND_ORDINAL, AT(place) },
    { "count", JSON_KIND_WHOLE, AT(count) },       { "images", JSON_KIND_WHOLE32, AT(images) },
    { "steps", JSON_KIND_WHOLE64, AT(steps) },     { "seconds", JSON_KIND_MEASURE, AT(seconds) },
};

enum { MEMBERS = sizeof table / sizeof *table };

static void assert_written(const struct record *r, const char *wanted)
{
    json_t *object = json_object();

    assert_true(object && json_members_put(object, table, MEMBERS, r));
    char *text = json_dumps(object, JSON_COMPACT);

    assert_string_equal(text, wanted);
    free(text);
    json_decref(object);
}

/* The key that is wrong, or NULL. */
static const char *take(struct record *r, const char *text)
{
    json_t *object = json_loads(text, 0, NULL);

    assert_non_null(object);
    const char *wrong = json_members_take(r, table, MEMBERS, object);

    json_decref(object);
    return wrong;
}

static const char whole[] = "{\"name\":\"a?b\",\"good\":true,\"degrees\":-40,\"place\":1,\"count\":0,\"images\":7,"
                            "\"steps\":5000000000,\"seconds\":0.5}";

static void what_is_written_is_read_again(void **state)
{
    const struct record r = { "a\x1b" "b", true, -40, 1, 0, 7, 5000000000, 0.5 };
    struct record back = { "" };
    (void)state;

    assert_written(&r, whole);
    assert_null(take(&back, whole));
    assert_written(&back, whole);
}

static void what_is_unknown_is_null(void **state)
{
    static const char unknown[] = "{\"name\":null,\"good\":false,\"degrees\":0,\"place\":null,\"count\":0,\"images\":0,"
                                  "\"steps\":0,\"seconds\":null}";
    const struct record r = { .seconds = NAN };
    struct record back = { .count = 3, .seconds = 1 };
    (void)state;

    assert_written(&r, unknown);
    assert_null(take(&back, "{\"count\":null}"));
    assert_int_equal(back.count, 3);
    assert_true(back.seconds == -1);
    back.seconds = 1;
    assert_null(json_members_take(&back, table, MEMBERS, NULL));
    assert_true(back.seconds == -1);
}

static void what_is_of_another_kind_is_named(void **state)
{
    static const char *const cases[][2] = {
        { "name", "{\"name\":7}" },        { "good", "{\"good\":1}" },        { "degrees", "{\"degrees\":3000000000}" },
        { "degrees", "{\"degrees\":0.5}" }, { "place", "{\"place\":\"one\"}" }, { "count", "{\"count\":-1}" },
        { "count", "{\"count\":3000000000}" }, { "images", "{\"images\":-1}" }, { "images", "{\"images\":3000000000}" },
        { "steps", "{\"steps\":-1}" },     { "seconds", "{\"seconds\":\"1\"}" },
    };
    struct record r;
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        r = (struct record){ .place = 1 };
        const char *wrong = take(&r, cases[i][1]);

        if (!wrong)
            fail_msg("%s was taken", cases[i][1]);
        assert_string_equal(wrong, cases[i][0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(what_is_unknown_is_null),
        cmocka_unit_test(what_is_of_another_kind_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
