#include "tests/support/scratch.h"

#include <dirent.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

void scratch_make(char out[PATH_SIZE])
{
    const char *where = getenv("TMPDIR");

    assert_true(snprintf(out, PATH_SIZE, "%s/cuvette-test-XXXXXX", where ? where : "/tmp") < PATH_SIZE);
    assert_non_null(mkdtemp(out));
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void scratch_remove(const char *folder)
{
    assert_int_equal(nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
}

const char *scratch_path(const char *folder, const char *format, ...)
{
    static char paths[8][PATH_SIZE];
    static unsigned next;
    char *path = paths[next++ % 8];
    va_list arguments;

    int used = snprintf(path, PATH_SIZE, "%s/", folder);
    va_start(arguments, format);
    int more = vsnprintf(path + used, PATH_SIZE - (size_t)used, format, arguments);
    va_end(arguments);
    assert_true(used + more < PATH_SIZE);
    return path;
}

void scratch_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

char *scratch_read(const char *path)
{
    FILE *file = fopen(path, "r");
    struct stat status;

    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &status), 0);

    size_t size = (size_t)status.st_size;
    char *text = malloc(size + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, size, file), size);
    text[size] = '\0';
    fclose(file);
    return text;
}

int scratch_count(const char *folder)
{
    DIR *entries = opendir(folder);
    int count = 0;

    if (!entries)
        return -1;
    for (const struct dirent *entry; (entry = readdir(entries));)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(entries);
    return count;
}
