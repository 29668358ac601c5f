// Setting: one row of a component's table of settings. Reading, checking, defaults, the reference
// documentation and the JSON schema all derive from these tables; nothing about a setting is written down
// twice.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/measurement.h"

namespace collector {

class CheckContext;
class Settings;
struct SettingMistake;

enum class SettingType : std::uint8_t {
  boolean,  // true, false (also on/off, yes/no); not in quotes
  integer,  // a bare whole number within [minimum, maximum]; not in quotes
  text,
  secret,    // text that is never shown: logs, status, errors and `config` print ***
  path,      // text; relative to the state directory
  choice,    // one of `choices`
  duration,  // "30s", "15m", "1h30m"; limits in nanoseconds; a text where `choices` holds it
  size,      // "64MiB", "2GB"; limits in bytes
  rate,      // "100Gbit/s", "10MB/s"; kept in bytes per second; "auto" where `choices` holds it
  list,      // texts: names or globs; each one of `choices` where those are given
  map,       // text → text
  rates,     // text (name or glob) → rate
  table,     // nested: `children`. Left out: its children's defaults; but absent when one of them is required
};

struct Setting {
  std::string_view name = {};
  SettingType type = SettingType::text;
  std::string_view default_text =
      {};                          // as YAML, in flow style; empty: no default (the setting may be absent)
  std::string_view sentence = {};  // what it does, one or two sentences
  bool required = false;           // no default, and absence is an error
  std::span<const std::string_view> choices = {};
  std::int64_t minimum = std::numeric_limits<std::int64_t>::min();
  std::int64_t maximum = std::numeric_limits<std::int64_t>::max();
  std::span<const Setting> children = {};
  bool many_lines = false;  // text: may hold line ends and tabs; any other text is one line
};

// Where a sink of files writes: to one file, or to files of its own in a directory.
struct SinkPlace {
  std::filesystem::path path;  // absolute
  bool is_directory = false;
};

// One kind of sampler or sink, as far as the configuration is concerned. A sink's own row that is named like
// a common one ("every") takes that one's place, with its own default and limits; its value is found among
// the common settings.
struct ComponentType {
  std::string_view name = {};
  std::string_view sentence = {};
  std::span<const Setting> settings = {};
  // Samplers: the default interval, as text ("1s"), and whether the default set has it. Sinks: empty, false.
  std::string_view default_interval = {};
  bool on_by_default = true;
  // Samplers: the fields that their rows can be told apart by in size (keep_by), the most important first;
  // none: there are not several series whose counters could be added up.
  std::span<const std::string> size_fields = {};
  // Sinks: a canonical name of what such a sink writes to, given its own checked settings and the state
  // directory. Two sinks with the same one are refused; null or an empty name: never the same. Must not
  // throw.
  std::string (*target)(const Settings& settings, const std::filesystem::path& state) = nullptr;
  // Sinks: the files and directories that such a sink makes; null: none. One sink's file can't be another's
  // directory, nor on the way to it: that is refused. Must not throw.
  std::vector<SinkPlace> (*places)(const Settings& settings, const std::filesystem::path& state) = nullptr;
  // What else is wrong with settings whose rows are right, as far as it can be known without asking the
  // target; null: nothing ever is. May read files that the settings name. Must not throw.
  std::vector<SettingMistake> (*check)(const Settings& settings, const CheckContext& context) = nullptr;
};

// All that can be configured. Built by the floor that knows everybody (collector/app) and handed down.
struct Catalog {
  std::span<const ComponentType> samplers = {};
  std::span<const ComponentType> sinks = {};
  // Tags and fields of all measurements: a configured tag may not be named like one, because both become
  // columns.
  std::span<const std::string> reserved_tags = {};
  // Everything that rows can be about, for sinks that choose among them; empty: it is not known.
  std::span<const MeasurementPtr> measurements = {};
  // Whether there is a token or a user that may look, in this state directory; nothing: this process can't
  // tell. Null: it is not asked.
  std::optional<bool> (*may_anybody_sign_in)(const std::filesystem::path& state) = nullptr;
};

}  // namespace collector
