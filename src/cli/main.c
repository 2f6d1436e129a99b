#include <stdio.h>

#include "base/version.h"

int main(void)
{
    puts("cuvette " CUVETTE_VERSION);
    return 0;
}
