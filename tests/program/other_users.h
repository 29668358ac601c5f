// The built collector as other users of this machine, for tests that are root: by number, no account is made.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/program/program.h"

namespace collector::test {

class OtherUsers {
 public:
  // `folder`, a test's own, becomes one that everybody may enter; a copy of the program lies there.
  explicit OtherUsers(const std::filesystem::path& folder) : binary_(folder / "collector") {
    std::filesystem::permissions(folder, std::filesystem::perms(0755));
    std::filesystem::copy_file(binary(), binary_);
    std::filesystem::permissions(binary_, std::filesystem::perms(0755));
  }

  // Makes the directory, mode 0755, that user's.
  std::filesystem::path own(const std::filesystem::path& directory, unsigned user) const {
    std::filesystem::create_directories(directory);
    std::filesystem::permissions(directory, std::filesystem::perms(0755));
    if (chown(directory.c_str(), user, user) != 0) throw std::runtime_error("chown " + directory.string());
    return directory;
  }

  // collector ARGUMENTS… as that user, with a group of the same number and these beside it.
  std::vector<std::string> as(unsigned user, const std::vector<unsigned>& groups,
                              const std::vector<std::string>& arguments) const {
    return as(user, groups, binary_.string(), arguments);
  }
  std::vector<std::string> as(unsigned user, const std::vector<unsigned>& groups, const std::string& program,
                              const std::vector<std::string>& arguments) const {
    std::vector<std::string> all{"/usr/bin/setpriv", fmt::format("--reuid={}", user),
                                 fmt::format("--regid={}", user)};
    std::string list;
    for (const unsigned group : groups)
      list += fmt::format("{}{}", list.empty() ? "" : ",", group);
    all.push_back(list.empty() ? "--clear-groups" : "--groups=" + list);
    all.push_back(program);
    all.insert(all.end(), arguments.begin(), arguments.end());
    return all;
  }

 private:
  std::filesystem::path binary_;
};

}  // namespace collector::test
