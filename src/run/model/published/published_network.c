#include "run/model/published/published_network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "nn/recipe/recipe_file.h"

/* Of residual blocks, without and with a convolution in the skip. */
#define BASIC "{conv1,bn1,conv2,bn2}"
#define BASIC_PROJECTED "{conv1,bn1,conv2,bn2,downsample.0,downsample.1}"

#define DEEP "{conv1,bn1,conv2,bn2,conv3,bn3}"
#define DEEP_PROJECTED "{conv1,bn1,conv2,bn2,conv3,bn3,downsample.0,downsample.1}"

/* timm's inverted residuals, the first of which does not widen. */
#define SEPARABLE "{conv_dw,bn1,conv_pw,bn2}"
#define INVERTED "{conv_pw,bn1,conv_dw,bn2,conv_pwl,bn3}"
#define KERAS_MOBILENET_V2                                                                                             \
    "Conv1 bn_Conv1 expanded_conv_{depthwise,depthwise_BN,project,project_BN} "                                        \
    "block_{1..16}_{expand,expand_BN,depthwise,depthwise_BN,project,project_BN} Conv_1 Conv_1_bn"

/* Sources: torchvision/models, timm/models, keras/applications. */
const struct published_network published_networks[] = {
    { .name = "torchvision's alexnet",
      .preset = "alexnet",
      .layers = "features.{0,3,6,8,10} classifier.{1,4,6}" },
    { .name = "torchvision's vgg16",
      .preset = "vgg16",
      .layers = "features.{0,2,5,7,10,12,14,17,19,21,24,26,28} classifier.{0,3,6}" },
    { .name = "timm's vgg16",
      .preset = "vgg16",
      .layers = "features.{0,2,5,7,10,12,14,17,19,21,24,26,28} pre_logits.{fc1,fc2} head.fc" },
    { .name = "Keras's VGG16",
      .preset = "vgg16",
      .layout = PUBLISHED_KERAS,
      .pixels = PIXELS_CAFFE,
      .blue_first = true,
      .layers = "block{1,2}_conv{1,2} block{3..5}_conv{1..3} fc{1,2} predictions" },
    { .name = "torchvision's resnet18",
      .preset = "resnet18",
      .layers = "conv1 bn1 layer1.{0,1}." BASIC " layer2.0." BASIC_PROJECTED " layer2.1." BASIC
                " layer3.0." BASIC_PROJECTED " layer3.1." BASIC " layer4.0." BASIC_PROJECTED " layer4.1." BASIC " fc" },
    { .name = "torchvision's resnet34",
      .preset = "resnet34",
      .layers = "conv1 bn1 layer1.{0..2}." BASIC " layer2.0." BASIC_PROJECTED " layer2.{1..3}." BASIC
                " layer3.0." BASIC_PROJECTED " layer3.{1..5}." BASIC " layer4.0." BASIC_PROJECTED
                " layer4.{1,2}." BASIC " fc" },
    { .name = "torchvision's resnet50",
      .preset = "resnet50",
      .layers = "conv1 bn1 layer1.0." DEEP_PROJECTED " layer1.{1,2}." DEEP " layer2.0." DEEP_PROJECTED
                " layer2.{1..3}." DEEP " layer3.0." DEEP_PROJECTED " layer3.{1..5}." DEEP
                " layer4.0." DEEP_PROJECTED " layer4.{1,2}." DEEP " fc" },
    { .name = "Keras's ResNet50",
      .preset = "resnet50",
      .layout = PUBLISHED_KERAS,
      .pixels = PIXELS_CAFFE,
      .changes = "stride_first=yes epsilon=1.001e-5 momentum=0.99",
      .blue_first = true,
      .layers = "conv1_{conv,bn} conv2_block1_{1,2,3,0}_{conv,bn} conv2_block{2,3}_{1..3}_{conv,bn} "
                "conv3_block1_{1,2,3,0}_{conv,bn} conv3_block{2..4}_{1..3}_{conv,bn} "
                "conv4_block1_{1,2,3,0}_{conv,bn} conv4_block{2..6}_{1..3}_{conv,bn} "
                "conv5_block1_{1,2,3,0}_{conv,bn} conv5_block{2,3}_{1..3}_{conv,bn} predictions" },
    { .name = "torchvision's mobilenet_v2",
      .preset = "mobilenet_v2",
      .layers = "features.0.{0,1} features.1.conv.{0.0,0.1,1,2} features.{2..17}.conv.{0.0,0.1,1.0,1.1,2,3} "
                "features.18.{0,1} classifier.1" },
    { .name = "timm's mobilenetv2_100",
      .preset = "mobilenet_v2",
      .layers = "conv_stem bn1 blocks.0.0." SEPARABLE " blocks.1.{0,1}." INVERTED " blocks.2.{0..2}." INVERTED
                " blocks.3.{0..3}." INVERTED " blocks.4.{0..2}." INVERTED " blocks.5.{0..2}." INVERTED
                " blocks.6.0." INVERTED " conv_head bn2 classifier" },
    { .name = "Keras's MobileNetV2",
      .preset = "mobilenet_v2",
      .layout = PUBLISHED_KERAS,
      .pixels = PIXELS_SIGNED,
      .changes = "padding=same epsilon=0.001 momentum=0.999",
      .layers = KERAS_MOBILENET_V2 " predictions" },
    { .name = "Keras 2's MobileNetV2",
      .preset = "mobilenet_v2",
      .layout = PUBLISHED_KERAS,
      .pixels = PIXELS_SIGNED,
      .changes = "padding=same epsilon=0.001 momentum=0.999",
      .layers = KERAS_MOBILENET_V2 " Logits" },
    { .name = "EfficientNet-PyTorch's efficientnet-lite0",
      .preset = "efficientnet_lite0",
      .layers = "_conv_stem _bn0 _blocks.0.{_depthwise_conv,_bn1,_project_conv,_bn2} "
                "_blocks.{1..15}.{_expand_conv,_bn0,_depthwise_conv,_bn1,_project_conv,_bn2} _conv_head _bn1 _fc" },
    { .name = "timm's tf_efficientnet_lite0",
      .preset = "efficientnet_lite0",
      .pixels = PIXELS_SIGNED,
      .doubt = "taken for timm's tf_efficientnet_lite0; timm's efficientnet_lite0 has the same names and pads "
               "otherwise",
      .layers = "conv_stem bn1 blocks.0.0." SEPARABLE " blocks.1.{0,1}." INVERTED " blocks.2.{0,1}." INVERTED
                " blocks.3.{0..2}." INVERTED " blocks.4.{0..2}." INVERTED " blocks.5.{0..3}." INVERTED
                " blocks.6.0." INVERTED " conv_head bn2 classifier" },
    { .name = NULL },
};

