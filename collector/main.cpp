// Arguments → command → exit code; nothing else.
#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "collector/app/signals.h"
#include "collector/cli/commands.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/options.h"
#include "collector/cli/standard_streams.h"

namespace {

// In a thread of its own nobody is there to catch it: say what it was, and end. What is stored is consistent
// at any moment, and the next start goes on from there.
[[noreturn]] void end_after_uncaught() {
  try {
    if (const auto uncaught = std::current_exception()) std::rethrow_exception(uncaught);
    std::fputs("collector: internal error\n", stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "collector: internal error: %s\n", error.what());
  } catch (...) {
    std::fputs("collector: internal error\n", stderr);
  }
  _exit(collector::exit_code::internal);
}

}  // namespace

int main(int argc, char** argv) {
  std::set_terminate(end_after_uncaught);
  collector::block_signals();
  collector::occupy_closed_standard_streams();
  // One arena: glibc otherwise gives every thread one of its own, which costs megabytes here and gains
  // nothing.
  mallopt(M_ARENA_MAX, 1);
  try {
    const collector::Parsed parsed = collector::parse_options(argc, argv);
    if (parsed.options) return collector::carry_out(*parsed.options);
    std::fputs(parsed.text.c_str(), parsed.exit_code == collector::exit_code::done ? stdout : stderr);
    return parsed.exit_code;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "collector: internal error: %s\n", error.what());
    return collector::exit_code::internal;
  }
}
