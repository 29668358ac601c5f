#include "collector/cli/version_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "collector/cli/exit_code.h"
#include "collector/core/numbers.h"
#include "collector/core/terminal.h"
#include "collector/core/version.h"
#include "collector/transport/http_connection.h"
#include "collector/transport/url.h"
#include "config/text_file.h"

namespace collector {
namespace {

using Numbers = std::array<std::uint64_t, 4>;
constexpr std::size_t largest_version_file = 4096;

std::optional<Numbers> numbers_of(std::string_view text) {
  Numbers numbers{};
  if (text.starts_with('v')) text.remove_prefix(1);  // as tags of releases have it
  for (std::uint64_t& number : numbers) {
    const auto dot = std::min(text.find('.'), text.size());
    const auto parsed = parse_unsigned(text.substr(0, dot));
    if (!parsed) return std::nullopt;
    number = *parsed;
    if (dot == text.size()) return numbers;
    text.remove_prefix(dot + 1);
  }
  return std::nullopt;
}

std::string remedy_of(const transport::HttpFailure& failure) {
  using Kind = transport::HttpFailure::Kind;
  switch (failure.kind) {
    case Kind::no_library:
      return failure.remedy;
    case Kind::unknown_proxy:
      return "check http_proxy, https_proxy and no_proxy in the environment";
    case Kind::untrusted:
      return "the server's certificate is not trusted: check the address, and this machine's certificates "
             "and "
             "clock";
    default:
      return "check the address, and this machine's network";
  }
}

Result<std::string> read_url(const std::string& text) {
  const auto url = transport::Url::parse(text);
  if (!url) return std::unexpected(url.error());
  if (!url->user.empty())
    return fail("there is a user in the address, and no password is sent", "leave it out");
  const SystemClock clock;
  const auto connection =
      transport::HttpConnection::make(clock, {.url = *url, .timeout = std::chrono::seconds(10)});
  if (!connection) return fail(connection.error().what, remedy_of(connection.error()));
  const auto answer = (*connection)
                          ->perform({.url = url->text(),
                                     .timeout = std::chrono::seconds(20),
                                     .largest_answer = largest_version_file});
  if (!answer) return fail(answer.error().what, remedy_of(answer.error()));
  if (answer->status / 100 == 3)
    return fail(fmt::format("{} redirects to {}", url->text(), answer->header("location")),
                "give that address, if you trust it");
  if (answer->status != 200)
    return fail(fmt::format("{} answers {}", url->text(), answer->status), "check the address");
  if (answer->is_cut)
    return fail(fmt::format("{} is larger than {} KiB", url->text(), largest_version_file / 1024),
                "name the right file");
  return answer->body;
}

Result<std::string> read_file(const std::string& name) {
  auto text = read_text_file(name, largest_version_file);
  if (!text) return fail(name + " " + text.error().what, text.error().remedy);
  return text;
}

int not_told(const Error& error) {
  say(stderr, "collector: {}\n", error.text());
  return exit_code::not_reached;
}

// A file VERSION: the number, and a line end.
std::string_view first_line(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  while (text.ends_with('\r') || text.ends_with(' '))
    text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<std::strong_ordering> compare_versions(std::string_view left, std::string_view right) {
  const auto a = numbers_of(left);
  const auto b = numbers_of(right);
  if (!a || !b) return std::nullopt;
  return *a <=> *b;
}

int version_command(const Options& options) {
  const std::string& from = options.version_from;
  const auto text = from.find("://") == std::string::npos ? read_file(from) : read_url(from);
  if (!text) return not_told(text.error());
  const std::string_view there = first_line(*text);
  const auto order = compare_versions(version(), there);
  if (!order)
    return not_told({fmt::format("{} holds no version, but '{}'", from, there.substr(0, 40)),
                     "name one whose first line is a number such as 1.2.3"});
  if (*order < 0) {
    fmt::print("collector {}; {} is there: install it as this one was, with the package manager\n", version(),
               there);
    return exit_code::newer;
  }
  fmt::print("collector {}; {}\n", version(),
             *order == 0 ? "there is no newer one" : fmt::format("{} is older", there));
  return exit_code::done;
}

}  // namespace collector
