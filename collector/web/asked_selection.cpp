// What a question is about: names that the history has.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "collector/web/asked.h"
#include "collector/web/sources.h"
#include "collector/web/visible.h"
#include "config/suggest.h"

namespace collector::web {
namespace {

bool is_pattern(std::string_view word) {
  return word.find_first_of("*?[") != std::string_view::npos;
}

std::string near(std::string_view word, const std::vector<std::string>& names) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  return std::string(nearest(word, views));
}

bool has_name(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

// With those there are: they are few.
std::string unknown_tag(std::string_view measurement, std::string_view tag,
                        const std::vector<std::string>& tags) {
  const std::vector<std::string_view> views(tags.begin(), tags.end());
  return fmt::format("{} has no tag '{}'; there are {}", measurement, tag, joined(views));
}

// "tag=a|b", a bar of a name as \|; the pattern's parts are apart already by the commas of the parameter.
std::optional<history::TagFilter> filter_of(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos) return std::nullopt;
  return history::TagFilter{text.substr(0, equals),
                            split_escaped(std::string_view(text).substr(equals + 1), '|')};
}

// What the file has not been given yet, but is measured: it answers that nothing is known.
std::optional<history::HistoryMeasurement> measured_now(const Call& call, const std::string& name) {
  const auto snapshot = call.sources.latest();
  if (!snapshot || !snapshot->layout) return std::nullopt;
  for (const SeriesPtr& series : snapshot->layout->series) {
    const Measurement& measurement = series->measurement();
    if (measurement.name != name) continue;
    history::HistoryMeasurement known{
        .name = name, .sentence = measurement.sentence, .tags = {"host"}, .fields = {}};
    for (const TagKey& tag : measurement.tags)
      known.tags.push_back(tag.name);
    for (const Field& field : measurement.fields)
      if (!field.hidden) known.fields.push_back({field.name, field.kind, field.unit, field.sentence});
    return known;
  }
  return std::nullopt;
}

}  // namespace

Answered<history::HistoryMeasurement> Asked::measurement(const std::string& name) {
  if (sees_measurement(call_->caller, name)) {
    auto stored = file_.measurement(name);
    if (!stored) return std::unexpected(failed(stored.error()));
    const auto sees = sees_any_of(name);
    if (!sees) return std::unexpected(sees.error());
    if (*stored && *sees) return std::move(**stored);
    const bool sees_this = sees_host(call_->caller, call_->sources.configuration()->host);
    if (auto measured = sees_this ? measured_now(*call_, name) : std::nullopt) return std::move(*measured);
    if (name == "net")
      return history::HistoryMeasurement{.name = name,
                                         .sentence = {},
                                         .tags = {"host", "interface", "kind", "parent"},
                                         .fields = {{"bytes_recv", FieldKind::counter, "bytes", {}},
                                                    {"bytes_sent", FieldKind::counter, "bytes", {}}}};
  }
  const auto all = measurements();
  if (!all) return std::unexpected(all.error());
  std::vector<std::string> names;
  for (const history::HistoryMeasurement& one : *all)
    names.push_back(one.name);
  mistaken("measurement", "the history has no such measurement", near(name, names));
  return history::HistoryMeasurement{};
}

Answered<void> Asked::choose_host(history::Selection& selection) {
  if (!call_->caller.hosts.empty()) selection.filters.push_back({"host", call_->caller.hosts});
  if (!has("host")) return {};
  const std::string& host = call_->values.text("host");
  selection.filters.push_back({"host", {host}});
  const auto known = content();
  if (!known) return std::unexpected(known.error());
  const auto& hosts = (*known)->hosts;
  if (!is_pattern(host) && !hosts.empty() && !has_name(hosts, host))
    mistaken("host", "the history has no such host", near(host, hosts));
  return {};
}

