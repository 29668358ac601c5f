// What the process's exit code says; documented in the README. Values from sysexits.h where it has one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace collector::exit_code {

inline constexpr int done = 0;      // for --once: everything due was delivered
inline constexpr int degraded = 1;  // status: it says what is wrong; or the running collector does not answer
inline constexpr int cancelled = 1;         // setup: ended before anything was changed
inline constexpr int newer = 1;             // version --check: a newer one is there
inline constexpr int taken = 1;             // token, user: the name is taken, or nobody's
inline constexpr int over = 1;              // today, month …: more has moved than --cap
inline constexpr int not_running = 3;       // status, reload, live, web
inline constexpr int usage = 64;            // wrong usage
inline constexpr int partly = 1;            // import: some lines were refused, the others taken
inline constexpr int refused = 65;          // import: every line was refused
inline constexpr int no_history = 66;       // today, month …: no history, or it can't be read
inline constexpr int internal = 70;         // internal error; stdout not written; a service not started
inline constexpr int resources = 71;        // no memory, no further thread or descriptor
inline constexpr int state_directory = 73;  // the state directory can't be used
inline constexpr int held = 74;             // another collector holds it
inline constexpr int not_reached = 75;      // --once: spooled, but a sink could not be reached; the next run
                                            // delivers it; version --check: not told
inline constexpr int rejected = 76;         // a sink rejected rows: they are dead letters
inline constexpr int configuration = 78;    // configuration error

// In words. What a code means to every command has no `of`; else `of` is how those are typed that it is for,
// separated by commas: "check --connect", "--once".
struct Meaning {
  int code = 0;
  std::string_view of;
  std::string_view text;
};
std::span<const Meaning> meanings();

// Every code once, in order.
std::vector<int> all();

// For the manual and the README, as Markdown: "`status`: degraded. `setup`: ended before it changed
// anything".
std::string meaning_of(int code);  // empty: no such code
// For the help of one command: only what it means there.
std::string meaning_to(std::string_view command, int code);

}  // namespace collector::exit_code
