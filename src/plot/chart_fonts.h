/* Where the letters of charts come from: the node's fonts, or those of a bundle, which brings one along. */
#ifndef PLOT_CHART_FONTS_H
#define PLOT_CHART_FONTS_H

/* To be called before the first letter; any thread may call it, and the first call does something alone. A user's
 * FONTCONFIG_FILE and FONTCONFIG_PATH go before the bundle's fonts. */
void chart_fonts_prepare(void);

#endif
