// ${NAME}, ${NAME:-default}, ${NAME:?message}, ${file:PATH} and $$, in values only and after parsing: what is
// put in is never looked at again, neither as YAML nor for further substitutions.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/configuration.h"
#include "config/problems.h"
#include "config/tree.h"

namespace collector {

class Substitution {
 public:
  // `folder`: what ${file:PATH} is relative to. `environment` and `problems` outlive this.
  Substitution(const Environment& environment, std::filesystem::path folder, Problems& problems)
      : environment_(environment), folder_(std::move(folder)), problems_(problems) {}

  // Replaces in every value below `node`. `path` names the node in messages.
  void apply(TreeNode& node, const std::string& path);

  std::vector<std::filesystem::path>
  take_secret_files();                           // sorted, each once; those that could not be read too
  std::vector<std::string> take_secret_paths();  // sorted

 private:
  void replace_in_text(TreeNode& node, const std::string& path);
  // What stands between ${ and }, replaced; nothing when a problem was reported.
  std::optional<std::string> replacement(std::string_view inside, TreeNode& node, const std::string& path);
  void unset(const std::string& name, std::string_view remedy, TreeNode& node, const std::string& path);
  std::optional<std::string> handed_text(const std::filesystem::path& file) const;
  std::optional<std::string> from_file(std::string_view name, TreeNode& node, const std::string& path);

  const Environment& environment_;
  std::filesystem::path folder_;
  Problems& problems_;
  std::string empty_variable_;  // the last one in the text under way that is set and empty
  std::vector<std::filesystem::path> secret_files_;
  std::vector<std::string> secret_paths_;
};

}  // namespace collector
