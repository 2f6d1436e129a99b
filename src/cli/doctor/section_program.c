/* cuvette itself, and the libraries that it works with. */
#include <archive.h>
#include <cairo.h>
#include <curses.h>
#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <hdf5.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <png.h>
#include <protobuf-c/protobuf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/hdf5.h"
#include "base/text.h"
#include "base/version.h"
#include "cli/doctor/section.h"
#include "host/library.h"

enum { VERSION_SIZE = 64 };

static void hdf5_version(char out[VERSION_SIZE])
{
    unsigned major = 0, minor = 0, release = 0;

    hdf5_lock();
    H5get_libversion(&major, &minor, &release);
    hdf5_unlock();
    snprintf(out, VERSION_SIZE, "%u.%u.%u", major, minor, release);
}

/* The number in a text; NULL: the library does not tell. */
static void text_version(char out[VERSION_SIZE], const char *text)
{
    const char *number = text ? strpbrk(text, "0123456789") : NULL;

    if (number)
        snprintf(out, VERSION_SIZE, "%.*s", (int)strcspn(number, " "), number);
    else
        text_copy(out, VERSION_SIZE, "of unknown version");
}

#if JANSSON_VERSION_HEX >= 0x020d00 /* 2.13: the first that tells */
#define JANSSON_RUNNING jansson_version_str()
#else
#define JANSSON_RUNNING JANSSON_VERSION
#endif

#define OF_NUMBERS(major, minor, release)  OF_NUMBERS_(major, minor, release)
#define OF_NUMBERS_(major, minor, release) #major "." #minor "." #release

/* Name, the version that runs (NULL: HDF5 is asked), the one that it was built with, a function of it. */
#define LIBRARIES(X)                                                                                                   \
    X("C library", gnu_get_libc_version(), gnu_get_libc_version(), gnu_get_libc_version)                               \
    X("HDF5", NULL, OF_NUMBERS(H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE), H5get_libversion)                       \
    X("zlib", zlibVersion(), ZLIB_VERSION, zlibVersion)                                                                \
    X("libarchive", archive_version_string(), ARCHIVE_VERSION_STRING, archive_version_string)                          \
    X("OpenSSL", OpenSSL_version(OPENSSL_VERSION), OPENSSL_VERSION_TEXT, OpenSSL_version)                              \
    X("libpng", png_get_libpng_ver(NULL), PNG_LIBPNG_VER_STRING, png_get_libpng_ver)                                   \
    X("Jansson", JANSSON_RUNNING, JANSSON_VERSION, json_loads)                                                         \
    X("Cairo", cairo_version_string(), CAIRO_VERSION_STRING, cairo_version_string)                                     \
    X("ncurses", curses_version(), NCURSES_VERSION, curses_version)                                                    \
    X("protobuf-c", protobuf_c_version(), PROTOBUF_C_VERSION, protobuf_c_version)

/* One that is newer than what cuvette was built with is as usual; an older one may lack something. */
static void tell_library(struct page *p, const char *name, const char *running, const char *built_with,
                         const void *function)
{
    char version[VERSION_SIZE], built[VERSION_SIZE], path[PATH_SIZE];

    text_version(built, built_with);
    if (running)
        text_version(version, running);
    else
        hdf5_version(version);
    library_of(function, path);
    if (strverscmp(version, built) < 0)
        page_odd(p, name, "load the module or activate the environment that cuvette was built with, or build it here",
                 "%s, older than the %s that cuvette was built with: %s", version, built, path);
    else
        page_fine(p, name, "%s: %s", version, path);
}

static void look_at_openblas(struct page *p)
{
    static const char *const names[] = { "libopenblas.so.0", "libopenblaso.so.0", "libopenblasp.so.0", NULL };
    const char *(*config)(void);
    char version[VERSION_SIZE];
    struct library l;

    page_looks_at(p, "OpenBLAS");
    setenv("OMP_NUM_THREADS", "1", true); /* this process is a copy */
    setenv("OPENBLAS_NUM_THREADS", "1", true);
    if (!library_load(&l, names)) {
        page_odd(p, "OpenBLAS", "apt install libopenblas0, or module load openblas",
                 "not found, so that large matrices cannot be multiplied: %s", l.reason);
        return;
    }
    *(void **)&config = dlsym(l.handle, "openblas_get_config");
    text_version(version, config ? config() : NULL);
    page_fine(p, "OpenBLAS", "%s: %s", version, l.path);
}

static void look_at_curl(struct page *p)
{
    static const char *const names[] = { "libcurl.so.4", "libcurl-gnutls.so.4", NULL };
    char *(*curl_version)(void);
    char version[VERSION_SIZE];
    struct library l;

    page_looks_at(p, "libcurl");
    if (!library_load(&l, names)) {
        page_absent(p, "libcurl", "not found: only 'cuvette data fetch' needs it");
        return;
    }
    *(void **)&curl_version = dlsym(l.handle, "curl_version");
    text_version(version, curl_version ? curl_version() : NULL);
    page_fine(p, "libcurl", "%s: %s", version, l.path);
}

static void look(struct page *p)
{
    char program[PATH_SIZE] = "";

    page_fine(p, "cuvette", "%s: %s", CUVETTE_VERSION, realpath("/proc/self/exe", program) ? program : "unknown");
#define LIBRARY_ROW(name, running, built, function) tell_library(p, name, running, built, (const void *)function);
    LIBRARIES(LIBRARY_ROW)
#undef LIBRARY_ROW
    look_at_openblas(p);
    look_at_curl(p);
}

SECTION_OF_DOCTOR(program) = { .name = "program", .title = "Program and libraries", .look = look };
