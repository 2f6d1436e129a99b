#include "cli/json_out.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/json_text.h"
#include "base/path.h"
#include "base/text.h"

json_t *json_out_text(const char *foreign)
{
    char clean[PATH_SIZE];

    text_sanitise(clean, sizeof clean, foreign);
    return json_string(clean);
}

json_t *json_out_figure(double figure)
{
    return isfinite(figure) ? json_real(figure) : json_null();
}

bool json_out_print(json_t *value, size_t flags, const char *what, struct error *e)
{
    char *text = json_text(value, flags);
    bool had_memory = text != NULL, printed = text && puts(text) != EOF;

    json_decref(value);
    free(text);
    if (!had_memory)
        return error_set(e, ERROR_MEMORY, "no memory to print %s", what);
    return printed || error_set_errno(e, "cannot print %s", what);
}
