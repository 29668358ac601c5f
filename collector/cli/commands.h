// One function per command; each returns the process's exit code. stdout is data, stderr is talk.
#pragma once

#include "collector/cli/options.h"
#include "config/configuration.h"

namespace collector {

int run_command(const Configuration& configuration, const Options& options);
int once_command(const Configuration& configuration, const Options& options);
int sample_command(const Configuration& configuration, const Options& options);
int replay_command(const Configuration& configuration, const Options& options);

// Carries out the command; loads the configuration where it needs one.
int carry_out(const Options& options);

}  // namespace collector
