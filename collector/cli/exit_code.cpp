#include "collector/cli/exit_code.h"

#include <array>

namespace collector::exit_code {

std::span<const Meaning> meanings() {
  static constexpr std::array<Meaning, 11> all{{
      {done, "done; for `--once`: everything due was delivered"},
      {degraded, "`status`: degraded, or no answer; it says why. `setup`: ended before anything was changed"},
      {not_running, "`status`: not running"},
      {usage, "wrong usage"},
      {internal, "internal error, or what was asked for could not be printed, or a service not started"},
      {resources, "no memory was left, no further thread could be started, or no further file opened"},
      {state_directory, "the state directory can't be used"},
      {held, "another collector holds it"},
      {not_reached,
       "`--once`: sampled and kept, but a sink could not be reached; the next run delivers it. `check "
       "--connect`: "
       "a target would not take rows"},
      {rejected, "a sink rejected rows: they are dead letters (goes before 75)"},
      {configuration, "configuration error"},
  }};
  return all;
}

std::string_view meaning_of(int code) {
  for (const Meaning& each : meanings())
    if (each.code == code) return each.text;
  return {};
}

}  // namespace collector::exit_code
