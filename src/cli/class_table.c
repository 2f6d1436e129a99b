#include "cli/class_table.h"

#include <stdio.h>

#include "base/limits.h"

static void print_balance(const struct dataset_info *info, const uint32_t *images)
{
    uint32_t least = images[0], most = images[0];

    for (int class = 1; class < info->classes; class ++) {
        least = uint32_min(least, images[class]);
        most = images[class] > most ? images[class] : most;
    }
    if (least == 0)
        printf("\nthere are classes without training images\n");
    else if (most > 2 * (uint64_t)least)
        printf("\nthe largest class has %.1f times the training images of the smallest\n", (double)most / least);
}

void class_table_print(const struct dataset_info *info, uint32_t *const of_class[SPLIT_COUNT])
{
    char name[CLASS_NAME_SIZE];

    printf("\n%8s %8s  class\n", "train", "test");
    for (int class = 0; class < info->classes; class ++) {
        source_class_name(info, class, name, sizeof name);
        printf("%8u %8u  %s\n", of_class[SPLIT_TRAIN][class], of_class[SPLIT_TEST][class], name);
    }
    print_balance(info, of_class[SPLIT_TRAIN]);
}
