// JSON's texts and numbers, written fast into memory that the caller has made large enough.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/time.h"
#include "collector/formats/write_text.h"

namespace collector {

// Of the longest string made from `size` bytes: every one "\u001f", and the quotes.
constexpr std::size_t json_string_size(std::size_t size) {
  return 6 * size + 2;
}

char* write_json_integer(std::int64_t value, char* at);
// The shortest digits that read back to the same double, always with a point or an exponent ("30.0"), so that
// readers that guess types see one type per key. Not a finite number: null.
char* write_json_real(double value, char* at);
// A length of time in seconds, exact: "30.0", "29.998".
char* write_json_seconds(Duration value, char* at);
// Quoted; control characters escaped, each byte that is not part of valid UTF-8 replaced by U+FFFD. For
// people: two texts may become one.
char* write_json_string(std::string_view text, char* at);
// The same for names and texts that must stay apart: decode_text() (text_encoding.h) gives the bytes back.
char* write_json_encoded(std::string_view text, char* at);

void append_json_integer(std::int64_t value, std::string& out);
void append_json_real(double value, std::string& out);
void append_json_string(std::string_view text, std::string& out);
void append_json_encoded(std::string_view text, std::string& out);
// The two texts by themselves, for what is made once; and a list of them.
std::string json_string(std::string_view text);
std::string json_encoded(std::string_view text);
std::string json_strings(const std::vector<std::string>& texts);

// Where the first byte is that is not part of valid UTF-8 (RFC 3629: nothing overlong, no surrogates);
// npos when all is well.
std::size_t find_invalid_utf8(std::string_view text);

}  // namespace collector
