#include "collector/http/message.h"

#include <strings.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace collector::http {
namespace {

int hexadecimal(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool decode(std::string_view text, std::string& out, bool plus_is_blank = false) {
  out.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += plus_is_blank && text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (text.size() - i < 3) return false;
    const int high = hexadecimal(text[i + 1]);
    const int low = hexadecimal(text[i + 2]);
    if (high < 0 || low < 0) return false;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return true;
}

// "a=1&b=2"; what has no name is left out.
bool decode_pairs(std::string_view text, bool plus_is_blank, Headers& pairs) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('&', begin), text.size());
    const std::string_view pair = text.substr(begin, end - begin);
    const auto equals = pair.find('=');
    Header one;
    if (!decode(pair.substr(0, equals), one.name, plus_is_blank)) return false;
    if (equals != std::string_view::npos && !decode(pair.substr(equals + 1), one.value, plus_is_blank))
      return false;
    if (!one.name.empty()) pairs.push_back(std::move(one));
    begin = end + 1;
  }
  return true;
}

bool is(const Header& header, std::string_view name) {
  return is_same_word(header.name, name);
}

}  // namespace

std::string_view value_of(const Headers& headers, std::string_view name) {
  const auto found = std::ranges::find_if(headers, [&](const Header& header) { return is(header, name); });
  return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

std::size_t count_of(const Headers& headers, std::string_view name) {
  return static_cast<std::size_t>(
      std::ranges::count_if(headers, [&](const Header& header) { return is(header, name); }));
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_same_word(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::vector<std::string_view> split_list(std::string_view value) {
  std::vector<std::string_view> parts;
  while (!value.empty()) {
    const auto end = std::min(value.find(','), value.size());
    const std::string_view one = trimmed(value.substr(0, end));
    value.remove_prefix(std::min(end + 1, value.size()));
    if (!one.empty()) parts.push_back(one);
  }
  return parts;
}

std::vector<std::string_view> list_of(const Headers& headers, std::string_view name) {
  std::vector<std::string_view> parts;
  for (const Header& header : headers)
    if (is(header, name)) std::ranges::copy(split_list(header.value), std::back_inserter(parts));
  return parts;
}

bool Request::has_body() const {
  return count_of(headers, "Transfer-Encoding") > 0 ||
         (count_of(headers, "Content-Length") > 0 && header("Content-Length") != "0");
}

bool parse_target(std::string_view target, Request& request) {
  constexpr std::string_view scheme = "http://";
  request.authority.clear();
  if (target.size() > scheme.size() && strncasecmp(target.data(), scheme.data(), scheme.size()) == 0) {
    target.remove_prefix(scheme.size());
    request.authority = target.substr(0, target.find_first_of("/?"));
    if (request.authority.empty()) return false;
    target.remove_prefix(request.authority.size());
  }
  if (request.authority.empty() && !target.starts_with('/')) return false;
  const auto mark = target.find('?');
  if (!decode(target.substr(0, mark), request.path)) return false;
  if (request.path.empty()) request.path = "/";  // behind an authority it may be left out
  request.query.clear();
  request.fields.clear();
  if (mark != std::string_view::npos && !decode_pairs(target.substr(mark + 1), false, request.fields))
    return false;
  for (const Header& field : request.fields)
    request.query.insert_or_assign(field.name, field.value);
  return true;
}

bool parse_form(std::string_view text, Headers& fields) {
  return decode_pairs(text, true, fields);
}

}  // namespace collector::http
