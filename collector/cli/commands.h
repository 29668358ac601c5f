// One function per command; each returns the process's exit code. stdout is data, stderr is talk.
#pragma once

#include "collector/cli/options.h"
#include "collector/core/log.h"
#include "config/configuration.h"

namespace collector {

int run_command(const Configuration& configuration, const Options& options);
int once_command(const Configuration& configuration, const Options& options);
int sample_command(const Configuration& configuration, const Options& options);
int replay_command(const Options& options, const Catalog& catalog, const Environment& environment);

// What the configuration and the command line say together; also after a reload.
log::Level log_level(const Options& options, const Configuration& configuration);

// Carries out the command; loads the configuration where it needs one.
int carry_out(const Options& options);
int end_at_once(const Parsed& parsed);  // says its text

}  // namespace collector
