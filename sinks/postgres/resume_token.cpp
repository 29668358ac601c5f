#include "sinks/postgres/resume_token.h"

#include <fmt/format.h>

#include <charconv>

#include "collector/core/numbers.h"
#include "collector/core/scanner.h"

namespace collector::postgres_store {
namespace {

// "postgres2 <source> <epoch> <sequence> <unix seconds or -> <hash> …"
constexpr std::string_view format_mark = "postgres2";
constexpr std::string_view format_mark_before = "postgres1";

std::optional<std::uint64_t> parse_hex(std::string_view text) {
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string ResumeToken::text() const {
  std::string out = fmt::format("{} {} {} {} {}", format_mark, source.text(), epoch.text(), sequence,
                                space_checked ? std::to_string(unix_seconds(*space_checked)) : "-");
  for (const auto hash : verified)
    out += fmt::format(" {:x}", hash);
  return out;
}

std::optional<ResumeToken> ResumeToken::parse(std::string_view text) {
  const auto found_mark = next_word(text);
  if (found_mark != format_mark && found_mark != format_mark_before) return std::nullopt;
  const auto source = Uuid::parse(next_word(text).value_or(""));
  const auto epoch = Uuid::parse(next_word(text).value_or(""));
  const auto sequence = parse_unsigned(next_word(text).value_or(""));
  const auto checked = next_word(text);
  if (!source || !epoch || !sequence || !checked) return std::nullopt;
  ResumeToken token{*source, *epoch, *sequence, {}, {}, found_mark == format_mark_before};
  if (const auto seconds = parse_signed(*checked))
    token.space_checked = WallTime(std::chrono::seconds(*seconds));
  while (const auto word = next_word(text)) {
    const auto hash = parse_hex(*word);
    if (!hash) return std::nullopt;
    token.verified.insert(*hash);
  }
  return token;
}

}  // namespace collector::postgres_store
