/* The library of an MPI that no node has. */
#include <string.h>

int MPI_Of_the_tests(void);
int MPI_Get_library_version(char *text, int *length);

int MPI_Of_the_tests(void)
{
    return 0;
}

int MPI_Get_library_version(char *text, int *length)
{
    strcpy(text, "MPI of the tests:\t1.0\nand more");
    *length = (int)strlen(text);
    return 0;
}
