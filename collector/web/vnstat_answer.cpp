#include "collector/web/vnstat_answer.h"

#include <algorithm>

#include "collector/history/export/vnstat_export.h"
#include "collector/web/sources.h"

namespace collector::web {

Answered<http::Response> vnstat_answer(Asked& asked, const std::optional<history::Interval>& range) {
  auto selection = asked.traffic();
  if (!selection) return std::unexpected(selection.error());
  const auto content = asked.content();
  if (!content) return std::unexpected(content.error());
  const auto& hosts = (*content)->hosts;
  if (const Values& values = asked.call().values;
      hosts.size() > 1 && !(values.knows("host") && values.has("host"))) {
    const std::string& own = asked.call().sources.configuration()->host;
    if (std::ranges::find(hosts, own) == hosts.end())
      asked.mistaken("host", "vnStat's form is of one host, and there are several", hosts.front());
    selection->filters.push_back({"host", {own}});
  }
  if (auto right = asked.check(); !right) return std::unexpected(right.error());
  selection->by = history::GroupBy::interface;
  selection->scope = history::Scope::all;
  auto text = history::vnstat_json(
      asked.file(),
      {.selection = std::move(*selection), .range = range, .zone = asked.zone(), .now = asked.now()});
  if (!text) return std::unexpected(asked.failed(text.error()));
  return http::Response{.type = "application/json", .body = std::move(*text)};
}

}  // namespace collector::web
