// JsonBody: the members of a request's body, read as the parameters are: all mistakes at once, each with what
// was meant. One use.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collector/formats/json_reader.h"
#include "collector/web/parameter.h"
#include "collector/web/problem.h"

namespace collector::web {

class JsonBody {
 public:
  // `members`: those that it may have; any other is a mistake, with the one that is near, and so is a value
  // of another type. Nothing at all is {}. `mistakes`: what is wrong with the request beside it.
  JsonBody(std::string_view body, std::span<const Parameter> members,
           std::vector<ParameterMistake> mistakes = {});

  bool has(std::string_view key) const;
  // Empty: it is not there, or something else, which is a mistake already; and `otherwise`.
  std::string text(std::string_view key) const;
  std::vector<std::string> texts(std::string_view key) const;
  std::int64_t integer(std::string_view key, std::int64_t otherwise) const;
  void reject(std::string_view key, std::string what, std::string attempt = {});
  // Of one of the texts of a list.
  void reject(std::string_view key, std::string item, std::string what, std::string attempt);

  const std::vector<ParameterMistake>& mistakes() const { return mistakes_; }
  // What is wrong with what was read so far: no JSON (400), or the members (422); nothing: all is well.
  std::optional<Problem> problem() const;

 private:
  const JsonValue* member(std::string_view key) const { return object_ ? object_->member(key) : nullptr; }
  void check(const Parameter& row);
  // As it came: of a text what it says, of anything else the JSON; empty: it is not there.
  std::string value(std::string_view key) const;

  std::optional<JsonValue> object_;
  std::string body_;
  std::string why_none_;
  std::vector<ParameterMistake> mistakes_;
};

}  // namespace collector::web
