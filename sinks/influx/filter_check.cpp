#include "sinks/influx/filter_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "collector/formats/row_format.h"
#include "config/suggest.h"
#include "sinks/influx/filter.h"

namespace collector::influx {
namespace {

constexpr std::array<std::string_view, 2> lists{"include", "exclude"};

// The names that patterns may meet.
struct Names {
  std::set<std::string> measurements;
  std::set<std::string> fields;  // "net.bytes_recv_peak"
  std::set<std::string> tags;    // keys
};

// Every column that a setting may ask for.
constexpr RowFormat any_format{
    .counters = Counters::both, .minimum = true, .maximum = true, .last = true, .peak = true};

std::vector<std::string> columns(const Measurement& measurement, const RowFormat& format) {
  std::vector<std::string> names;
  for (const Column& column : columns_of(measurement, format))
    names.push_back(column.name);
  return names;
}

Names names_of(std::span<const MeasurementPtr> measurements, const RowFormat& format) {
  Names names;
  for (const MeasurementPtr& measurement : measurements) {
    names.measurements.insert(measurement->name);
    for (const std::string& column : columns(*measurement, format))
      names.fields.insert(measurement->name + "." + column);
    for (const TagKey& tag : measurement->tags)
      names.tags.insert(tag.name);
  }
  return names;
}

bool meets_any(const std::string& glob, const std::set<std::string>& names) {
  return std::ranges::any_of(names, [&](const std::string& name) { return matches(glob, name); });
}

bool lets_pass_any(const Settings& settings, std::span<const MeasurementPtr> measurements,
                   const RowFormat& format) {
  const Filter filter(patterns_of(settings, "include"), patterns_of(settings, "exclude"));
  return std::ranges::any_of(measurements, [&](const MeasurementPtr& measurement) {
    return filter.takes(*measurement) &&
           std::ranges::any_of(columns(*measurement, format),
                               [&](const std::string& column) { return filter.takes(*measurement, column); });
  });
}

std::string remedy_for(std::string_view written, const std::set<std::string>& names,
                       std::string_view otherwise) {
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string_view near = nearest(written, candidates);
  return near.empty() ? std::string(otherwise) : fmt::format("did you mean \"{}\"?", near);
}

class FilterLook {
 public:
  FilterLook(const Settings& settings, const CheckContext& context)
      : settings_(settings), known_(context.measurements()), names_(names_of(known_, any_format)) {}

  std::vector<SettingMistake> all() {
    for (const std::string_view list : lists) {
      if (!settings_.has(list)) continue;
      const std::string name(list);
      const Patterns patterns = patterns_of(settings_, name);
      tags(name, patterns);
      fields(name, patterns.fields);
      if (!known_.empty()) measurements(name, patterns.measurements);
    }
    if (mistakes_.empty() && !known_.empty()) what_is_left();
    return std::move(mistakes_);
  }

 private:
  void add(std::string path, std::string what, std::string remedy) {
    mistakes_.push_back({std::move(path), std::move(what), std::move(remedy), {}});
  }

  void measurements(const std::string& list, const std::vector<std::string>& globs) {
    const std::string prefix = settings_.has("prefix") ? settings_.text("prefix") : "";
    for (std::size_t i = 0; i < globs.size(); ++i) {
      const std::string& glob = globs[i];
      if (mistake_in_glob(glob) || meets_any(glob, names_.measurements)) continue;
      const bool has_prefix = !prefix.empty() && glob.starts_with(prefix);
      add(fmt::format("{}.measurements[{}]", list, i), fmt::format("meets no measurement: \"{}\"", glob),
          has_prefix ? fmt::format("write \"{}\", without the prefix", glob.substr(prefix.size()))
                     : remedy_for(glob, names_.measurements, "`collector config --measurements` lists them"));
    }
  }

  void tags(const std::string& list, const Patterns& patterns) {
    for (const auto& [tag, glob] : patterns.tags) {
      const std::string path = list + ".tags." + tag;
      if (const auto mistake = mistake_in_glob(glob))
        add(path, mistake->what, mistake->remedy);
      else if (!known_.empty() && !names_.tags.contains(tag))
        add(path, "is no tag of any measurement",
            remedy_for(tag, names_.tags,
                       "choose from: " +
                           joined(std::vector<std::string_view>(names_.tags.begin(), names_.tags.end()))));
    }
  }

  void fields(const std::string& list, const std::vector<std::string>& globs) {
    for (std::size_t i = 0; i < globs.size(); ++i) {
      const std::string& glob = globs[i];
      const std::string path = fmt::format("{}.fields[{}]", list, i);
      if (glob.find_first_of(".*?[") == std::string::npos)
        add(path, "is no measurement.field, and meets none",
            fmt::format("write {}.*, or {}.FIELD, or leave it to {}.measurements", glob, glob, list));
      else if (!known_.empty() && !mistake_in_glob(glob) && !meets_any(glob, names_.fields))
        add(path, fmt::format("meets no field: \"{}\"", glob),
            remedy_for(glob, names_.fields, "`collector config --measurements` lists them"));
    }
  }

  // Patterns that each meet something may still take everything away together.
  void what_is_left() {
    if (lets_pass_any(settings_, known_, any_format)) return;
    add(settings_.has("include") ? "include" : "exclude",
        "lets nothing pass: its measurements and fields have nothing in common that is not excluded",
        "take a pattern out");
  }

  const Settings& settings_;
  const std::span<const MeasurementPtr> known_;
  const Names names_;
  std::vector<SettingMistake> mistakes_;
};

}  // namespace

std::vector<SettingMistake> mistakes_in_filter(const Settings& settings, const CheckContext& context) {
  return FilterLook(settings, context).all();
}

std::vector<SinkNote> notes_on_filter(const Settings& settings, std::span<const MeasurementPtr> produced,
                                      const RowFormat& format) {
  const Patterns include = patterns_of(settings, "include");
  const Names names = names_of(produced, format);
  const Names in_any_format = names_of(produced, any_format);
  std::vector<SinkNote> notes;
  const auto warn = [&](std::string text) {
    notes.push_back({.name = "filter", .text = std::move(text), .warning = true});
  };
  const auto no_sampler = [&](std::string_view list, const std::string& what) {
    warn(fmt::format(
        "include.{}: no sampler that is on delivers \"{}\"; turn that sampler on, or take it out of include",
        list, what));
  };
  for (const std::string& glob : include.measurements)
    if (!meets_any(glob, names.measurements)) no_sampler("measurements", glob);
  for (const auto& [tag, glob] : include.tags)
    if (!names.tags.contains(tag)) no_sampler("tags", tag);
  for (const std::string& glob : include.fields) {
    if (meets_any(glob, names.fields)) continue;
    if (meets_any(glob, in_any_format.fields))
      warn(fmt::format(
          "include.fields: with its `counters` and `statistics` this sink writes no \"{}\"; change "
          "them, or take it out of include",
          glob));
    else
      no_sampler("fields", glob);
  }
  if (notes.empty() && !produced.empty() && (settings.has("include") || settings.has("exclude")) &&
      !lets_pass_any(settings, produced, format))
    warn(
        "include and exclude let nothing pass of what the samplers that are on deliver and this sink writes; "
        "take a pattern out, or change `counters` and `statistics`");
  return notes;
}

}  // namespace collector::influx
