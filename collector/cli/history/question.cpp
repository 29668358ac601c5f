#include "collector/cli/history/question.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "collector/cli/history/plan_view.h"
#include "collector/cli/history/question_range.h"
#include "collector/history/plan_periods.h"
#include "collector/history/time_text.h"
#include "config/suggest.h"

namespace collector {
namespace {

using history::BucketUnit;
using history::HistoryContent;
using history::Interval;
using history::Seconds;

bool is_pattern(std::string_view word) {
  return word.find_first_of("*?[") != std::string_view::npos;
}

// "eth0,wlan0" and "eth0+wlan0" as other programs want it: the option for each, where all of them are known.
std::string for_each_name(const std::string& list, const std::set<std::string>& known) {
  std::string options;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find_first_of(",+ ", begin), list.size());
    const std::string name = list.substr(begin, end - begin);
    if (!known.contains(name)) return "";
    options += " --interface " + name;
    begin = end + 1;
  }
  return options;
}

Result<> check_name(std::string_view what, const std::string& name, const std::set<std::string>& known) {
  if (known.contains(name)) return {};
  const bool is_one_of_many = is_pattern(name);
  if (is_one_of_many && std::ranges::any_of(known, [&](const std::string& each) {
        return fnmatch(name.c_str(), each.c_str(), 0) == 0;
      }))
    return {};
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  if (candidates.empty()) return fail(fmt::format("{}: the history has no {} yet", name, what));
  // A pattern is like no name.
  return fail(fmt::format("{}: the history has no such {}", name, what),
              suggest(is_one_of_many ? "" : name, candidates, "it has"));
}

Result<> select(const HistoryOptions& options, const HistoryContent& content, HistoryQuestion& question) {
  std::set<std::string> interfaces;
  for (const history::HistoryInterface& each : content.interfaces)
    if (options.host.empty() || is_pattern(options.host) || each.host == options.host)
      interfaces.insert(each.interface);
  const std::set<std::string> hosts(content.hosts.begin(), content.hosts.end());
  if (!options.host.empty()) {
    if (auto known = check_name("host", options.host, hosts); !known) return known;
    question.selection.filters.push_back({"host", {options.host}});
  }
  for (const std::string& name : options.interfaces) {
    auto known = check_name("interface", name, interfaces);
    if (known) continue;
    if (const std::string each = for_each_name(name, interfaces); !each.empty())
      known.error().remedy = "name each by itself:" + each;
    return known;
  }
  if (!options.interfaces.empty()) {
    question.selection.filters.push_back({"interface", options.interfaces});
    question.selection.scope = history::Scope::all;  // who names one wants its bytes
  }
  std::vector<std::string> named = content.hosts;
  if (!options.host.empty())
    std::erase_if(named, [&](const std::string& host) {
      return host != options.host && fnmatch(options.host.c_str(), host.c_str(), 0) != 0;
    });
  if (named.empty()) return fail(fmt::format("{}: no host of the history is called so", options.host));
  question.host = named.size() == 1 ? named.front() : fmt::format("{} hosts", named.size());
  if (!options.interfaces.empty()) question.host += fmt::format(" {}", fmt::join(options.interfaces, " "));
  return {};
}

void cut_by(const HistoryOptions& options, HistoryQuestion& question) {
  question.buckets.unit = unit_of_view(options);
  for (const auto& [word, unit] : {std::pair{"hour", BucketUnit::hour},
                                   {"day", BucketUnit::day},
                                   {"week", BucketUnit::week},
                                   {"month", BucketUnit::month},
                                   {"year", BucketUnit::year}})
    if (options.by == word) question.buckets.unit = unit;
  const bool tops = options.view == HistoryView::top;
  if (options.by == "interface" || (tops && options.by.empty() && options.top_of == "interfaces"))
    question.selection.by = history::GroupBy::interface;
  if (options.by == "host" || (tops && options.by.empty() && options.top_of == "hosts"))
    question.selection.by = history::GroupBy::host;
  if (question.selection.by != history::GroupBy::none) question.buckets.unit = BucketUnit::none;
  question.is_top = tops && question.selection.by == history::GroupBy::none;
}

// The first plan is the one that screens show, unless one is named; it is about the machine's traffic as a
// whole.
Result<> choose_plan(const HistoryOptions& options, const HistorySetting& setting,
                     HistoryQuestion& question) {
  question.this_host = setting.this_host;
  if (!options.plan.empty()) {
    const auto named = plan_named(setting.plans, options.plan);
    if (!named) return std::unexpected(named.error());
    question.plan = *named;
    return {};
  }
  if (setting.plans.empty() || !options.interfaces.empty() || !options.host.empty()) return {};
  question.plan = setting.plans.front();
  return {};
}

// `month` is a period of the plan.
void show_period(HistoryQuestion& question) {
  const history::GroupBy by = question.selection.by;
  question.selection = history::selection_of(*question.plan, question.this_host);
  question.selection.by = by;
  question.zone = history::zone_of(*question.plan, question.zone);
  question.range = history::cycle_of(question.plan->cycle).around(question.zone, question.now);
}

// More rows than one answer has would be left out in silence.
Result<> check_length(const HistoryQuestion& question) {
  const auto edges = history::bucket_edges(question.zone, question.range, question.buckets);
  if (edges.back() >= question.range.end) return {};
  return fail(fmt::format("{} has more than {} rows", range_text(question.zone, question.range),
                          history::most_buckets),
              "take a later --from, or longer rows with --by");
}

}  // namespace

Result<HistoryQuestion> understand(const HistoryOptions& options, const HistoryContent& content,
                                   const HistorySetting& setting) {
  HistoryQuestion question;
  const Seconds now = setting.now;
  question.now = now;
  question.known_from = content.time ? content.time->start : now;
  question.refused = setting.refused;
  if (auto chosen = choose_plan(options, setting, question); !chosen) return std::unexpected(chosen.error());
  const std::string zone = options.zone.empty() ? content.day_zone : options.zone;
  auto days = history::Zone::configured(zone);
  if (!days) return std::unexpected(days.error());
  question.zone = *days;
  if (auto selected = select(options, content, question); !selected) return std::unexpected(selected.error());
  cut_by(options, question);
  question.range = range_of_view(options, content, question);
  if (question.plan && options.view == HistoryView::month) show_period(question);
  if (!options.from.empty() || !options.to.empty() || !options.time.empty())
    if (auto typed = take_range(options, content, question); !typed) return std::unexpected(typed.error());
  if (auto short_enough = check_length(question); !short_enough) return std::unexpected(short_enough.error());
  return question;
}

}  // namespace collector
