/* Text from outside inside XML and HTML, where it must stay text. */
#ifndef BASE_MARKUP_H
#define BASE_MARKUP_H

#include <stddef.h>
#include <stdio.h>

/* The text made safe as by text_sanitise(), with &lt; for '<' and so on; also right inside quotes. */
void markup_print(FILE *out, const char *text);

/* The bytes as the Base64 of RFC 4648, for data: URLs. */
void markup_print_base64(FILE *out, const void *bytes, size_t size);

#endif
