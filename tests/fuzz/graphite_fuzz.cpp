// What Grafana's users write: targets, patterns of names, times and regular expressions. Whatever they are,
// they are read or refused with a reason; what was read is read again from how it was written.
#include "collector/web/graphite/function.h"
#include "collector/web/graphite/graphite_time.h"
#include "collector/web/graphite/known_names.h"
#include "collector/web/graphite/regular_expression.h"
#include "collector/web/graphite/target.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

namespace {

using namespace collector;
using namespace collector::web::graphite;

// Arguments of all calls are looked at as they would be when the target is evaluated.
void look_at(const Target& target) {
  for (const Target& one : target.arguments)
    look_at(one);
  if (target.kind != Target::Kind::call) return;
  const auto function = find_function(target.text);
  if (!function) return test::expect(!function.error().text().empty(), "what is no function is said");
  const auto arguments = Arguments::read(target, (*function)->arguments);
  test::expect(arguments || !arguments.error().what.empty(), "what is wrong with arguments is said");
}

void look_at_names(std::string_view text) {
  const std::string node = node_of(text);
  test::expect(value_of(node) == text, "a node says what it is of");
  test::expect(node.find_first_of(".*?[]{}(),'\"|=; ") == std::string::npos, "a node means nothing else");
  if (const auto pattern = NodePattern::read(node)) {
    test::expect(pattern->is_literal() && pattern->matches(node), "a node is a pattern of itself");
  } else {
    test::expect(false, "a node is a pattern");
  }
  if (const auto patterns = patterns_of(text))
    for (const NodePattern& pattern : *patterns)
      pattern.matches(node);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = test::as_text(data, size);
  const auto target = parse_target(text);
  test::expect(target || !target.error().what.empty(), "what is wrong with a target is said");
  if (target) {
    look_at(*target);
    const auto again = parse_target(target->written);
    test::expect(again && again->text == target->text && again->arguments.size() == target->arguments.size(),
                 "a target is as it is written");
  }
  look_at_names(text);
  const history::TimeContext context{.now = history::Seconds(std::chrono::seconds(1'800'000'000))};
  if (const auto moment = moment_of(text, context))
    test::expect(moment->time_since_epoch() > std::chrono::seconds(-62'200'000'000), "within the calendar");
  if (const auto expression = RegularExpression::read(std::string(text.substr(0, size / 2)))) {
    const std::string name(text.substr(size / 2));
    expression->matches(name);
    expression->replaced(name, R"(\1 A)");
  }
  return 0;
}
