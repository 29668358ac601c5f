#include "sinks/json/json_sink.h"

#include <unistd.h>

#include <array>
#include <chrono>

#include "sinks/json/check.h"
#include "sinks/json/file_sink.h"
#include "sinks/json/stdout_sink.h"
#include "sinks/writable.h"

namespace collector {
namespace {

using namespace json_files;

constexpr std::string_view standard_output = "-";
constexpr std::array<std::string_view, 1> paths{standard_output};
constexpr std::array<std::string_view, 2> compressions{"none", "zstd"};

constexpr std::array<Setting, 2> keep_settings{{
    {.name = "age",
     .type = SettingType::duration,
     .default_text = "",
     .sentence = "Closed files that contain only rows older than this are deleted. Only a time that more "
                 "than one run has confirmed decides their age. Default: no limit.",
     .minimum = std::chrono::nanoseconds(std::chrono::minutes(1)).count()},
    {.name = "size",
     .type = SettingType::size,
     .default_text = "",
     .sentence = "When the sink's files take more space than this, the oldest closed files are deleted. "
                 "Default: no limit.",
     .minimum = 4096},
}};

constexpr std::array<Setting, 6> sink_settings{{
    {.name = "path",
     .type = SettingType::choice,
     .default_text = "",
     .sentence = "`-` writes to standard output instead of files, for pipes. The other settings of this type "
                 "don't go with it.",
     .choices = paths},
    {.name = "directory",
     .type = SettingType::path,
     .default_text = "json",
     .sentence =
         "The directory of the files. It is created if it is missing. Several JSON sinks may share it."},
    {.name = "rotate",
     .type = SettingType::duration,
     .default_text = "1d",
     .sentence = "The time that one file covers, counted in UTC from 1970: with `1d` one file per day, with "
                 "`1h` one per hour.",
     .minimum = std::chrono::nanoseconds(std::chrono::seconds(1)).count(),
     .maximum = std::chrono::nanoseconds(std::chrono::days(366)).count()},
    {.name = "rotate_size",
     .type = SettingType::size,
     .default_text = "64MiB",
     .sentence = "When a file has grown to this size, it is closed and the next one is started.",
     .minimum = 4096,
     .maximum = std::int64_t{1024} * 1024 * 1024},
    {.name = "compress",
     .type = SettingType::choice,
     .default_text = "zstd",
     .sentence = "How closed files are compressed. `zstdcat` reads them.",
     .choices = compressions},
    {.name = "keep",
     .type = SettingType::table,
     .default_text = "",
     .sentence = "How much history is kept in files.",
     .children = keep_settings},
}};

bool writes_to_standard_output(const Settings& settings) {
  return settings.has("path") && settings.text("path") == standard_output;
}

std::filesystem::path directory_of(const Settings& settings, const std::filesystem::path& state) {
  return state / settings.text("directory");
}

Keep keep_of(const Settings& settings) {
  Keep keep;
  if (!settings.has("keep")) return keep;
  const Settings& limits = settings.table("keep");
  if (limits.has("age")) keep.age = limits.duration("age");
  if (limits.has("size")) keep.size = limits.size("size");
  return keep;
}

// The directory is made with all that is above it.
std::expected<std::string, SinkFailure> probe(const SinkContext& context) {
  if (writes_to_standard_output(context.settings)) return "standard output";
  const auto directory = directory_of(context.settings, context.state).lexically_normal();
  if (auto can = can_make_in(directory, directory); !can) return std::unexpected(can.error());
  std::error_code error;
  return directory.string() +
         (std::filesystem::exists(directory, error) ? " exists, and can be written to" : " will be created");
}

std::unique_ptr<Sink> create(const SinkContext& context) {
  if (writes_to_standard_output(context.settings))
    return std::make_unique<StdoutSink>(STDOUT_FILENO, context.format);
  FileSinkSettings settings;
  settings.name = context.name;
  settings.directory = directory_of(context.settings, context.state);
  settings.rotate = context.settings.duration("rotate");
  settings.rotate_size = context.settings.size("rotate_size");
  settings.compress = context.settings.text("compress") == "zstd";
  settings.keep = keep_of(context.settings);
  settings.format = context.format;
  settings.retention = context.retention;
  return std::make_unique<FileSink>(std::move(settings), context.clock);
}

}  // namespace

const SinkType& json_sink() {
  static constexpr SetupOffer offer{
      .sentence = "compressed JSON files",
      .comment = "One JSON object per line, one file per day; zstdcat reads them.",
      .settings = "rotate: 1d\nkeep: {age: 365d}\n",
  };
  static const SinkType type{
      .component = {
          .name = "json",
          .sentence = "Rows as JSON objects, one per line, in files that are rotated and compressed, or on "
                      "standard output.",
          .settings = sink_settings,
          // Files carry the sink's name, so that two sinks in one directory never meet.
          .target =
              [](const Settings& settings, const std::filesystem::path&) {
                return writes_to_standard_output(settings) ? std::string("standard output") : std::string();
              },
          .places =
              [](const Settings& settings, const std::filesystem::path& state) {
                if (writes_to_standard_output(settings)) return std::vector<SinkPlace>();
                return std::vector<SinkPlace>{{directory_of(settings, state), true}};
              },
          .check = mistakes_in},
      .create = create,
      .target =
          [](const SinkContext& context) {
            if (writes_to_standard_output(context.settings)) return std::string("standard output");
            const std::string files = escape_sink_name(context.name) + "-*.ndjson";
            return (directory_of(context.settings, context.state).lexically_normal() / files).string();
          },
      .offer = &offer,
      .probe = probe,
  };
  return type;
}

}  // namespace collector