/* Writes words out; without names they are counted. */
struct writing {
    struct published_names *to;
    bool too_long;
};

static void write_name(struct writing *w, const char *word)
{
    if (w->to->names && !text_copy(w->to->names[w->to->n], PUBLISHED_NAME_SIZE, word))
        w->too_long = true;
    w->to->n++;
}

static void write_word(struct writing *w, const char *word);

/* The word with `choice`, of so many characters, in the place of its first braces. */
static void write_choice(struct writing *w, const char *word, const char *choice, int length)
{
    char whole[2 * PUBLISHED_NAME_SIZE];
    const char *open = strchr(word, '{'), *close = strchr(open, '}');

    if (snprintf(whole, sizeof whole, "%.*s%.*s%s", (int)(open - word), word, length, choice, close + 1) >=
        (int)sizeof whole)
        w->too_long = true;
    write_word(w, whole);
}

static void write_word(struct writing *w, const char *word)
{
    const char *open = strchr(word, '{'), *close = open ? strchr(open, '}') : NULL;
    int first, last;
    char number[16];

    if (!close)
        write_name(w, word);
    else if (sscanf(open, "{%d..%d}", &first, &last) == 2)
        for (int i = first; i <= last; i++)
            write_choice(w, word, number, snprintf(number, sizeof number, "%d", i));
    else
        for (const char *choice = open + 1, *end; choice <= close; choice = end + 1) {
            end = choice + strcspn(choice, ",}");
            write_choice(w, word, choice, (int)(end - choice));
        }
}

static void write_words(struct writing *w, const char *words)
{
    char word[2 * PUBLISHED_NAME_SIZE];

    for (size_t length; *words; words += length + (words[length] == ' ')) {
        length = strcspn(words, " ");
        snprintf(word, sizeof word, "%.*s", (int)length, words);
        write_word(w, word);
    }
}

bool published_network_names(const struct published_network *p, struct published_names *out, struct error *e)
{
    struct writing w = { .to = out };

    *out = (struct published_names){ .n = 0 };
    write_words(&w, p->layers);
    out->names = memory_new((size_t)out->n, sizeof *out->names, e);
    out->n = 0;
    if (out->names)
        write_words(&w, p->layers);
    return out->names && (!w.too_long || error_set(e, ERROR_INPUT, "a name of a layer of %s is too long", p->name));
}

void published_names_free(struct published_names *n)
{
    free(n->names);
    *n = (struct published_names){ .n = 0 };
}

/* The share of all layers, the file's and the network's, that both have. */
static double agreement(const struct published_names *names, const struct published_layers *layers)
{
    int both = 0;

    for (int i = 0; i < names->n; i++)
        both += layers->have(layers->file, names->names[i]);
    return both > 0 ? (double)both / (names->n + layers->n - both) : 0;
}

bool published_network_find(enum published_layout layout, const struct published_layers *layers,
                            const struct published_network **out, struct error *e)
{
    double best = 0.5;
    bool good = true;

    *out = NULL;
    for (const struct published_network *p = published_networks; good && p->name; p++) {
        struct published_names names;

        if (p->layout != layout)
            continue;
        good = published_network_names(p, &names, e);
        double agreed = good ? agreement(&names, layers) : 0;

        if (agreed >= best) {
            best = agreed;
            *out = p;
        }
        published_names_free(&names);
    }
    return good;
}

void published_network_list(enum published_layout layout, char *out, size_t size)
{
    out[0] = '\0';
    for (const struct published_network *p = published_networks; p->name; p++)
        if (p->layout == layout)
            text_append(out, size, "%s%s", out[0] ? ", " : "", p->name);
}

/* A layer may have some of the settings, or none. */
static void change(struct layer *l, const char *changes)
{
    char word[64];
    struct error ignored;

    for (size_t length; *changes; changes += length + (changes[length] == ' ')) {
        length = strcspn(changes, " ");
        snprintf(word, sizeof word, "%.*s", (int)length, changes);
        layer_parse(l, word, &ignored);
    }
}

bool published_network_recipe(const struct published_network *p, struct recipe *out, struct error *e)
{
    if (!recipe_load(out, p->preset, e))
        return false;
    for (int i = 0; p->changes && i < out->n_layers; i++)
        change(&out->layers[i], p->changes);
    if (p->pixels)
        out->data.pixels = p->pixels;
    out->data.dataset[0] = '\0';
    return true;
}
