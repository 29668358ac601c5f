#include "tests/support/unprivileged.h"

#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace collector::test {
namespace {

const passwd& nobody() {
  const passwd* found = getpwnam("nobody");
  if (found == nullptr) throw std::runtime_error("there is no user 'nobody' for servers that refuse root");
  return *found;
}

}  // namespace

std::vector<std::string> unprivileged(const std::vector<std::string>& command, const std::string& at_death) {
  std::vector<std::string> words{"/usr/bin/setpriv", "--pdeathsig", at_death};
  if (geteuid() == 0)
    words.insert(words.end(), {"--reuid", std::to_string(nobody().pw_uid), "--regid",
                               std::to_string(nobody().pw_gid), "--clear-groups"});
  words.emplace_back("--");
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

void give_to_unprivileged(const std::filesystem::path& path) {
  if (geteuid() != 0) return;
  const auto give = [](const std::filesystem::path& one) {
    if (lchown(one.c_str(), nobody().pw_uid, nobody().pw_gid) != 0)
      throw std::runtime_error("chown " + one.string() + ": " + std::strerror(errno));
  };
  give(path);
  if (!std::filesystem::is_directory(path)) return;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
    give(entry.path());
}

}  // namespace collector::test
