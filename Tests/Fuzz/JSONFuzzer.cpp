// libFuzzer's target for the request parser: whatever comes in, in place or copied, the verdict is the same, and what was
// accepted can be walked to its end within what was allocated.
#include "CSimdJSON.h"

#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

constexpr size_t max_bytes = 65536, max_depth = 16;

void require(bool holds) {
    if (!holds) abort();
}

// The words of the value at `place`; strings must lie one behind the other and be UTF-8.
size_t walk(const wary_json_document &document, size_t place, size_t depth) {
    require(depth <= max_depth + 1);
    const uint64_t word = document.tape[place], payload = word & 0x00ffffffffffffff;
    switch (word >> 56) {
    case '{':
    case '[': {
        const size_t end = uint32_t(payload);
        require(end > place + 1);
        size_t inner = place + 1;
        while (inner < end - 1) inner = walk(document, inner, depth + 1);
        require(inner == end - 1);
        require((document.tape[inner] >> 56) == ((word >> 56) == '{' ? '}' : ']'));
        return end;
    }
    case '"': {
        uint32_t length;
        memcpy(&length, document.strings + payload, 4);
        require(length <= max_bytes && wary_utf8_is_valid(document.strings + payload + 4, length));
        return place + 1;
    }
    case 'l': case 'u': case 'd': return place + 2;
    case 't': case 'f': case 'n': return place + 1;
    default: abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static wary_json_parser *const parser = wary_json_parser_create(max_bytes, max_depth);
    require(parser != nullptr);
    wary_json_document document{};
    // Exactly as long as it is: the sanitizer sees every byte that is read behind it.
    std::vector<uint8_t> exact(data, data + size);
    const auto copied = wary_json_parse(parser, exact.data(), size, false, &document);
    if (copied == WARY_JSON_OK || copied == WARY_JSON_DUPLICATE_KEY) {
        require(wary_utf8_is_valid(data, size));
        walk(document, 1, 0);
    }
    std::vector<uint8_t> padded(exact);
    padded.resize(size + wary_json_padding, '}');
    require(wary_json_parse(parser, padded.data(), size, true, &document) == copied);
    return 0;
}
