#include "base/program.h"

#include <string.h>
#include <unistd.h>

bool program_path(char out[PATH_SIZE], struct error *e)
{
    ssize_t length = readlink("/proc/self/exe", out, PATH_SIZE - 1);

    if (length < 0)
        return error_set_errno(e, "cannot find this program's path");
    out[length] = '\0';
    return length < PATH_SIZE - 1 || error_set(e, ERROR_INPUT, "the path of this program is too long");
}

bool program_beside(char out[PATH_SIZE], const char *place)
{
    char folder[PATH_SIZE];
    struct error ignored = { 0 };

    if (!program_path(folder, &ignored))
        return false;
    *strrchr(folder, '/') = '\0';
    return path_join(out, folder, place, &ignored) && access(out, F_OK) == 0;
}
