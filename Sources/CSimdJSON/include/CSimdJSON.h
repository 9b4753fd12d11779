#ifndef WARY_CSIMDJSON_H
#define WARY_CSIMDJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Strict JSON by Debian's libsimdjson, seen as its flat tape. One parser serves one thread; what it read stays
// valid until it reads again. No C++ exception crosses this header.

typedef struct wary_json_parser wary_json_parser;

typedef enum wary_json_status {
    WARY_JSON_OK = 0,
    WARY_JSON_EMPTY,
    WARY_JSON_SYNTAX,
    WARY_JSON_UTF8,          // the text is not UTF-8
    WARY_JSON_STRING,        // a string with a bad escape, a lone surrogate or an unescaped control character
    WARY_JSON_UNCLOSED,      // a string without its closing quote
    WARY_JSON_NUMBER,        // a number that is malformed or too large
    WARY_JSON_DEPTH,
    WARY_JSON_DUPLICATE_KEY, // an object with the same key twice, after escapes are resolved
    WARY_JSON_TOO_LONG,
    WARY_JSON_MEMORY
} wary_json_status;

// simdjson's tape. A word's high byte is its kind, the other 56 bits its payload:
//   'r' root    '{' '[' start: payload's low 32 bits are the index behind its end    '}' ']' end
//   '"' string: payload is an offset into `strings`, where its length (4 bytes, native order) and its bytes stand
//   'l' 'u' 'd' a number: the next word is an int64, uint64 or double    't' 'f' 'n' true, false, null
typedef struct wary_json_document {
    const uint64_t *tape;
    const uint8_t *strings;
    size_t offending_key; // the offset in `strings` of a duplicate key
} wary_json_document;

// How many bytes behind a text's end must be readable for it to be parsed in place.
extern const size_t wary_json_padding;

// Null when memory is short. Texts longer than `max_bytes` or nested deeper than `max_depth` are refused.
wary_json_parser *wary_json_parser_create(size_t max_bytes, size_t max_depth);
void wary_json_parser_destroy(wary_json_parser *parser);

// With `is_padded`, `wary_json_padding` bytes behind the text are readable and it is parsed where it lies; otherwise
// it is copied first. On WARY_JSON_DUPLICATE_KEY the document is filled in all the same.
wary_json_status wary_json_parse(wary_json_parser *parser, const uint8_t *text, size_t length, bool is_padded,
                                 wary_json_document *document);

// True when the bytes are well-formed UTF-8.
bool wary_utf8_is_valid(const uint8_t *bytes, size_t length);

#ifdef __cplusplus
}
#endif

#endif
