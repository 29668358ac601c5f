#include "tests/packaging/compose_file.h"

#include <regex>
#include <stdexcept>

#include "config/yaml_reader.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

TreeNode parsed(const std::string& text, const std::string& name) {
  Problems problems(name);
  auto tree = read_yaml(text, problems);
  for (const Problem& problem : problems.take())
    throw std::runtime_error(problem.text());
  return *std::move(tree);
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

PublishedPort port_of(const std::string& text) {
  const auto parts = split(text, ':');
  if (parts.size() != 3) throw std::runtime_error("port " + text + " is not ADDRESS:PORT:PORT");
  return {parts[0], parts[1], parts[2]};
}

Mount mount_of(const std::string& text, const std::filesystem::path& folder) {
  const auto parts = split(text, ':');
  if (parts.size() < 2 || parts.size() > 3) throw std::runtime_error("volume " + text);
  Mount mount{parts[0], parts[1], parts.size() == 3 ? parts[2] : ""};
  if (mount.source.starts_with('.')) mount.source = (folder / mount.source).lexically_normal().string();
  return mount;
}

std::vector<std::string> texts_of(const TreeNode& list) {
  std::vector<std::string> out;
  for (const TreeNode& item : list.items)
    out.push_back(item.text);
  return out;
}

Service service_of(const TreeEntry& entry, const std::filesystem::path& folder) {
  Service service{.name = entry.key, .node = entry.value};
  for (const std::string& profile : service.texts("profiles"))
    service.profiles.insert(profile);
  for (const std::string& text : service.texts("ports"))
    service.ports.push_back(port_of(text));
  for (const std::string& text : service.texts("volumes"))
    service.mounts.push_back(mount_of(text, folder));
  if (const TreeEntry* environment = entry.value.find("environment"))
    for (const TreeEntry& variable : environment->value.entries)
      service.environment.emplace(variable.key, variable.value.text);
  if (const TreeEntry* others = entry.value.find("depends_on")) {
    for (const TreeNode& other : others->value.items)
      service.depends_on.emplace(other.text, "service_started");
    for (const TreeEntry& other : others->value.entries)
      service.depends_on.emplace(other.key, at(other.value, "condition").text);
  }
  return service;
}

}  // namespace

TreeNode read_yaml_file(const std::filesystem::path& file) {
  return parsed(read_file(file), file.string());
}

const TreeNode& at(const TreeNode& node, const std::string& path) {
  const TreeNode* found = &node;
  for (const std::string& part : split(path, '.')) {
    const TreeEntry* entry = found->find(part);
    if (entry != nullptr)
      found = &entry->value;
    else if (found->kind == TreeNode::Kind::sequence)
      found = &found->items.at(static_cast<std::size_t>(std::stoul(part)));
    else
      throw std::runtime_error("there is no " + path);
  }
  return *found;
}

std::string Service::text(const std::string& key) const {
  const TreeEntry* entry = node.find(key);
  return entry == nullptr ? "" : entry->value.text;
}

std::vector<std::string> Service::texts(const std::string& key) const {
  const TreeEntry* entry = node.find(key);
  return entry == nullptr ? std::vector<std::string>() : texts_of(entry->value);
}

std::vector<std::string> Service::health_check() const {
  return node.find("healthcheck") == nullptr ? std::vector<std::string>()
                                             : texts_of(at(node, "healthcheck.test"));
}

std::filesystem::path Service::on_host(const std::string& path) const {
  for (const Mount& mount : mounts) {
    if (mount.is_volume()) continue;
    if (path == mount.target) return mount.source;
    if (path.starts_with(mount.target + "/")) return mount.source + path.substr(mount.target.size());
  }
  return {};
}

ComposeFile::ComposeFile(const std::filesystem::path& file, const Variables& given)
    : top_(parsed(substituted(read_file(file), given), file.string())) {
  for (const TreeEntry& entry : at(top_, "services").entries)
    services_.push_back(service_of(entry, file.parent_path()));
}

std::string ComposeFile::substituted(const std::string& text, const Variables& given) {
  static const std::regex reference(R"(\$\{([A-Z_]+)(:-([^}]*))?\})");
  std::string out;
  auto rest = text.cbegin();
  for (std::sregex_iterator match(text.begin(), text.end(), reference), end; match != end; ++match) {
    const std::string name = (*match)[1].str();
    const bool has_default = (*match)[2].matched;
    const auto value = given.find(name);
    if (value == given.end() && !has_default) throw std::runtime_error(name + " has no default");
    const auto [known, first] = defaults_.emplace(name, (*match)[3].str());
    if (!first && known->second != (*match)[3].str()) throw std::runtime_error(name + " has two defaults");
    out.append(rest, (*match)[0].first);
    out += value != given.end() ? value->second : (*match)[3].str();
    rest = (*match)[0].second;
  }
  out.append(rest, text.cend());
  return out;
}

std::vector<Service> ComposeFile::of_profile(const std::string& profile) const {
  std::vector<Service> out;
  for (const Service& service : services_)
    if (service.profiles.empty() || service.profiles.contains(profile)) out.push_back(service);
  return out;
}

std::set<std::string> ComposeFile::profiles() const {
  std::set<std::string> out;
  for (const Service& service : services_)
    out.insert(service.profiles.begin(), service.profiles.end());
  return out;
}

std::set<std::string> ComposeFile::volumes() const {
  std::set<std::string> out;
  for (const TreeEntry& entry : at(top_, "volumes").entries)
    out.insert(entry.key);
  return out;
}

}  // namespace collector::test
