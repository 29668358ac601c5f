#include "collector/cli/exit_code.h"

#include <array>

namespace collector::exit_code {

std::span<const Meaning> meanings() {
  static constexpr std::array<Meaning, 11> all{{
      {done, "success; with `--once`: everything due was delivered"},
      {degraded,
       "`status`: degraded, or no answer; the output says why. `setup`: ended before it changed anything. "
       "`version --check`: a newer version is there"},
      {not_running, "`status`: not running"},
      {usage, "wrong usage"},
      {internal, "internal error, or output could not be written, or a service could not be started"},
      {resources, "no memory left, or no further thread could be started or file opened"},
      {state_directory, "the state directory can't be used"},
      {held, "another collector is using the state directory"},
      {not_reached,
       "`--once`: the sample is kept, but a sink could not be reached; the next run delivers it. `check "
       "--connect`: a target would not accept rows. `version --check`: the other version can't be told"},
      {rejected, "a sink refused rows, which are kept as dead letters (takes precedence over 75)"},
      {configuration, "the configuration has mistakes"},
  }};
  return all;
}

std::string_view meaning_of(int code) {
  for (const Meaning& each : meanings())
    if (each.code == code) return each.text;
  return {};
}

}  // namespace collector::exit_code
