#include "include/CSimdJSON.h"

#include <cstring>
#include <new>
#include <simdjson.h>
#include <string_view>
#include <unordered_set>
#include <vector>

const size_t wary_json_padding = simdjson::SIMDJSON_PADDING;

namespace {

// Up to this many keys are compared each with each; above it they are hashed, so that a text full of keys costs
// time in proportion to its length.
constexpr size_t pairwise_keys = 24;

constexpr uint64_t payload_mask = 0x00ff'ffff'ffff'ffff;

wary_json_status status_of(simdjson::error_code error) {
    switch (error) {
    case simdjson::SUCCESS: return WARY_JSON_OK;
    case simdjson::EMPTY: return WARY_JSON_EMPTY;
    case simdjson::CAPACITY: return WARY_JSON_TOO_LONG;
    case simdjson::MEMALLOC: return WARY_JSON_MEMORY;
    case simdjson::DEPTH_ERROR: return WARY_JSON_DEPTH;
    case simdjson::UTF8_ERROR: return WARY_JSON_UTF8;
    case simdjson::STRING_ERROR:
    case simdjson::UNESCAPED_CHARS: return WARY_JSON_STRING;
    case simdjson::UNCLOSED_STRING: return WARY_JSON_UNCLOSED;
    case simdjson::NUMBER_ERROR:
    case simdjson::NUMBER_OUT_OF_RANGE: return WARY_JSON_NUMBER;
    default: return WARY_JSON_SYNTAX;
    }
}

struct Key {
    std::string_view text;
    uint64_t offset;
};

} // namespace

struct wary_json_parser {
    simdjson::dom::parser parser;
    std::vector<std::vector<Key>> keys; // by depth, reused

    explicit wary_json_parser(size_t max_bytes) : parser(max_bytes) {}

    std::string_view string_at(const uint8_t *strings, uint64_t offset) const {
        uint32_t length;
        std::memcpy(&length, strings + offset, sizeof length);
        return {reinterpret_cast<const char *>(strings + offset + sizeof length), length};
    }

    // Strings come only from text checked as UTF-8, but an escape may spell half a surrogate pair.
    bool strings_are_valid(const uint64_t *tape, const uint8_t *strings) const {
        const uint64_t end = tape[0] & payload_mask;
        for (uint64_t index = 1; index < end; index++) {
            switch (tape[index] >> 56) {
            case '"': {
                auto text = string_at(strings, tape[index] & payload_mask);
                if (!simdjson::validate_utf8(text.data(), text.size())) return false;
                break;
            }
            case 'l': case 'u': case 'd': index++; break;
            default: break;
            }
        }
        return true;
    }

    static bool find_repeated(const std::vector<Key> &found, uint64_t &offset) {
        if (found.size() <= pairwise_keys) {
            for (size_t i = 1; i < found.size(); i++)
                for (size_t j = 0; j < i; j++)
                    if (found[i].text == found[j].text) { offset = found[i].offset; return true; }
            return false;
        }
        std::unordered_set<std::string_view> seen;
        seen.reserve(found.size());
        for (const auto &key : found)
            if (!seen.insert(key.text).second) { offset = key.offset; return true; }
        return false;
    }

    // Looks at every object once, in one walk over the tape; the depth is bounded by the parser's.
    bool find_duplicate(const uint64_t *tape, const uint8_t *strings, uint64_t &offset) {
        const uint64_t end = tape[0] & payload_mask;
        size_t depth = 0;
        bool key_next = false;
        std::vector<char> &kinds = open;
        kinds.clear();
        for (uint64_t index = 1; index < end; index++) {
            const uint64_t word = tape[index];
            const char kind = static_cast<char>(word >> 56);
            if (key_next && kind == '"') {
                keys[depth - 1].push_back({string_at(strings, word & payload_mask), word & payload_mask});
                key_next = false;
                continue;
            }
            switch (kind) {
            case '{': case '[':
                kinds.push_back(kind);
                if (++depth > keys.size()) keys.resize(depth);
                keys[depth - 1].clear();
                break;
            case '}':
                if (find_repeated(keys[depth - 1], offset)) return true;
                [[fallthrough]];
            case ']':
                kinds.pop_back();
                depth--;
                break;
            case 'l': case 'u': case 'd': index++; break;
            default: break;
            }
            key_next = depth > 0 && kinds.back() == '{';
        }
        return false;
    }

private:
    std::vector<char> open; // the kinds of the values being walked, outermost first
};

wary_json_parser *wary_json_parser_create(size_t max_bytes, size_t max_depth) {
    try {
        auto *created = new wary_json_parser(max_bytes);
        if (created->parser.allocate(max_bytes, max_depth) == simdjson::SUCCESS) return created;
        delete created;
    } catch (...) {
    }
    return nullptr;
}

void wary_json_parser_destroy(wary_json_parser *parser) { delete parser; }

wary_json_status wary_json_parse(wary_json_parser *parser, const uint8_t *text, size_t length, bool is_padded,
                                 wary_json_document *document) {
    try {
        const auto error = parser->parser.parse(text, length, !is_padded).error();
        if (error != simdjson::SUCCESS) return status_of(error);
        document->tape = parser->parser.doc.tape.get();
        document->strings = parser->parser.doc.string_buf.get();
        if (memmem(text, length, "\\u", 2) != nullptr
            && !parser->strings_are_valid(document->tape, document->strings)) return WARY_JSON_STRING;
        uint64_t offset = 0;
        if (parser->find_duplicate(document->tape, document->strings, offset)) {
            document->offending_key = offset;
            return WARY_JSON_DUPLICATE_KEY;
        }
        return WARY_JSON_OK;
    } catch (...) {
        return WARY_JSON_MEMORY;
    }
}

bool wary_utf8_is_valid(const uint8_t *bytes, size_t length) {
    return simdjson::validate_utf8(reinterpret_cast<const char *>(bytes), length);
}
