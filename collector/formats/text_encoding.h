// Names and texts as every target can hold them, so that two that differ never become one. A byte that can't
// stay is written as "%XX", in capital letters, and a '%' that would read as such a byte as "%25"; all else
// stays as it is. So decode_text() gives the bytes back, and names of printable UTF-8 are written unchanged,
// "100%" and "a%20b" among them.
//
// What can't stay differs: bytes that are not UTF-8 nowhere can, further ones are said by the format. What
// may be decoded is the same everywhere: control characters, bytes from 0x80 on, and '#', '%' and '\'.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace collector {

// Besides bytes that are not part of valid UTF-8.
enum class Unfit : std::uint8_t {
  nothing,
  nul,
  controls,  // below 0x20, and 0x7F
};

constexpr bool is_control_character(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

// Bytes of the UTF-8 sequence at the start of `text` (not empty); 0 when it is not one (RFC 3629: nothing
// overlong, no surrogates).
std::size_t utf8_sequence(std::string_view text);

// Whether decode_text() would take the first three bytes for an encoded one.
bool begins_encoded(std::string_view text);

// "%FF": three characters, into memory that the caller has made large enough; returns where it stopped.
char* write_encoded_byte(char byte, char* at);

// At most three times as long.
std::string encode_text(std::string_view bytes, Unfit unfit);
std::string decode_text(std::string_view text);

}  // namespace collector
