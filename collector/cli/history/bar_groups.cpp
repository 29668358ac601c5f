#include "collector/cli/history/bar_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collector/core/plural.h"
#include "collector/history/figures.h"

namespace collector {
namespace {

std::string label_of(const history::UsageGroup& group, bool many_hosts) {
  if (group.interface.empty()) return group.host;
  return many_hosts ? group.host + " " + group.interface : group.interface;
}

// "eth0.7: inside eth0, not added": one sentence for all that are so for the same reason.
void add_reasons(const std::vector<history::UsageGroup>& groups, bool many_hosts, BarScreen& screen) {
  std::map<std::string, std::vector<std::string>> names;  // by reason
  std::vector<std::string> reasons;                       // as they come
  for (const history::UsageGroup& group : groups) {
    const std::string reason = group.parent.empty() ? fmt::format("{}, no device, not added", group.kind)
                                                    : fmt::format("inside {}, not added", group.parent);
    auto& of_reason = names[reason];
    if (of_reason.empty()) reasons.push_back(reason);
    of_reason.push_back(label_of(group, many_hosts));
  }
  constexpr std::size_t most_named = 4;
  for (const std::string& reason : reasons) {
    const auto& of_reason = names.at(reason);
    screen.notes.push_back(fmt::format("{}: {}",
                                       of_reason.size() <= most_named
                                           ? fmt::format("{}", fmt::join(of_reason, ", "))
                                           : counted(of_reason.size(), "interface"),
                                       reason));
  }
}

// The largest first. Where there are more than `most`, the last row is the rest of them, so that rows add up.
// `counts`: they are in the total.
void add_groups(std::vector<history::UsageGroup>& groups, std::size_t most, bool counts, bool many_hosts,
                const BarColumns& columns, BarScreen& screen) {
  std::ranges::stable_sort(groups, std::ranges::greater(),
                           [](const history::UsageGroup& group) { return moved_in(group.total).total(); });
  const auto add = [&](std::string label, const UsageBucket& bucket) {
    screen.rows.push_back(row_of_bucket(std::move(label), bucket, columns));
    if (counts) return;
    screen.rows.back().style = Style::dim;
    if (columns.share) screen.rows.back().cells.back() = "";
  };
  const std::size_t named = groups.size() > most + 1 ? most : groups.size();
  for (std::size_t i = 0; i < named; ++i)
    add(label_of(groups[i], many_hosts), groups[i].total);
  if (named == groups.size()) return;
  history::UsageAnswer rest;
  rest.groups.assign(groups.begin() + static_cast<std::ptrdiff_t>(named), groups.end());
  add(counted(rest.groups.size(), "other"), total_of(rest));
}

}  // namespace

Result<> add_group_rows(const HistoryOptions& options, const HistoryQuestion& question,
                        const history::UsageAnswer& answer, const BarColumns& columns,
                        const history::HistoryFile& file, BarScreen& screen) {
  const auto is_empty = [](const history::UsageGroup& group) { return !group.total.is_known(); };
  std::vector<history::UsageGroup> groups = answer.groups;
  std::erase_if(groups, is_empty);
  std::vector<history::UsageGroup> others;
  if (question.selection.by == history::GroupBy::interface &&
      question.selection.scope == history::Scope::uplinks) {
    history::UsageQuery query = query_of(question);
    query.selection.scope = history::Scope::all;
    auto all = file.usage(query);
    if (!all) return std::unexpected(all.error());
    others = std::move(all->groups);
    std::erase_if(others, [&](const history::UsageGroup& group) {
      return group.kind == "loopback" || moved_in(group.total).total() == 0 ||
             std::ranges::any_of(answer.groups, [&](const history::UsageGroup& counted) {
               return counted.host == group.host && counted.interface == group.interface;
             });
    });
  }
  std::set<std::string> hosts;
  for (const std::vector<history::UsageGroup>& all : {answer.groups, others})
    for (const history::UsageGroup& group : all)
      hosts.insert(group.host);
  // What somebody has named or asked to be told apart is told in full.
  const bool in_full = options.view != HistoryView::top || !options.interfaces.empty();
  add_groups(groups, in_full ? groups.size() : top_rows, true, hosts.size() > 1, columns, screen);
  add_groups(others, top_rows, false, hosts.size() > 1, columns, screen);
  add_reasons(others, hosts.size() > 1, screen);
  return {};
}

}  // namespace collector
