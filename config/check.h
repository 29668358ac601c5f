// What a component asks while it checks its own settings, and how it tells what is wrong with them: what can
// be known without asking a target, so that `check`, a start and a reload refuse it in the same words.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/error.h"
#include "config/configuration.h"
#include "config/tree.h"

namespace collector {

struct SettingMistake {
  std::string path;  // within the component's table: "url", "tls.ca"; empty: the table as a whole
  std::string what;  // holds no value of a setting that may be a secret
  std::string remedy;
  // Further settings that it follows from. It is not told where one of them has a problem of its own, or
  // where the table holds a setting that nobody knows: it would be false company.
  std::vector<std::string> follows_from = {};
};

class CheckContext {
 public:
  // `node`: the component's table in the file, or null when it has none. Both outlive this.
  CheckContext(std::filesystem::path state, const TreeNode* node, const Environment& environment,
               std::span<const MeasurementPtr> measurements)
      : state_(std::move(state)), node_(node), environment_(environment), measurements_(measurements) {}

  const std::filesystem::path& state() const { return state_; }  // empty: it has a problem of its own
  bool given(std::string_view setting) const;                    // the file says it; else it is the default
  // As in the catalogue.
  std::span<const MeasurementPtr> measurements() const { return measurements_; }
  // Why this is no time zone of this machine; nothing: it is one, or zones are not looked up.
  std::optional<Error> mistake_in_zone(std::string_view name) const;
  // What a file holds that a setting names, at most `largest` bytes; an error when there is no such file, or
  // when it can't be read by this process, or by the service that will run with this configuration.
  Result<std::string> read(const std::filesystem::path& file, std::size_t largest) const;

 private:
  std::filesystem::path state_;
  const TreeNode* node_;
  const Environment& environment_;
  std::span<const MeasurementPtr> measurements_;
};

// What a text holds that would end a header, a name or a line wherever it goes, and begin another one: "holds
// more than one line"; empty: nothing of the kind.
std::string control_character_in(std::string_view text);

// Why this text can't be a pattern for names, with what to do; nothing: it can (fnmatch: * ? [a-z]).
std::optional<Error> mistake_in_glob(std::string_view glob);

}  // namespace collector
