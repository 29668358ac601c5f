// The collector that runs on this machine, found and asked: over the socket in the state directory that the
// configuration names, else, because that may have been edited or removed since it started, over whichever
// socket of a collector was started with this configuration.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "collector/cli/options.h"
#include "collector/http/client.h"
#include "config/configuration.h"

namespace collector {

struct RunningAnswer {
  std::filesystem::path state;  // where it was looked for
  // Where it answered, when nobody listens there; empty otherwise.
  std::filesystem::path elsewhere;
  std::expected<http::Response, http::ClientFailure> response;
  std::filesystem::path socket;  // that was asked last
};

// Blocks for `timeout` at most for each collector that has to be asked. An answer that this user may not ask
// (403) is a failure of kind `forbidden`.
RunningAnswer ask_running(const Options& options, const Environment& environment, const std::string& method,
                          const std::string& target, Duration timeout, const std::string& body = {});

// Says where it was found, when that is not where the configuration says. To stderr.
void say_where(const RunningAnswer& answer);

// Of an answer that does not suit the question: that the collector behind this socket is of another version,
// and what to do. Empty: it is of the same, or does not tell.
std::string other_version(const std::filesystem::path& socket);

// What to say, and the exit code, when it did not answer.
int report_silence(const RunningAnswer& answer, Duration timeout);

}  // namespace collector
