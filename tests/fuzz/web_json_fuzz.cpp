// JSON that clients send: what is said over a stream, and the bodies of requests. It is understood, or
// refused with a problem that is JSON itself.
#include <array>

#include "collector/formats/json_reader.h"
#include "collector/web/json_body.h"
#include "collector/web/stream/stream_message.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

namespace {

using namespace collector;

const std::vector<MeasurementPtr>& measurements() {
  static const std::vector<MeasurementPtr> all = [] {
    Measurement net;
    net.name = "net";
    net.about_machine = true;
    net.tags = {{"interface", ""}};
    net.fields.resize(2);
    net.fields[0].name = "bytes_recv";
    net.fields[1].name = "bytes_sent";
    Measurement apps;
    apps.name = "apps";
    apps.fields.resize(1);
    apps.fields[0].name = "bytes";
    return std::vector<MeasurementPtr>{std::make_shared<const Measurement>(net),
                                       std::make_shared<const Measurement>(apps)};
  }();
  return all;
}

constexpr std::array members{
    web::Parameter{.name = "name", .sentence = "A name.", .required = true},
    web::Parameter{.name = "hosts", .type = web::ParameterType::texts, .sentence = "Hosts."},
    web::Parameter{.name = "expires",
                   .type = web::ParameterType::integer,
                   .sentence = "A number.",
                   .minimum = 1,
                   .maximum = 9},
    web::Parameter{.name = "code", .sentence = "A code."}};

void expect_message(std::string_view text) {
  Caller caller;
  caller.role = Role::viewer;
  const auto message = web::parse_client_message(text, measurements(), caller);
  if (!message) {
    const std::string problem = web::problem_text(message.error());
    const auto json = read_json_object(problem);
    test::expect(json && !json->member("what")->text.empty(), "a problem is JSON, and says what it is");
    return;
  }
  const auto* wanted = std::get_if<web::Subscription>(&*message);
  if (wanted == nullptr) return;
  test::expect(wanted->measurement == "net", "only what an anonymous viewer sees is subscribed to");
  test::expect(!wanted->fields.empty() && wanted->fields.size() <= 64, "so many fields");
  for (const std::string& field : wanted->fields)
    test::expect(field == "bytes_recv" || field == "bytes_sent", "only fields that there are");
  test::expect(wanted->every >= 1 && wanted->back >= 0, "times are within their limits");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = test::as_text(data, size);
  expect_message(text);
  web::JsonBody body(text, members);
  body.text("name");
  body.texts("hosts");
  const std::int64_t number = body.integer("expires", 5);
  test::expect(body.problem() || (number >= 1 && number <= 9), "integers are within their limits");
  if (body.has("code")) body.reject("code", "is not known");
  if (const auto problem = body.problem()) {
    const std::string told = web::problem_response(*problem, "/api/v1/tokens").body;
    test::expect(read_json_object(std::string_view(told).substr(0, told.size() - 1)).has_value(),
                 "a problem is JSON");
  }
  return 0;
}
