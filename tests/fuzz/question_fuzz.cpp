// What a question is made of, whatever the bytes: words for times, zones, forms of answers, bodies. The first
// line is a word or two, the length of the second a zone, the third what Accept says, the rest a body.
#include <algorithm>
#include <array>
#include <string>

#include "collector/formats/json_reader.h"
#include "collector/history/time_words.h"
#include "collector/web/accept.h"
#include "collector/web/flat_answer.h"
#include "collector/web/json_body.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

namespace {

using namespace collector;

std::string_view line_of(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

void try_times(std::string_view words, const history::Zone& zone) {
  const history::TimeContext context{.now = history::Seconds(std::chrono::seconds(1'796'033'719)),
                                     .zone = zone};
  const auto from = words.substr(0, words.find('|'));
  const auto to = words.substr(std::min(words.size(), from.size() + 1));
  if (const auto range = history::range_of(from, context))
    test::expect(range->start <= range->end, "a range does not end before it begins");
  else
    test::expect(!range.error().what.empty(), "what is wrong is said");
  if (const auto range = history::range_between(from, to, context))
    test::expect(range->start <= range->end, "nor does one between two words");
}

history::Zone zone_named(std::string_view name) {
  return history::Zone::load(name).value_or(history::Zone::utc());
}

void try_accept(std::string_view accept) {
  static constexpr std::array<std::string_view, 3> offered{"application/json", "text/csv", "text/plain"};
  const std::string_view type = web::accepted_type(accept, offered);
  test::expect(type.empty() || std::ranges::find(offered, type) != offered.end(),
               "a form is one that there is");
}

void try_body(std::string_view text) {
  static constexpr std::array<std::string_view, 2> roles{"viewer", "admin"};
  static constexpr std::array members{
      web::Parameter{.name = "name", .required = true},
      web::Parameter{.name = "role", .type = web::ParameterType::choice, .choices = roles},
      web::Parameter{.name = "hosts", .type = web::ParameterType::texts},
      web::Parameter{.name = "back", .type = web::ParameterType::integer, .maximum = 3600},
      web::Parameter{.name = "force", .type = web::ParameterType::boolean}};
  const web::JsonBody body(text, members);
  if (const auto problem = body.problem()) {
    const http::Response told = web::problem_response(*problem, "/");
    const auto json = read_json_object(std::string_view(told.body).substr(0, told.body.size() - 1));
    test::expect(json && json->member("title") != nullptr, "a problem is JSON");
  } else {
    test::expect(!body.text("name").empty(), "what is required is there");
    const std::int64_t back = body.integer("back", 0);
    test::expect(back >= 0 && back <= 3600, "integers are within their limits");
  }
  if (read_json_object(text))
    test::expect(web::flat_csv(text).starts_with("name,value\r\n"), "it has a header");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = test::as_text(data, size);
  const std::string_view words = line_of(text);
  const std::string_view zone = line_of(text);
  // Those that there are: what is near to another one is looked for in the whole database, each time.
  static const std::array zones{history::Zone::utc(), zone_named("Europe/Berlin"),
                                zone_named("America/St_Johns")};
  try_times(words, zones.at(zone.size() % zones.size()));
  try_accept(line_of(text));
  try_body(text);
  return 0;
}
