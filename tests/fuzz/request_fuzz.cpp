// What a client asks for, from the target of a request to its checked parameters: whatever the bytes, there
// is a route and values that fit its table, or a problem that is JSON and names nothing that was not asked.
#include <algorithm>

#include "collector/formats/json_reader.h"
#include "collector/http/message.h"
#include "collector/web/answering.h"
#include "collector/web/paging.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

namespace {

using namespace collector;

void expect_values(const web::TakenRequest& taken) {
  for (const web::Parameter& parameter : taken.route->parameters) {
    const web::Values& values = taken.read.values;
    test::expect(values.knows(parameter.name), "each parameter of the table has a value");
    if (!values.has(parameter.name)) continue;
    if (parameter.type == web::ParameterType::integer) {
      const std::int64_t value = values.integer(parameter.name);
      test::expect(value >= parameter.minimum && value <= parameter.maximum,
                   "integers are within their limits");
    }
    if (parameter.type == web::ParameterType::boolean) values.boolean(parameter.name);
    for (const std::string& each : values.texts(parameter.name))
      test::expect(!each.empty() && each.find(',') == std::string::npos, "texts are apart");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = test::as_text(data, size);
  if (const auto parts = web::parts_of(text, 2))
    test::expect(web::parts_of(web::cursor_of(*parts), 2) == parts, "a cursor names what it was made of");
  Caller caller;
  caller.role = Role::admin;
  for (const char* method : {"GET", "POST", "DELETE", "PUT"}) {
    http::Request request{.method = method};
    if (!http::parse_target(text, request)) return 0;
    request.body = text.substr(std::min(text.find('?'), text.size()));
    const auto taken = web::take_request(web::routes(), request, caller);
    if (taken) {
      expect_values(*taken);
      continue;
    }
    const http::Response told = web::problem_response(taken.error(), request.path);
    test::expect(told.status >= 400 && told.status < 500, "it is the client's mistake");
    if (web::is_told_in_words(request.path)) {
      test::expect(!told.body.empty() && told.type.starts_with("text/plain"), "a problem has words");
      continue;
    }
    const auto json = read_json_object(std::string_view(told.body).substr(0, told.body.size() - 1));
    test::expect(json && json->member("title") != nullptr, "a problem is JSON");
  }
  return 0;
}
