#include "collector/core/units.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <span>

namespace collector {
namespace {

__extension__ typedef unsigned __int128 Wide;

constexpr int most_fraction_digits = 12;
// Bytes per second: far beyond any link, and every rate up to it has digits that read back to it.
constexpr double largest_rate = 1e15;

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// A year is 365 days: it says how long, not until when.
constexpr std::array<Unit, 9> duration_units = {{{"y", 31'536'000'000'000'000},
                                                 {"w", 604'800'000'000'000},
                                                 {"d", 86'400'000'000'000},
                                                 {"h", 3'600'000'000'000},
                                                 {"m", 60'000'000'000},
                                                 {"s", 1'000'000'000},
                                                 {"ms", 1'000'000},
                                                 {"us", 1'000},
                                                 {"ns", 1}}};
constexpr std::array<Unit, 9> size_units = {{{"B", 1},
                                             {"kB", 1'000},
                                             {"MB", 1'000'000},
                                             {"GB", 1'000'000'000},
                                             {"TB", 1'000'000'000'000},
                                             {"KiB", std::uint64_t{1} << 10},
                                             {"MiB", std::uint64_t{1} << 20},
                                             {"GiB", std::uint64_t{1} << 30},
                                             {"TiB", std::uint64_t{1} << 40}}};
// In bits per second.
constexpr std::array<Unit, 14> rate_units = {{{"bit/s", 1},
                                              {"kbit/s", 1'000},
                                              {"Mbit/s", 1'000'000},
                                              {"Gbit/s", 1'000'000'000},
                                              {"Tbit/s", 1'000'000'000'000},
                                              {"B/s", 8},
                                              {"kB/s", 8'000},
                                              {"MB/s", 8'000'000},
                                              {"GB/s", 8'000'000'000},
                                              {"TB/s", 8'000'000'000'000},
                                              {"KiB/s", std::uint64_t{8} << 10},
                                              {"MiB/s", std::uint64_t{8} << 20},
                                              {"GiB/s", std::uint64_t{8} << 30},
                                              {"TiB/s", std::uint64_t{8} << 40}}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A decimal number, taken apart so that nothing is rounded: whole + fraction / 10^digits.
struct Decimal {
  std::uint64_t whole = 0;
  std::uint64_t fraction = 0;
  std::uint64_t scale = 1;

  bool zero() const { return whole == 0 && fraction == 0; }
  // number × factor, exactly; nothing when a part of 1 would be left.
  std::optional<Wide> times(std::uint64_t factor) const {
    const Wide part = Wide{fraction} * factor;
    if (part % scale != 0) return std::nullopt;
    return Wide{whole} * factor + part / scale;
  }
};

std::string quoted(std::string_view text) {
  return fmt::format("\"{}\"", text);
}

// Takes the digits off `rest`. `text` is the whole value, for messages.
Result<Decimal> take_number(std::string_view& rest, std::string_view text, std::string_view example) {
  if (rest.empty() || !is_digit(rest.front())) {
    if (text.starts_with('-'))
      return fail(quoted(text) + " is negative", fmt::format("write a number such as {}", example));
    return fail(quoted(text) + " is not a number with a unit", fmt::format("write it as {}", example));
  }
  Decimal number;
  const char* const end = rest.data() + rest.size();
  const auto whole = std::from_chars(rest.data(), end, number.whole);
  if (whole.ec != std::errc{}) return fail(quoted(text) + " is too large");
  const auto digits = static_cast<std::size_t>(whole.ptr - rest.data());
  if (digits > 1 && rest.front() == '0')
    return fail(quoted(text) + " has a leading zero, which some readers take for octal",
                "write it without the zero");
  rest.remove_prefix(digits);
  if (!rest.starts_with('.')) return number;
  rest.remove_prefix(1);
  int count = 0;
  for (; !rest.empty() && is_digit(rest.front()); rest.remove_prefix(1)) {
    if (++count > most_fraction_digits)
      return fail(
          fmt::format("{} has more than {} digits after the point", quoted(text), most_fraction_digits),
          "use a smaller unit");
    number.fraction = number.fraction * 10 + static_cast<std::uint64_t>(rest.front() - '0');
    number.scale *= 10;
  }
  if (count == 0)
    return fail(quoted(text) + " has no digits after the point", fmt::format("write it as {}", example));
  return number;
}

std::string_view take_unit_name(std::string_view& rest) {
  std::size_t length = 0;
  while (length < rest.size() && !is_digit(rest[length]))
    ++length;
  const auto name = rest.substr(0, length);
  rest.remove_prefix(length);
  return name;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

const Unit* find_unit(std::span<const Unit> units, std::string_view name) {
  for (const Unit& unit : units)
    if (unit.name == name) return &unit;
  return nullptr;
}

std::string unit_list(std::span<const Unit> units) {
  std::string names;
  for (const Unit& unit : units) {
    if (!names.empty()) names += ' ';
    names += unit.name;
  }
  return names;
}

// What people write for these units elsewhere.
std::string_view usual_unit(std::span<const Unit> units, std::string_view written) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 27> others = {{
      {"sec", "s"},       {"secs", "s"},      {"second", "s"},    {"seconds", "s"},   {"min", "m"},
      {"mins", "m"},      {"minute", "m"},    {"minutes", "m"},   {"hr", "h"},        {"hour", "h"},
      {"hours", "h"},     {"day", "d"},       {"days", "d"},      {"week", "w"},      {"weeks", "w"},
      {"µs", "us"},       {"k", "KiB"},       {"m", "MiB"},       {"g", "GiB"},       {"t", "TiB"},
      {"bps", "bit/s"},   {"kbps", "kbit/s"}, {"mbps", "Mbit/s"}, {"gbps", "Gbit/s"}, {"mbit", "Mbit/s"},
      {"gbit", "Gbit/s"}, {"kbit", "kbit/s"},
  }};
  const std::string wanted = lower(written);
  for (const Unit& unit : units)
    if (lower(unit.name) == wanted || lower(unit.name) == wanted + "/s") return unit.name;
  for (const auto& [other, usual] : others)
    if (other == wanted && find_unit(units, usual) != nullptr) return usual;
  return {};
}

std::unexpected<Error> unknown_unit(std::span<const Unit> units, std::string_view written,
                                    std::string_view text, std::string_view digits) {
  if (written.starts_with(' ') && find_unit(units, written.substr(1)) != nullptr)
    return fail(fmt::format("{} has a space before its unit", quoted(text)),
                fmt::format("write {}{}", digits, written.substr(1)));
  const std::string_view usual = usual_unit(units, written);
  return fail(
      fmt::format("{} has an unknown unit, {}", quoted(text), quoted(written)),
      usual.empty() ? "use one of " + unit_list(units) : fmt::format("did you mean {}{}?", digits, usual));
}

struct Parsed {
  Decimal number;
  Unit unit{};
};

// One number with one unit. A unit of no factor stands for the bare 0.
Result<Parsed> parse_with_unit(std::string_view text, std::span<const Unit> units, std::string_view example,
                               std::string_view no_unit_remedy) {
  std::string_view rest = text;
  const auto number = take_number(rest, text, example);
  if (!number) return std::unexpected(number.error());
  const std::string_view digits = text.substr(0, text.size() - rest.size());
  if (rest.empty()) {
    if (number->zero()) return Parsed{*number, Unit{"", 0}};
    return fail(quoted(text) + " has no unit", fmt::format(fmt::runtime(no_unit_remedy), text));
  }
  const std::string_view name = take_unit_name(rest);
  const Unit* unit = find_unit(units, name);
  if (unit == nullptr) return unknown_unit(units, name, text, digits);
  if (!rest.empty())
    return fail(fmt::format("{} goes on after its unit", quoted(text)),
                fmt::format("write it as {}", example));
  return Parsed{*number, *unit};
}

// For a length of time without a unit: the one that is meant most likely, and what it may be instead.
std::string unit_remedy(std::string_view text, std::string_view likely) {
  if (likely == "d") return fmt::format("write {0}d for days, {0}h for hours", text);
  if (likely == "h") return fmt::format("write {0}h for hours, {0}m for minutes", text);
  if (likely == "m") return fmt::format("write {0}m for minutes, {0}s for seconds", text);
  return fmt::format("write {0}s for seconds, {0}m for minutes", text);
}

}  // namespace

Result<Duration> parse_duration(std::string_view text, std::string_view likely) {
  constexpr std::string_view example = "30s, 15m or 1h30m";
  constexpr auto largest = static_cast<Wide>(std::numeric_limits<std::int64_t>::max());
  std::string_view rest = text;
  Wide sum = 0;
  std::uint64_t last_factor = std::numeric_limits<std::uint64_t>::max();
  do {
    const std::string_view part = rest;
    const auto number = take_number(rest, text, example);
    if (!number) return std::unexpected(number.error());
    const std::string_view digits = part.substr(0, part.size() - rest.size());
    if (rest.empty()) {
      if (number->zero() && part.size() == text.size()) return Duration{0};
      return fail(quoted(text) + (part.size() == text.size() ? " has no unit" : " has no unit at its end"),
                  unit_remedy(text, likely));
    }
    const std::string_view name = take_unit_name(rest);
    const Unit* unit = find_unit(duration_units, name);
    if (unit == nullptr) return unknown_unit(duration_units, name, text, digits);
    if (unit->factor >= last_factor)
      return fail(fmt::format("{} does not have its units largest first, each once", quoted(text)),
                  fmt::format("write it as {}", example));
    last_factor = unit->factor;
    const auto nanoseconds = number->times(unit->factor);
    if (!nanoseconds) return fail(quoted(text) + " is not a whole number of nanoseconds", "use fewer digits");
    sum += *nanoseconds;
    if (sum > largest) return fail(quoted(text) + " is too large", "the longest duration is about 292 years");
  } while (!rest.empty());
  return Duration{static_cast<std::int64_t>(sum)};
}

Result<std::uint64_t> parse_size(std::string_view text) {
  const auto parsed =
      parse_with_unit(text, size_units, "64MiB or 2GB", "write {0}B for bytes, {0}MiB for mebibytes");
  if (!parsed) return std::unexpected(parsed.error());
  const auto bytes = parsed->number.times(parsed->unit.factor);
  if (!bytes) return fail(quoted(text) + " is not a whole number of bytes", "use fewer digits");
  if (*bytes > std::numeric_limits<std::uint64_t>::max()) return fail(quoted(text) + " is too large");
  return static_cast<std::uint64_t>(*bytes);
}

Result<double> parse_rate(std::string_view text) {
  const auto parsed =
      parse_with_unit(text, rate_units, "100Mbit/s or 12.5MB/s", "write {0}Mbit/s, {0}MB/s or another rate");
  if (!parsed) return std::unexpected(parsed.error());
  const auto factor = static_cast<double>(parsed->unit.factor);
  const double whole = static_cast<double>(parsed->number.whole);
  const double fraction =
      static_cast<double>(parsed->number.fraction) / static_cast<double>(parsed->number.scale);
  const double rate = (whole + fraction) * factor / 8;
  if (rate > largest_rate) return fail(quoted(text) + " is too large", "the largest is 8000Tbit/s");
  return rate;
}

Result<std::int64_t> parse_integer(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('-')) digits.remove_prefix(1);
  if (digits.starts_with('+'))
    return fail(quoted(text) + " has a plus sign", fmt::format("write {}", text.substr(1)));
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
    return fail(quoted(text) + " is not a whole decimal number", "write digits only, such as 1000");
  if (digits.size() > 1 && digits.front() == '0') {
    const auto first = digits.find_first_not_of('0');
    return fail(quoted(text) + " has a leading zero, which some readers take for octal",
                fmt::format("write {}", first == std::string_view::npos ? "0" : digits.substr(first)));
  }
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return fail(quoted(text) + " is too large for a whole number");
  return value;
}

}  // namespace collector
