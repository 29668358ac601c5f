// JsonBody: the members of a request's body, read as the parameters are: all mistakes at once, each with what
// was meant. One use.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/formats/json_reader.h"
#include "collector/web/problem.h"

namespace collector::web {

class JsonBody {
 public:
  // `known`: the keys that it may have; any other is a mistake, with the one that is near.
  JsonBody(std::string_view body, std::initializer_list<std::string_view> known);

  bool has(std::string_view key) const;
  std::string text(std::string_view key);  // empty: it is not there
  // `otherwise`: it is not there.
  std::int64_t integer(std::string_view key, std::int64_t least, std::int64_t most, std::int64_t otherwise);
  std::vector<std::string> texts(std::string_view key);  // of a list
  void reject(std::string_view key, std::string what, std::string attempt = {});
  // Of one of the texts of a list.
  void reject(std::string_view key, std::string item, std::string what, std::string attempt);

  // What is wrong with what was read so far: no JSON (400), or the members (422); nothing: all is well.
  std::optional<Problem> problem() const;

 private:
  std::optional<JsonValue> object_;
  std::string why_none_;
  std::vector<ParameterMistake> mistakes_;
};

}  // namespace collector::web
