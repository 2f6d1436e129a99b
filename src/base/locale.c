#include "base/locale.h"

#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/program.h"
#include "base/text.h"

static bool wants_utf8(void)
{
    const char *all = getenv("LC_ALL"), *type = getenv("LC_CTYPE"), *language = getenv("LANG");
    const char *wanted = all && *all ? all : type && *type ? type : language ? language : "";

    return strcasestr(wanted, ".utf-8") || strcasestr(wanted, ".utf8");
}

/* A bundle has the letters of that locale with it, for nodes that have none at all. */
static void take_bundled(void)
{
    static char setting[PATH_SIZE + 16] = "LOCPATH=";
    static const char *const settings[] = { setting };
    char folder[PATH_SIZE], **outside = environ;

    if (!program_beside(folder, "../share/cuvette/locale") || !text_append(setting, sizeof setting, "%s", folder))
        return;
    environ = environment_with(settings, 1);
    if (environ)
        setlocale(LC_CTYPE, "C.UTF-8");
    free(environ);
    environ = outside;
}

void locale_take(void)
{
    if (!setlocale(LC_ALL, "") && wants_utf8() && !setlocale(LC_CTYPE, "C.UTF-8"))
        take_bundled();
    setlocale(LC_NUMERIC, "C");
}
