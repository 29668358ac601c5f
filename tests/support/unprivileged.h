// Servers that refuse to run as root: they run as `nobody` then, and as oneself otherwise.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace collector::test {

// The command as it is to be started. `at_death` is the signal (setpriv's name for it: "QUIT") that the
// program gets when the thread that started it is gone, so that no server outlives a test that crashed.
std::vector<std::string> unprivileged(const std::vector<std::string>& command, const std::string& at_death);

// Makes a file, or a directory and all below it, that user's.
void give_to_unprivileged(const std::filesystem::path& path);

}  // namespace collector::test
