// docker/compose.yaml as an engine would understand it: variables put in, YAML's anchors and merges followed.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "config/tree.h"

namespace collector::test {

struct PublishedPort {
  std::string address;  // on the host
  std::string port;     // on the host
  std::string inside;
};

struct Mount {
  std::string source;  // a path, absolute, or the name of a volume
  std::string target;
  std::string options;  // "ro,rslave"

  bool is_volume() const { return !source.starts_with('/'); }
  bool read_only() const { return options == "ro" || options.starts_with("ro,"); }
};

struct Service {
  std::string name;
  TreeNode node;  // as it stands in the file
  std::set<std::string> profiles{};
  std::vector<PublishedPort> ports{};
  std::vector<Mount> mounts{};
  std::map<std::string, std::string> environment{};
  std::map<std::string, std::string> depends_on{};  // the condition by the service's name

  std::string text(const std::string& key) const;                // "" when it is not there
  std::vector<std::string> texts(const std::string& key) const;  // of a list
  std::vector<std::string> health_check() const;
  // What is mounted at a path of the container; empty: nothing of the host's is.
  std::filesystem::path on_host(const std::string& path) const;
};

using Variables = std::map<std::string, std::string>;

class ComposeFile {
 public:
  // Throws when it is no YAML, or has a variable that is neither given nor has a default.
  ComposeFile(const std::filesystem::path& file, const Variables& given);

  const std::vector<Service>& services() const { return services_; }
  std::vector<Service> of_profile(const std::string& profile) const;
  std::set<std::string> profiles() const;
  std::set<std::string> volumes() const;
  const TreeNode& top() const { return top_; }
  const Variables& defaults() const { return defaults_; }  // of all variables

 private:
  std::string substituted(const std::string& text, const Variables& given);

  Variables defaults_;  // found on the way to top_
  TreeNode top_;
  std::vector<Service> services_;
};

// A YAML file of the project's; throws with its mistakes.
TreeNode read_yaml_file(const std::filesystem::path& file);
// The node at "a.b.0"; throws when there is none.
const TreeNode& at(const TreeNode& node, const std::string& path);

}  // namespace collector::test
