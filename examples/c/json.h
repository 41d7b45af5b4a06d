/* Just enough JSON for the examples and tests: reads values out of a text without copying it. */
#ifndef TIMBRE_EXAMPLE_JSON_H
#define TIMBRE_EXAMPLE_JSON_H

#include <stddef.h>

/* A value inside a JSON text: where it begins and how long it is. Size 0 stands for "not there". */
typedef struct Json {
    const char *at;
    size_t size;
} Json;

/* The whole text; not there when it is not one valid JSON value. */
Json json_parse(const char *text);

/* The member of an object, or the item of an array; not there when there is none. */
Json json_get(Json object, const char *key);
Json json_item(Json array, size_t index);

/* The number of items of an array; 0 for everything else. */
size_t json_count(Json array);

/* The value as a number (true and false are 1 and 0), or `otherwise`. */
long long json_number(Json value, long long otherwise);

/* Copies a string value, unescaped and as far as there is room, into `out`; gives `out`. Anything else becomes "". */
char *json_string(Json value, char *out, size_t room);

/* Writes `text` as a JSON string with its quotes into `out`; gives `out`. What does not fit becomes "". */
char *json_quote(const char *text, char *out, size_t room);

#endif
