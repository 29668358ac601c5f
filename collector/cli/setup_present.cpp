#include "collector/cli/setup_present.h"

#include <algorithm>

#include "collector/cli/setup_plan.h"
#include "config/problems.h"
#include "config/text_check.h"
#include "config/text_file.h"
#include "config/yaml_reader.h"
#include "sinks/table.h"

namespace collector {
namespace {

std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

// The key of a line that begins a block; empty: it does not.
std::string key_of(std::string_view line) {
  if (line.empty() || std::string_view(" \t#-{}[]'\"&*!|>%@`").find(line.front()) != std::string_view::npos)
    return {};
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return {};
  const bool ends = colon + 1 == line.size() || line[colon + 1] == ' ' || line[colon + 1] == '\r';
  return ends ? std::string(line.substr(0, colon)) : std::string();
}

// Nothing when the text holds anything that is no plain key at its top.
std::vector<YamlBlock> blocks_of(std::string_view text) {
  std::vector<YamlBlock> blocks;
  std::string above;  // comments that belong to what follows
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const std::string key = key_of(line);
    if (!key.empty()) {
      blocks.push_back({key, above + std::string(line) + "\n"});
      above.clear();
    } else if (is_blank(line)) {
      above.clear();
    } else if (line.front() == '#') {
      above += std::string(line) + "\n";
    } else if (blocks.empty() || line.front() != ' ') {
      return {};
    } else {
      blocks.back().text += above + std::string(line) + "\n";
      above.clear();
    }
  }
  return blocks;
}

std::vector<PresentSink> sinks_in(const TreeNode& root) {
  std::vector<PresentSink> sinks;
  const TreeEntry* table = root.find("sinks");
  if (table == nullptr) return sinks;
  for (const TreeEntry& sink : table->value.entries) {
    const TreeEntry* type = sink.value.find("type");
    sinks.push_back({sink.key, type == nullptr ? "" : type->value.text});
  }
  return sinks;
}

}  // namespace

const YamlBlock* PresentConfiguration::block(std::string_view key) const {
  const auto found = std::ranges::find(blocks, key, &YamlBlock::key);
  return found == blocks.end() ? nullptr : &*found;
}

Checked<Configuration> parse_without_secrets(std::string yaml, const std::filesystem::path& file,
                                             const Catalog& catalog, const Environment& environment) {
  // An address of a kind of sink is good for its own only; the other secrets are any texts.
  const auto stand_in = [](std::string_view name) -> std::string {
    std::string_view usual;
    for (const SinkType& type : sink_types()) {
      if (type.offer == nullptr || type.offer->stand_in.empty()) continue;
      if (usual.empty()) usual = type.offer->stand_in;
      std::string variable = environment_variable(type.component.name, "");
      variable.pop_back();
      if (name.find(variable) != std::string_view::npos ||
          name.find(type.component.name) != std::string_view::npos)
        return std::string(type.offer->stand_in);
    }
    return std::string(usual);
  };
  const Environment with_stand_ins{[&](const std::string& name) -> std::optional<std::string> {
                                     const auto value = environment.variable(name);
                                     return value ? *value : stand_in(name);
                                   },
                                   environment.host_name};
  constexpr std::string_view reference = "${file:";
  for (std::size_t at = 0; (at = yaml.find(reference, at)) != std::string::npos;) {
    const auto end = yaml.find('}', at);
    if (end == std::string::npos) break;
    const std::string name = yaml.substr(at + reference.size(), end - at - reference.size());
    yaml.replace(at, end + 1 - at, stand_in(name));
  }
  return parse_configuration(yaml, file.string(), catalog, with_stand_ins);
}

PresentConfiguration read_present(const std::filesystem::path& file, const Catalog& catalog,
                                  const Environment& environment) {
  PresentConfiguration present;
  const auto text = read_text_file(file, largest_file);
  if (!text) return present;
  present.file = file;
  present.text = *text;
  Problems ignored(file.string());
  const auto root = read_yaml(*text, ignored);
  const auto configuration = parse_without_secrets(*text, file, catalog, environment);
  // Of what is wrong nothing is taken over: it would be wrong again.
  if (!root || !configuration) return present;
  present.blocks = blocks_of(*text);
  if (root->find("samplers") != nullptr)
    for (const SamplerConfiguration& sampler : configuration->samplers)
      present.samplers.push_back(sampler.name);
  present.sinks = sinks_in(*root);
  return present;
}

std::string with_entries(const YamlBlock& block, std::string_view entries) {
  std::string text = block.text;
  if (entries.empty()) return text;
  const auto key = text.find(block.key + ":");
  const auto line_end = std::min(text.find('\n', key), text.size());
  // Written in braces: they go before the last one, in braces too.
  const auto brace = text.find_first_not_of(' ', key + block.key.size() + 1);
  if (brace < line_end && text[brace] == '{') {
    std::string inside;
    std::string_view rest = entries;
    std::string sink;
    while (!rest.empty()) {
      const std::string_view line = take_line(rest);
      if (line.starts_with("  #") || is_blank(line)) continue;
      const bool nested = line.starts_with("    ");
      if (!nested && !sink.empty()) inside += ", " + sink + (sink.ends_with("{") ? "" : "}");
      if (!nested && line.ends_with("}")) {
        inside += ", " + std::string(line.substr(2));
        sink.clear();
      } else if (!nested) {
        sink = std::string(line.substr(2)) + " {";
      } else {
        sink += (sink.ends_with("{") ? "" : ", ") + std::string(line.substr(4));
      }
    }
    if (!sink.empty()) inside += ", " + sink + "}";
    const auto last = text.rfind('}');
    if (text.find_first_not_of(" \n", brace + 1) == last) inside.erase(0, 2);
    return text.insert(last, inside);
  }
  // As far to the right as those that are there.
  std::string_view rest = std::string_view(text).substr(std::min(line_end + 1, text.size()));
  std::size_t indent = 2;
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    const auto first = line.find_first_not_of(' ');
    if (first == std::string_view::npos || line[first] == '#' || first == 0) continue;
    indent = first;
    break;
  }
  while (!entries.empty()) {
    std::string_view line = take_line(entries);
    line.remove_prefix(std::min<std::size_t>(2, line.size()));
    text += std::string(indent, ' ') + std::string(line) + "\n";
  }
  return text;
}

}  // namespace collector
