#include "collector/web/shape.h"

#include <fmt/format.h>

#include <cctype>
#include <stdexcept>

#include "collector/web/json_answer.h"

namespace collector::web {
namespace {

class ShapeReader {
 public:
  explicit ShapeReader(std::string_view text) : text_(text) {}

  std::string whole() {
    std::string schema = value();
    if (skip() != '\0') fail("more than one value");
    return schema;
  }

 private:
  [[noreturn]] void fail(std::string_view what) const {
    throw std::logic_error(fmt::format("shape, at {}: {}: {}", at_, what, text_));
  }
  char skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n'))
      ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char wanted) {
    if (skip() != wanted) return false;
    ++at_;
    return true;
  }
  void need(char wanted) {
    if (!take(wanted)) fail(fmt::format("no {}", wanted));
  }
  std::string_view word() {
    skip();
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '_'))
      ++at_;
    if (at_ == begin) fail("no word");
    return text_.substr(begin, at_ - begin);
  }

  std::string value() {
    std::string schema = skip() == '{'   ? objects()
                         : skip() == '[' ? list()
                         : skip() == '"' ? texts()
                                         : named();
    if (!take('?')) return schema;
    return fmt::format(R"({{"anyOf":[{},{{"type":"null"}}]}})", schema);
  }
  std::string named() {
    const std::string_view name = word();
    if (name == "any") return "{}";
    if (name == "time") return R"({"$ref":"#/components/schemas/Time"})";
    if (name == "amount") return R"({"$ref":"#/components/schemas/Amount"})";
    if (name == "text") return R"({"type":"string"})";
    if (name != "integer" && name != "number" && name != "boolean") fail("no such type");
    return fmt::format(R"({{"type":"{}"}})", name);
  }
  std::string texts() {
    JsonAnswer out;
    out.open('{').member("type", "string").key("enum").open('[');
    do {
      need('"');
      out.item(word());
      need('"');
    } while (take('|'));
    return out.close(']').close('}').text();
  }
  std::string list() {
    need('[');
    std::string schema = fmt::format(R"({{"type":"array","items":{}}})", value());
    need(']');
    return schema;
  }
  std::string objects() {
    std::string schema = object();
    while (take('|'))
      schema = fmt::format(R"({{"anyOf":[{},{}]}})", schema, object());
    return schema;
  }
  std::string object() {
    need('{');
    JsonAnswer members, required;
    std::string others;
    members.open('{');
    required.open('[');
    while (!take('}')) {
      if (take('*')) {
        need(':');
        others = value();
      } else {
        const std::string_view key = word();
        if (!take('?')) required.item(key);
        need(':');
        members.key(key).raw(value());
      }
      if (!take(',') && skip() != '}') fail("no comma");
    }
    JsonAnswer out;
    out.open('{').member("type", "object").key("properties").raw(members.close('}').text());
    out.key("required").raw(required.close(']').text());
    if (!others.empty()) out.key("additionalProperties").raw(others);
    return out.close('}').text();
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::string schema_of(std::string_view shape) {
  return ShapeReader(shape).whole();
}

}  // namespace collector::web
