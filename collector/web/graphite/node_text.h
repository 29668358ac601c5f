// Names of series as Graphite writes them: nodes with dots between, and patterns of such names. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collector/core/error.h"

namespace collector::web::graphite {

// A value as a node: letters, digits, _ - : @ and whatever is beyond ASCII stay, any other byte becomes ~ and
// two hexadecimal digits ("/home" is ~2Fhome), and nothing at all is ~. So no two values share a node, a node
// has nothing in it that patterns or targets mean something by, and it survives being sent as Grafana sends
// it, neither quoted nor encoded.
std::string node_of(std::string_view value);
// Back again; what is no such node stays as it is.
std::string value_of(std::string_view node);

// The nodes of a name or a pattern; a dot within braces divides nothing.
std::vector<std::string> nodes_of(std::string_view path);
// One of them by its number, from 0, below 0 from their end; null: there is none.
const std::string* node_at(const std::vector<std::string>& nodes, double place);
std::string path_of(const std::vector<std::string>& nodes);

// What one node may be: *, ?, [a-z], [!a-z] and {this,that}, the braces within each other, too.
class NodePattern {
 public:
  // Fails for a brace without its other half, and where the braces make more than `most_words` of it.
  static Result<NodePattern> read(std::string_view text);

  bool matches(std::string_view node) const;
  bool is_literal() const;  // means one node only

  static constexpr std::size_t most_words = 256;

 private:
  explicit NodePattern(std::vector<std::string> words) : words_(std::move(words)) {}
  std::vector<std::string> words_;  // without braces
};

}  // namespace collector::web::graphite
