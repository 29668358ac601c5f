// Arguments → command → exit code; nothing else.
#include <malloc.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <exception>
#include <new>
#include <system_error>

#include "collector/app/signals.h"
#include "collector/cli/commands.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/options.h"
#include "collector/cli/standard_streams.h"
#include "collector/core/log.h"
#include "collector/core/output_queue.h"
#include "collector/core/resources.h"

namespace {

// What nobody catches ends the process where it was thrown, in whatever thread: unwinding would wait for
// threads and disks first. What is stored is consistent at any moment, and the next start goes on from there.
// No memory may be left for what is said.
[[noreturn]] void end_after_uncaught() {
  int code = collector::exit_code::internal;
  std::array<char, 512> words{};
  const auto compose = [&](const char* what, const char* why) {
    std::snprintf(words.data(), words.size(), "collector: %s%s%s\n", what, *why == '\0' ? "" : ": ", why);
  };
  try {
    compose("internal error", "");
    if (const auto uncaught = std::current_exception()) std::rethrow_exception(uncaught);
  } catch (const std::bad_alloc&) {
    code = collector::exit_code::resources;
    compose("no memory is left; the next start goes on from what is stored", "");
  } catch (const std::system_error& error) {
    // A thread that could not be started throws this, too.
    const bool no_thread = error.code() == std::errc::resource_unavailable_try_again;
    const bool lacking = collector::lacks_resources(error.code().value());
    if (no_thread || lacking) code = collector::exit_code::resources;
    compose(no_thread ? "no further thread can be started (too little memory, or a limit on tasks)"
            : lacking ? "no further file can be opened, or no memory is left; the next start goes on"
                      : "internal error",
            error.what());
  } catch (const std::exception& error) {
    compose("internal error", error.what());
  } catch (...) {
    compose("internal error", "");
  }
  collector::log::last_words(words.data());
  _exit(code);
}

}  // namespace

int main(int argc, char** argv) {
  collector::standard_error();  // made while there is memory
  std::set_terminate(end_after_uncaught);
  collector::block_signals();
  collector::occupy_closed_standard_streams();
  // One arena: glibc otherwise gives every thread one of its own, which costs megabytes here and gains
  // nothing.
  mallopt(M_ARENA_MAX, 1);
  const collector::Parsed parsed = collector::parse_options(argc, argv);
  const int code = parsed.options ? collector::carry_out(*parsed.options) : collector::end_at_once(parsed);
  collector::standard_error().flush(collector::last_lines_timeout);
  return code;
}
