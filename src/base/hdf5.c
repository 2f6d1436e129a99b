#include "base/hdf5.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <hdf5.h>

#include "base/fork.h"
#include "base/hdf5_lzf.h"
#include "base/text.h"

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t prepared = PTHREAD_ONCE_INIT;
static pid_t prepared_by;

/* All files are closed by those that open them. The library's own clean-up at exit has nothing to do, but could crash
 * over a file that could not be closed, or race with a thread that is still in the library.
 *
 * A file that somebody sent must not name other files to open, nor code to load: links to other files are taken out of
 * the library, and filters are loaded only where the user has named a folder of them. */
static void prepare(void)
{
    const char *filters = getenv("HDF5_PLUGIN_PATH");

    H5dont_atexit();
    H5Lunregister(H5L_TYPE_EXTERNAL);
    if (!filters || !filters[0])
        H5PLset_loading_state(0);
    hdf5_lzf_register();
    prepared_by = getpid();
    fork_keep_open(&one_at_a_time); /* a child process may call the library (base/guard.h) */
}

void hdf5_lock(void)
{
    pthread_mutex_lock(&one_at_a_time);
    pthread_once(&prepared, prepare);
    /* Each time, as a build for threads keeps this setting for each thread. */
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    errno = 0;
}

void hdf5_unlock(void)
{
    pthread_mutex_unlock(&one_at_a_time);
}

/* A child process knows the files that its parent has open, and would read them through descriptors which a guard has
 * closed. Of another driver's files it knows none. */
int64_t hdf5_read_access(void)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);

    H5Pset_file_locking(access, false, true);
    if (getpid() != prepared_by)
        H5Pset_fapl_stdio(access);
    return access;
}

/* The file drivers give the system's errno in the text of their message, and nowhere else. */
static herr_t find_errno(unsigned position, const H5E_error2_t *entry, void *context)
{
    static const char before[] = "errno = ";
    const char *found = entry->desc ? strstr(entry->desc, before) : NULL;

    (void)position;
    if (found)
        *(int *)context = atoi(found + sizeof before - 1);
    return 0;
}

/* Is it for want of memory that the library failed? */
static herr_t find_memory(unsigned position, const H5E_error2_t *entry, void *context)
{
    (void)position;
    if (entry->maj_num == H5E_RESOURCE || entry->min_num == H5E_NOSPACE || entry->min_num == H5E_CANTALLOC)
        *(bool *)context = true;
    return 0;
}

bool hdf5_error(struct error *e, enum error_kind kind, const char *format, ...)
{
    bool memory = errno == ENOMEM; /* since hdf5_lock(): some of its calls tell another reason, or none */
    int number = 0;
    va_list arguments;

    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, find_errno, &number);
    e->kind = kind;
    va_start(arguments, format);
    vsnprintf(e->text, sizeof e->text, format, arguments);
    va_end(arguments);
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, find_memory, &memory);
    if (number) {
        text_append(e->text, sizeof e->text, ": %s", strerror(number));
    } else if (memory) {
        error_set(e, ERROR_MEMORY, "not enough memory for what the HDF5 library does with a file");
    }
    return false;
}

/* Memory takes what is left, and becomes as long as the library wants it, as no device would. */
void hdf5_give_up(int64_t file)
{
    int nowhere = memfd_create("hdf5", MFD_CLOEXEC);
    void *handle;

    if (nowhere < 0)
        nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nowhere < 0)
        return;
    if (H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) >= 0)
        dup3(nowhere, *(int *)handle, O_CLOEXEC);
    close(nowhere);
}
