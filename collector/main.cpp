// Arguments → command → exit code; nothing else.
#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <new>
#include <system_error>

#include "collector/app/signals.h"
#include "collector/cli/commands.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/options.h"
#include "collector/cli/standard_streams.h"
#include "collector/core/resources.h"

namespace {

// What nobody catches ends the process where it was thrown, in whatever thread: unwinding would wait for
// threads and disks first. What is stored is consistent at any moment, and the next start goes on from there.
[[noreturn]] void end_after_uncaught() {
  int code = collector::exit_code::internal;
  try {
    if (const auto uncaught = std::current_exception()) std::rethrow_exception(uncaught);
    std::fputs("collector: internal error\n", stderr);
  } catch (const std::bad_alloc&) {
    code = collector::exit_code::resources;
    std::fputs("collector: no memory is left; the next start goes on from what is stored\n", stderr);
  } catch (const std::system_error& error) {
    // A thread that could not be started throws this, too.
    const bool no_thread = error.code() == std::errc::resource_unavailable_try_again;
    const bool lacking = collector::lacks_resources(error.code().value());
    if (no_thread || lacking) code = collector::exit_code::resources;
    std::fprintf(stderr, "collector: %s: %s\n",
                 no_thread ? "no further thread can be started (too little memory, or a limit on tasks)"
                 : lacking ? "no further file can be opened, or no memory is left; the next start goes on"
                           : "internal error",
                 error.what());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "collector: internal error: %s\n", error.what());
  } catch (...) {
    std::fputs("collector: internal error\n", stderr);
  }
  _exit(code);
}

}  // namespace

int main(int argc, char** argv) {
  std::set_terminate(end_after_uncaught);
  collector::block_signals();
  collector::occupy_closed_standard_streams();
  // One arena: glibc otherwise gives every thread one of its own, which costs megabytes here and gains
  // nothing.
  mallopt(M_ARENA_MAX, 1);
  const collector::Parsed parsed = collector::parse_options(argc, argv);
  if (parsed.options) return collector::carry_out(*parsed.options);
  return collector::end_at_once(parsed);
}
