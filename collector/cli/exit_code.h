// What the process's exit code says; documented in the README. Values from sysexits.h where it has one.
#pragma once

#include <span>
#include <string_view>

namespace collector::exit_code {

inline constexpr int done = 0;              // for --once: everything due was delivered
inline constexpr int degraded = 1;          // status: it says what is wrong, or does not answer
inline constexpr int cancelled = 1;         // setup: ended before anything was changed
inline constexpr int newer = 1;             // version --check: a newer one is there
inline constexpr int not_running = 3;       // status
inline constexpr int usage = 64;            // wrong usage
inline constexpr int internal = 70;         // internal error; stdout not written; a service not started
inline constexpr int resources = 71;        // no memory, no further thread or descriptor
inline constexpr int state_directory = 73;  // the state directory can't be used
inline constexpr int held = 74;             // another collector holds it
inline constexpr int not_reached = 75;      // --once: spooled, but a sink could not be reached; the next run
                                            // delivers it; version --check: not told
inline constexpr int rejected = 76;         // a sink rejected rows: they are dead letters
inline constexpr int configuration = 78;    // configuration error

// All of them in words, for --help, the manual and the README; `code` marks in Markdown.
struct Meaning {
  int code = 0;
  std::string_view text;
};
std::span<const Meaning> meanings();
std::string_view meaning_of(int code);  // empty: no such code

}  // namespace collector::exit_code
