#include "plot/chart_fonts.h"

#include <pthread.h>
#include <stdlib.h>

#include <fontconfig/fontconfig.h>

#include "base/program.h"

/* Without a variable, which other processes would inherit, and by files: folders would want a cache. */
static FcConfig *with_own_fonts(void)
{
    static const char *const files[] = { "../share/cuvette/fonts/DejaVuSans.ttf",
                                         "../share/cuvette/fonts/DejaVuSans-Bold.ttf" };
    FcConfig *config = FcConfigCreate();
    char path[PATH_SIZE];

    for (size_t i = 0; i < sizeof files / sizeof *files && config; i++)
        if (!program_beside(path, files[i]) || !FcConfigAppFontAddFile(config, (const FcChar8 *)path)) {
            FcConfigDestroy(config);
            config = NULL;
        }
    return config;
}

static void prepare(void)
{
    FcConfig *config = getenv("FONTCONFIG_FILE") || getenv("FONTCONFIG_PATH") ? NULL : with_own_fonts();

    if (!config)
        return;
    FcConfigSetCurrent(config);
    FcConfigDestroy(config);
}

void chart_fonts_prepare(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, prepare);
}
