/* What every test program includes first: cmocka needs its own headers in this order. */
#ifndef TESTS_SUPPORT_CHECK_H
#define TESTS_SUPPORT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"

/* A call that must succeed: its error is the failure's text. */
#define assert_good(call, e) \
    do { \
        if (!(call)) \
            fail_msg("%s: %s", #call, (e).text); \
    } while (0)

/* A call that must fail with an error that says `part`. */
#define assert_bad(call, e, part) \
    do { \
        if (call) \
            fail_msg("%s succeeded", #call); \
        if (!strstr((e).text, (part))) \
            fail_msg("%s says '%s', not '%s'", #call, (e).text, (part)); \
    } while (0)

#endif
