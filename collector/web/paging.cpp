#include "collector/web/paging.h"

#include <fmt/format.h>

#include <cctype>
#include <cstdint>
#include <functional>
#include <utility>

#include "collector/core/numbers.h"

namespace collector::web {
namespace {

std::string hex_of(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes)
    hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}

std::optional<int> digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return std::nullopt;
}

// As in a query: all but letters and digits.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += std::isalnum(static_cast<unsigned char>(c)) != 0
               ? std::string(1, c)
               : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return out;
}

// What a cursor was made for, in a few letters: all that rows depend on, but not how many a page has.
std::string question_of(const Call& call, const std::vector<std::string>& parts) {
  std::string all = call.request.path + "\n";
  for (const auto& [name, value] : call.request.query)
    if (name != "cursor" && name != "limit" && name != "format") all += name + "=" + value + "\n";
  for (const std::string& host : call.caller.hosts)
    all += host + "\n";
  for (const std::string& part : parts)
    all += hex_of(part) + "\n";
  return fmt::format("{:08x}", static_cast<std::uint32_t>(std::hash<std::string>()(all)));
}

}  // namespace

std::string cursor_of(const std::vector<std::string>& parts) {
  std::string cursor;
  for (const std::string& part : parts)
    cursor += (cursor.empty() ? "c" : "-") + hex_of(part);
  return cursor;
}

std::optional<std::vector<std::string>> parts_of(std::string_view cursor, std::size_t count) {
  if (!cursor.starts_with('c')) return std::nullopt;
  cursor.remove_prefix(1);
  std::vector<std::string> parts(1);
  while (!cursor.empty()) {
    if (cursor.front() == '-') {
      parts.emplace_back();
      cursor.remove_prefix(1);
      continue;
    }
    const auto high = digit_of(cursor.front());
    const auto low = cursor.size() > 1 ? digit_of(cursor[1]) : std::nullopt;
    if (!high || !low) return std::nullopt;
    parts.back() += static_cast<char>(*high * 16 + *low);
    cursor.remove_prefix(2);
  }
  if (parts.size() != count) return std::nullopt;
  return parts;
}

std::string page_cursor(const Call& call, std::vector<std::string> parts) {
  parts.push_back(question_of(call, parts));
  return cursor_of(parts);
}

std::optional<std::vector<std::string>> page_parts(const Call& call, std::size_t count) {
  auto parts = parts_of(call.values.text("cursor"), count + 1);
  if (!parts) return std::nullopt;
  const std::string made_for = std::move(parts->back());
  parts->pop_back();
  if (made_for != question_of(call, *parts)) return std::nullopt;
  return parts;
}

http::Header next_link(const Call& call, const std::string& cursor) {
  std::string target = call.request.path + "?";
  for (const auto& [name, value] : call.request.query)
    if (name != "cursor") target += escaped(name) + "=" + escaped(value) + "&";
  return {"Link", fmt::format("<{}cursor={}>; rel=\"next\"", target, cursor)};
}

}  // namespace collector::web