Answered<void> Asked::choose_where(const std::vector<std::string>& tags, history::Selection& selection) {
  if (!call_->values.knows("where")) return {};
  std::set<std::string> chosen;
  for (const std::string& text : call_->values.texts("where")) {
    auto filter = filter_of(text);
    if (!filter) {
      mistaken("where", fmt::format("'{}' is no tag=value", text), "interface=eth0");
      continue;
    }
    if (!chosen.insert(filter->tag).second) {
      mistaken("where", fmt::format("{} is said twice", filter->tag), filter->tag + "=a|b");
      continue;
    }
    if (!tags.empty() && filter->tag != "host" && !has_name(tags, filter->tag)) {
      mistaken("where", unknown_tag(selection.measurement, filter->tag, tags), near(filter->tag, tags));
      continue;
    }
    if (filter->tag == "interface" && selection.measurement == "net") {
      selection.scope = history::Scope::all;  // who names one wants its bytes
      const auto known = content();
      if (!known) return std::unexpected(known.error());
      std::vector<std::string> names;
      for (const history::HistoryInterface& one : (*known)->interfaces)
        names.push_back(one.interface);
      for (const std::string& name : filter->patterns)
        if (!is_pattern(name) && !names.empty() && !has_name(names, name))
          mistaken("where", fmt::format("the history has no interface '{}'", name), near(name, names));
    }
    selection.filters.push_back(std::move(*filter));
  }
  return {};
}

void Asked::choose_groups(const std::vector<std::string>& tags, AskedSelection& asked) {
  if (!call_->values.knows("by")) return;
  asked.by = call_->values.texts("by");
  for (const std::string& tag : asked.by)
    if (!tags.empty() && tag != "host" && !has_name(tags, tag))
      mistaken("by", unknown_tag(asked.selection.measurement, tag, tags), near(tag, tags));
  const bool is_traffic = asked.selection.measurement == "net";
  if (is_traffic && asked.by == std::vector<std::string>{"interface"}) {
    asked.by = {"host", "interface", "kind", "parent"};
    asked.selection.by = history::GroupBy::interface;
  } else if (is_traffic && asked.by == std::vector<std::string>{"host"}) {
    asked.selection.by = history::GroupBy::host;
  } else {
    asked.selection.by_tags = asked.by;
  }
}

Answered<AskedSelection> Asked::selection() {
  AskedSelection asked;
  history::Selection& selection = asked.selection;
  if (has("measurement")) selection.measurement = call_->values.text("measurement");
  auto known = measurement(selection.measurement);
  if (!known) return std::unexpected(known.error());
  asked.tags = known->tags;
  std::vector<std::string> names;
  for (const history::HistoryField& field : known->fields)
    names.push_back(field.name);
  if (call_->values.knows("field") && call_->values.has("field")) {
    selection.fields = call_->values.texts("field");
    if (selection.fields.empty()) mistaken("field", "empty");
  } else if (selection.measurement != "net") {
    selection.fields = names;
  }
  if (std::set<std::string> once(selection.fields.begin(), selection.fields.end());
      once.size() != selection.fields.size())
    mistaken("field", "names a field twice");
  for (const std::string& name : selection.fields) {
    const auto found = std::ranges::find(known->fields, name, &history::HistoryField::name);
    if (found != known->fields.end())
      asked.fields.push_back(*found);
    else if (!names.empty())
      mistaken("field", fmt::format("{} has no field '{}'", selection.measurement, name), near(name, names));
  }
  if (auto chosen = choose_host(selection); !chosen) return std::unexpected(chosen.error());
  if (auto chosen = choose_where(known->tags, selection); !chosen) return std::unexpected(chosen.error());
  choose_groups(known->tags, asked);
  if (has("scope"))
    selection.scope = call_->values.text("scope") == "all" ? history::Scope::all : history::Scope::uplinks;
  return asked;
}

Answered<history::Selection> Asked::traffic() {
  history::Selection selection;
  if (auto chosen = choose_host(selection); !chosen) return std::unexpected(chosen.error());
  return selection;
}

}  // namespace collector::web
