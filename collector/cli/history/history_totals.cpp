#include "collector/cli/history/history_totals.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "collector/cli/exit_code.h"
#include "collector/cli/history/command_answer.h"
#include "collector/cli/history/history_access.h"
#include "collector/cli/history/history_source.h"
#include "collector/history/amount.h"

namespace collector {
namespace {

// Beside something else nobody waits longer.
constexpr std::chrono::milliseconds beside_the_rest{1000};

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// What of `today --json` matters here.
std::optional<std::string> total_json(const std::optional<std::string>& answer) {
  const auto json = answer ? read_json_object(*answer) : fail("", "");
  if (!json) return std::nullopt;
  const JsonValue* total = json->member("total");
  const JsonValue* from = json->member("from");
  const JsonValue* to = json->member("to");
  if (total == nullptr || from == nullptr || to == nullptr) return std::nullopt;
  std::string out = fmt::format(R"({{"from":"{}","to":"{}")", from->text, to->text);
  for (const std::string_view key : {"received", "sent", "total"}) {
    const JsonValue* amount = total->member(key);
    if (amount == nullptr) return std::nullopt;
    out += fmt::format(R"(,"{}":{})", key, amount->integer);
  }
  return out + "}";
}

// "this month", of "2026-11-01T00:00:00+01:00"; "since 14 Nov" of another day.
std::string since_text(std::string_view from) {
  if (from.size() < 10) return "this month";
  const auto number = [&](std::size_t at) { return (from[at] - '0') * 10 + (from[at + 1] - '0'); };
  const int month = number(5), day = number(8);
  if (day == 1 || month < 1 || month > 12) return "this month";
  return fmt::format("since {} {}", day, months[static_cast<std::size_t>(month) - 1]);
}

}  // namespace

AskWords ask_file_of(const Configuration& configuration) {
  return [source = history_source(configuration)](
             const std::vector<std::string>& words) -> std::optional<std::string> {
    const auto options = parse_options(words).options;
    if (!source || !options) return std::nullopt;
    const auto file = open_history(source->file, false,
                                   {.at_most = beside_the_rest,
                                    .all_together = beside_the_rest,
                                    .cancelled = nullptr,
                                    .most_buckets = 0});
    if (!file) return std::nullopt;
    std::string text;
    const auto take = [&](std::string_view part) -> Result<> {
      text += part;
      return {};
    };
    const HistoryReply reply = answer_command(*options, *file, setting_now(*source), {}, take);
    return reply.exit_code == exit_code::done ? std::optional(std::move(text)) : std::nullopt;
  };
}

AskWords ask_as_user(const Options& options, const Catalog& catalog, const Environment& environment) {
  return [&options, &catalog, &environment](std::vector<std::string> words) -> std::optional<std::string> {
    auto asked = parse_options(words).options;
    if (!asked) return std::nullopt;
    asked->config_file = options.config_file;
    asked->state = options.state;
    std::string text;
    const auto take = [&](std::string_view part) -> Result<> {
      text += part;
      return {};
    };
    const HistoryReply reply =
        ask_history(*asked, catalog, environment, {}, take, {beside_the_rest, beside_the_rest});
    return reply.exit_code == exit_code::done ? std::optional(std::move(text)) : std::nullopt;
  };
}

std::optional<std::string> totals_json(const AskWords& ask) {
  const auto today = total_json(ask({"today", "--json"}));
  if (!today) return std::nullopt;
  const auto month = total_json(ask({"month", "--json"}));
  if (!month) return std::nullopt;
  return fmt::format(R"({{"today":{},"month":{}}})", *today, *month);
}

std::string totals_text(const JsonValue& totals) {
  const JsonValue* today = totals.member("today");
  const JsonValue* month = totals.member("month");
  if (today == nullptr || month == nullptr) return {};
  const auto amount = [](const JsonValue& of) {
    const JsonValue* total = of.member("total");
    return amount_text(total == nullptr ? 0 : static_cast<std::uint64_t>(total->integer), AmountUnits::si);
  };
  const JsonValue* from = month->member("from");
  return fmt::format("{} today, {} {}", amount(*today), amount(*month),
                     since_text(from == nullptr ? "" : from->text));
}

std::optional<std::string> totals_line(const AskWords& ask) {
  const auto json = totals_json(ask);
  const auto totals = json ? read_json_object(*json) : fail("", "");
  return totals ? std::optional(totals_text(*totals)) : std::nullopt;
}

}  // namespace collector
