#include "collector/web/etag.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <functional>

#include "collector/core/numbers.h"
#include "collector/web/asked.h"
#include "collector/web/sources.h"

namespace collector::web {
namespace {

// Whatever has written to it, an import too.
std::string written_at(const std::filesystem::path& file) {
  std::string all;
  for (const char* part : {"", "-wal"}) {
    struct stat status{};
    if (stat((file.native() + part).c_str(), &status) == 0)
      all += fmt::format("{} {} {}.{}\n", status.st_ino, status.st_size, status.st_mtim.tv_sec,
                         status.st_mtim.tv_nsec);
  }
  return all;
}

// By words that are about the same time whenever they are said, and behind which nothing new comes.
bool is_over(const Asked& asked) {
  const Values& values = asked.call().values;
  if (!values.knows("to") || !values.knows("from")) return false;
  const auto from = parse_number<std::int64_t>(values.text("from"));
  const auto to = parse_number<std::int64_t>(values.text("to"));
  return from && to && *from > 0 && *to < asked.now().time_since_epoch().count();
}

}  // namespace

std::string tag_of(const Asked& asked) {
  const auto position = asked.file().position();
  if (!position) return {};
  const Call& call = asked.call();
  std::string of =
      fmt::format("{}\n{}\n{}\n{}\n", position->all, call.request.path, call.type, call.caller.is_anonymous);
  for (const auto& [name, value] : call.request.fields)
    of += fmt::format("{}={}\n", name, value);
  for (const std::string& host : call.caller.hosts)
    of += host + "\n";
  of += written_at(asked.file().path());
  // Plans, zone and name are the configuration's.
  if (call.sources.configuration_text) of += call.sources.configuration_text();
  if (!is_over(asked)) {
    of += fmt::format("{}", asked.now().time_since_epoch().count());
    // What is read of a tick is in the open window before the tick is published here.
    if (const auto snapshot = call.sources.latest()) of += fmt::format(" {}", snapshot->tick);
  }
  return fmt::format("W/\"{}-{}-{:016x}\"", position->epoch.empty() ? "0" : position->epoch,
                     position->sequence, std::hash<std::string>()(of));
}

}  // namespace collector::web
