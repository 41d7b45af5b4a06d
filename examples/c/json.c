#include "json.h"

#include <stdlib.h>
#include <string.h>

/* Deeper nesting than this is no JSON to us: the reader calls itself. */
enum { DEPTH = 64 };

static const char *skip_space(const char *p) {
    while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r') p++;
    return p;
}

static int is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Each skip_ function gives the first byte after what it skips, or NULL when that is malformed. */
static const char *skip_string(const char *p) {
    if (*p++ != '"') return NULL;
    for (; *p != '"'; p++) {
        if ((unsigned char)*p < 0x20) return NULL;
        if (*p != '\\') continue;
        p++;
        if (*p == 'u') {
            for (int i = 1; i <= 4; i++)
                if (!is_hex(p[i])) return NULL;
            p += 4;
        } else if (*p == '\0' || !strchr("\"\\/bfnrt", *p)) {
            return NULL;
        }
    }
    return p + 1;
}

static const char *skip_digits(const char *p) {
    if (*p < '0' || *p > '9') return NULL;
    while (*p >= '0' && *p <= '9') p++;
    return p;
}

static const char *skip_number(const char *p) {
    if (*p == '-') p++;
    p = *p == '0' ? p + 1 : skip_digits(p);
    if (p && *p == '.') p = skip_digits(p + 1);
    if (p && (*p == 'e' || *p == 'E')) {
        p++;
        if (*p == '+' || *p == '-') p++;
        p = skip_digits(p);
    }
    return p;
}

static const char *skip_value(const char *p, int depth) {
    static const char *const words[] = {"true", "false", "null"};
    if (depth == 0) return NULL;
    p = skip_space(p);
    if (*p == '"') return skip_string(p);
    if (*p == '{' || *p == '[') {
        char end = *p == '{' ? '}' : ']';
        p = skip_space(p + 1);
        if (*p == end) return p + 1;
        for (;;) {
            if (end == '}') {
                p = skip_string(skip_space(p));
                if (!p) return NULL;
                p = skip_space(p);
                if (*p++ != ':') return NULL;
            }
            p = skip_value(p, depth - 1);
            if (!p) return NULL;
            p = skip_space(p);
            if (*p == end) return p + 1;
            if (*p++ != ',') return NULL;
        }
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(p, words[i], strlen(words[i])) == 0) return p + strlen(words[i]);
    return skip_number(p);
}

static Json value_at(const char *p) {
    Json value = {NULL, 0};
    p = skip_space(p);
    const char *end = skip_value(p, DEPTH);
    if (end) {
        value.at = p;
        value.size = (size_t)(end - p);
    }
    return value;
}

Json json_parse(const char *text) {
    Json value = value_at(text);
    if (value.size && *skip_space(value.at + value.size) != '\0') value.size = 0;
    return value;
}

/* The values are known to be well formed from here on: a Json is only made by value_at. */
Json json_get(Json object, const char *key) {
    Json none = {NULL, 0};
    if (!object.size || *object.at != '{') return none;
    const char *p = skip_space(object.at + 1);
    while (*p == '"') {
        const char *end = skip_string(p);
        int same = strlen(key) == (size_t)(end - p) - 2 && strncmp(p + 1, key, strlen(key)) == 0;
        Json value = value_at(skip_space(end) + 1);
        if (same) return value;
        p = skip_space(value.at + value.size);
        if (*p == ',') p = skip_space(p + 1);
    }
    return none;
}

static const char *next_item(const char *p) {
    p = skip_space(p);
    return *p == ',' ? skip_space(p + 1) : p;
}

Json json_item(Json array, size_t index) {
    Json none = {NULL, 0};
    if (!array.size || *array.at != '[') return none;
    const char *p = skip_space(array.at + 1);
    while (*p != ']') {
        Json value = value_at(p);
        if (index-- == 0) return value;
        p = next_item(value.at + value.size);
    }
    return none;
}

size_t json_count(Json array) {
    size_t count = 0;
    if (!array.size || *array.at != '[') return 0;
    for (const char *p = skip_space(array.at + 1); *p != ']'; count++) {
        Json value = value_at(p);
        p = next_item(value.at + value.size);
    }
    return count;
}

long long json_number(Json value, long long otherwise) {
    if (!value.size) return otherwise;
    if (*value.at == 't') return 1;
    if (*value.at == 'f') return 0;
    if (*value.at != '-' && (*value.at < '0' || *value.at > '9')) return otherwise;
    return strtoll(value.at, NULL, 10);
}

static unsigned hex4(const char *p) {
    char digits[5] = {p[0], p[1], p[2], p[3], '\0'};
    return (unsigned)strtoul(digits, NULL, 16);
}

/* Writes a code point as UTF-8; gives the number of bytes. */
static size_t utf8(unsigned c, char *out) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t size = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--, c >>= 6) out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)((size == 2 ? 0xc0u : size == 3 ? 0xe0u : 0xf0u) | c);
    return size;
}

char *json_string(Json value, char *out, size_t room) {
    size_t used = 0;
    if (room == 0) return out;
    out[0] = '\0';
    if (!value.size || *value.at != '"') return out;
    const char *end = value.at + value.size - 1;
    for (const char *p = value.at + 1; p < end; p++) {
        char bytes[4];
        size_t size = 1;
        bytes[0] = *p;
        if (*p == '\\') {
            static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
            p++;
            if (*p == 'u') {
                unsigned c = hex4(p + 1);
                p += 4;
                if (c >= 0xd800 && c < 0xdc00 && p[1] == '\\' && p[2] == 'u') {
                    c = 0x10000 + ((c - 0xd800) << 10) + ((hex4(p + 3) - 0xdc00) & 0x3ff);
                    p += 6;
                }
                size = utf8(c, bytes);
            } else {
                bytes[0] = to[strchr(from, *p) - from];
            }
        }
        if (used + size >= room) break;
        memcpy(out + used, bytes, size);
        used += size;
    }
    out[used] = '\0';
    return out;
}

char *json_quote(const char *text, char *out, size_t room) {
    static const char digits[] = "0123456789abcdef";
    size_t used = 0;
    if (room == 0) return out;
    out[0] = '\0';
    if (room < 3) return out;
    out[used++] = '"';
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        /* The longest form of one byte, the closing quote and the end of the text must fit. */
        if (used + 8 > room) {
            out[0] = '\0';
            return out;
        }
        if (c == '"' || c == '\\') {
            out[used++] = '\\';
            out[used++] = (char)c;
        } else if (c < 0x20) {
            memcpy(out + used, "\\u00", 4);
            out[used + 4] = digits[c >> 4];
            out[used + 5] = digits[c & 15];
            used += 6;
        } else {
            out[used++] = (char)c;
        }
    }
    out[used++] = '"';
    out[used] = '\0';
    return out;
}
