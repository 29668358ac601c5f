// Arguments → command → exit code; nothing else.
#include <malloc.h>

#include <cstdio>
#include <exception>

#include "collector/app/signals.h"
#include "collector/cli/commands.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/options.h"
#include "collector/cli/standard_streams.h"

int main(int argc, char** argv) {
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
