#include "config/substitution.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/text_check.h"
#include "config/text_file.h"

namespace collector {
namespace {

constexpr std::size_t largest_secret = 64 * 1024;

bool is_variable_name(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

template <typename T>
std::vector<T> sorted_once(std::vector<T> values) {
  std::ranges::sort(values);
  values.erase(std::ranges::unique(values).begin(), values.end());
  return values;
}

// Files and variables are made with a line end behind the text: it is not part of it.
std::string without_line_end(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

// A word for why a secret's bytes can't be a value; empty when they can.
std::string_view unusable(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) return "is not UTF-8 text";
    if (text[i] == '\0') return "holds a NUL byte";
    i += length;
  }
  return {};
}

}  // namespace

std::vector<std::filesystem::path> Substitution::take_secret_files() {
  return sorted_once(std::move(secret_files_));
}
std::vector<std::string> Substitution::take_secret_paths() {
  return sorted_once(std::move(secret_paths_));
}

void Substitution::apply(TreeNode& node, const std::string& path) {
  if (node.kind == TreeNode::Kind::scalar) replace_in_text(node, path);
  for (std::size_t i = 0; i < node.items.size(); ++i)
    apply(node.items[i], fmt::format("{}[{}]", path, i));
  for (TreeEntry& entry : node.entries)
    apply(entry.value, child_path(path, entry.key));
}

void Substitution::replace_in_text(TreeNode& node, const std::string& path) {
  const std::string& text = node.text;
  if (text.find('$') == std::string::npos) return;
  empty_variable_.clear();
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    if (text.compare(i, 2, "$$") == 0) {
      result += '$';
      i += 2;
    } else if (text.compare(i, 2, "${") == 0) {
      const std::size_t end = text.find('}', i);
      if (end == std::string::npos) {
        problems_.add(node.at, path, "${ without its }",
                      "write ${NAME}, or $${ where the text itself is meant");
        node.broken = true;
        return;
      }
      if (auto value = replacement(std::string_view(text).substr(i + 2, end - i - 2), node, path))
        result += *value;
      node.substituted = true;
      i = end + 1;
    } else {
      result += text[i++];
    }
  }
  if (result.empty() && !empty_variable_.empty()) {
    problems_.add(node.at, path, fmt::format("the environment variable {} is empty", empty_variable_),
                  fmt::format("give it a value, or write ${{{}:-}} if nothing is meant", empty_variable_));
    node.broken = true;
  }
  if (node.secret) secret_paths_.push_back(path);
  node.text = std::move(result);
}

std::optional<std::string> Substitution::replacement(std::string_view inside, TreeNode& node,
                                                     const std::string& path) {
  if (inside.starts_with("file:")) return from_file(inside.substr(5), node, path);
  const std::size_t colon = inside.find(':');
  const std::string name(inside.substr(0, colon));
  const std::string_view rest = colon == std::string_view::npos ? "" : inside.substr(colon);
  if (!is_variable_name(name) || (!rest.empty() && !rest.starts_with(":-") && !rest.starts_with(":?"))) {
    problems_.add(
        node.at, path, fmt::format("${{{}}} is no substitution", inside),
        "write ${NAME}, ${NAME:-default}, ${NAME:?message} or ${file:PATH}; $${ for the text itself");
    node.broken = true;
    return std::nullopt;
  }
  auto value = environment_.variable(name);
  if (value) *value = without_line_end(std::move(*value));
  if (const std::string_view why = unusable(value.value_or("")); !why.empty()) {
    problems_.add(node.at, path, fmt::format("the environment variable {} {}", name, why),
                  "set it to the text itself");
  } else if (rest.empty()) {
    if (value && value->empty()) empty_variable_ = name;
    if (value) return value;
    unset(name, fmt::format("set it, or write ${{{}:-default}}", name), node, path);
  } else {
    if (value && !value->empty()) return value;
    if (rest.starts_with(":-")) return std::string(rest.substr(2));
    const std::string_view message = rest.substr(2);
    unset(name, message.empty() ? "set it" : message, node, path);
  }
  return std::nullopt;
}

void Substitution::unset(const std::string& name, std::string_view remedy, TreeNode& node,
                         const std::string& path) {
  problems_.add_missing(
      node.at, path, fmt::format("the environment variable {} is not set{}", name, environment_.unset_hint),
      remedy);
  node.broken = true;
}

// Of a file that this process can't read: what it was handed at the last start or reload, else the credential
// of systemd (LoadCredential=) with the file's name.
std::optional<std::string> Substitution::handed_text(const std::filesystem::path& file) const {
  if (environment_.handed) {
    const auto& files = environment_.handed->files;
    if (const auto found = files.find(file.string()); found != files.end()) return found->second;
  }
  const auto credentials = environment_.variable("CREDENTIALS_DIRECTORY");
  if (!credentials || !credentials->starts_with('/')) return std::nullopt;
  auto text = read_text_file(std::filesystem::path(*credentials) / file.filename(), largest_secret);
  if (!text) return std::nullopt;
  return std::move(*text);
}

std::optional<std::string> Substitution::from_file(std::string_view name, TreeNode& node,
                                                   const std::string& path) {
  node.secret = true;
  if (name.empty()) {
    problems_.add(node.at, path, "${file:} names no file", "write ${file:PATH}");
    node.broken = true;
    return std::nullopt;
  }
  const std::filesystem::path file = (folder_ / name).lexically_normal();
  secret_files_.push_back(file);
  auto text = read_text_file(file, largest_secret);
  if (!text)
    if (auto handed = handed_text(file)) text = std::move(*handed);
  if (text && environment_.service_unreadable)
    if (const auto why = environment_.service_unreadable(file, true))
      text = fail(*why, "let that user read it and its folders");
  if (!text) {
    problems_.add_missing(node.at, path,
                          fmt::format("the secret file {} {}", file.string(), text.error().what),
                          text.error().remedy);
  } else if (const std::string_view why = unusable(*text); !why.empty()) {
    problems_.add(node.at, path, fmt::format("the secret file {} {}", file.string(), why),
                  "put the secret's text in it");
  } else {
    *text = without_line_end(std::move(*text));
    if (!text->empty()) return std::move(*text);
    problems_.add(node.at, path, fmt::format("the secret file {} is empty", file.string()),
                  "put the secret's text in it");
  }
  node.broken = true;
  return std::nullopt;
}

}  // namespace collector
