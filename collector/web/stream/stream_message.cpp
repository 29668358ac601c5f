#include "collector/web/stream/stream_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "collector/formats/json_reader.h"
#include "collector/formats/json_text.h"
#include "collector/web/json_body.h"
#include "collector/web/visible.h"
#include "config/suggest.h"

namespace collector::web {
namespace {

constexpr std::size_t most_fields = 64;
// Of what a client says; what takes back a subscription has the first two alone.
constexpr std::array subscription_members{
    Parameter{.name = "type", .sentence = "subscribe or unsubscribe."},
    Parameter{.name = "id",
              .type = ParameterType::integer,
              .sentence = "What the answers are called by.",
              .maximum = 1'000'000},
    Parameter{.name = "measurement", .sentence = "What is measured."},
    Parameter{.name = "fields", .type = ParameterType::texts, .sentence = "Its fields."},
    Parameter{.name = "by", .sentence = "A tag that tells columns apart."},
    Parameter{.name = "every",
              .type = ParameterType::integer,
              .sentence = "Ticks from one message to the next.",
              .minimum = 1,
              .maximum = 3600},
    Parameter{.name = "back",
              .type = ParameterType::integer,
              .sentence = "Seconds before now that are told first.",
              .maximum = 3600}};
constexpr auto unsubscription_members = std::span(subscription_members).first<2>();

const Measurement* measurement_named(std::string_view name, std::span<const MeasurementPtr> there) {
  const auto found = std::ranges::find(there, name, [](const MeasurementPtr& one) { return one->name; });
  return found == there.end() ? nullptr : found->get();
}

template <typename Names>
std::string near_one(std::string_view written, const Names& names) {
  const std::vector<std::string_view> all(names.begin(), names.end());
  return std::string(nearest(written, all));
}

void check_fields(JsonBody& body, const Subscription& wanted, const Measurement& of) {
  std::vector<std::string_view> names;
  for (const Field& field : of.fields)
    if (!field.hidden && field.type != FieldType::text) names.emplace_back(field.name);
  for (const std::string& name : wanted.fields) {
    if (std::ranges::find(names, name) != names.end()) continue;
    const auto place = of.field(name);
    const bool is_text = place && of.fields[*place].type == FieldType::text;
    body.reject("fields", name,
                is_text ? "a text, which GET /api/v1/latest tells" : of.name + " has no such field",
                near_one(name, names));
  }
}

void check_names(JsonBody& body, const Subscription& wanted, const std::string& by,
                 std::span<const MeasurementPtr> there, const Caller& caller) {
  const Measurement* of = measurement_named(wanted.measurement, there);
  if (of == nullptr) {
    std::vector<std::string_view> names;
    for (const MeasurementPtr& one : there)
      if (sees_measurement(caller, *one)) names.emplace_back(one->name);
    return body.reject("measurement", "there is no such measurement", near_one(wanted.measurement, names));
  }
  if (!sees_measurement(caller, *of)) return body.reject("measurement", "is for those who sign in");
  check_fields(body, wanted, *of);
  std::vector<std::string_view> tags;
  for (const TagKey& tag : of->tags)
    tags.emplace_back(tag.name);
  if (!by.empty() && std::ranges::find(tags, by) == tags.end())
    body.reject("by", of->name + " has no such tag", near_one(by, tags));
}

Subscription subscription_in(JsonBody& body, std::span<const MeasurementPtr> there, const Caller& caller) {
  Subscription wanted;
  wanted.id = body.integer("id", 0);
  wanted.measurement = body.text("measurement");
  wanted.fields = body.texts("fields");
  wanted.every = static_cast<int>(body.integer("every", wanted.every));
  wanted.back = static_cast<int>(body.integer("back", wanted.back));
  const std::string by = body.text("by");
  if (!body.has("id")) body.reject("id", "missing", "1");
  if (!body.has("fields"))
    body.reject("fields", "missing");
  else if (wanted.fields.empty() || wanted.fields.size() > most_fields)
    body.reject("fields", fmt::format("1 to {} fields are asked for", most_fields));
  if (!body.has("measurement"))
    body.reject("measurement", "missing", "net");
  else
    check_names(body, wanted, by, there, caller);
  return wanted;
}

std::string value_text(const StreamValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *whole);
  if (const auto* real = std::get_if<double>(&value)) {
    std::string text;
    append_json_real(*real, text);
    return text;
  }
  return "null";
}

std::string values_text(const std::vector<StreamValue>& values) {
  std::string text = "[";
  for (const StreamValue& value : values)
    text += (text.size() > 1 ? "," : "") + value_text(value);
  return text + "]";
}

}  // namespace

std::expected<ClientMessage, StreamProblem> parse_client_message(std::string_view text,
                                                                 std::span<const MeasurementPtr> there,
                                                                 const Caller& caller) {
  JsonBody body(text, subscription_members);
  const std::string type = body.text("type");
  ClientMessage message;
  if (type == "unsubscribe") {
    body = JsonBody(text, unsubscription_members);
    message = Unsubscription{.id = body.integer("id", 0)};
    if (!body.has("id")) body.reject("id", "missing", "1");
  } else {
    if (type == "subscribe")
      message = subscription_in(body, there, caller);
    else
      body.reject("type", "neither subscribe nor unsubscribe", "subscribe");
  }
  const auto problem = body.problem();
  if (!problem) return message;
  StreamProblem told{.what = problem->title, .errors = problem->errors};
  if (!problem->detail.empty()) told.what += ": " + problem->detail;
  constexpr std::int64_t none = std::numeric_limits<std::int64_t>::min();
  if (const std::int64_t id = body.integer("id", none); id != none) told.id = id;
  return std::unexpected(std::move(told));
}

std::string hello_text(std::int64_t id, const StreamHead& head, const std::vector<StreamColumn>& columns,
                       std::size_t left_out) {
  std::string all;
  for (const StreamColumn& column : columns)
    all += fmt::format("{}[{},{},{}]", all.empty() ? "" : ",", json_string(column.measurement),
                       json_string(column.name), json_string(column.field));
  return fmt::format(
      R"({{"type":"hello","id":{},"host":{},"zone":{},"interval_ms":{},"columns":[{}],"left_out":{}}})", id,
      json_string(head.host), json_string(head.zone), head.interval_ms, all, left_out);
}

std::string tick_text(std::int64_t id, const Moment& moment, const std::vector<StreamValue>& values) {
  return fmt::format(R"({{"type":"tick","id":{},"t":{},"ms":{},"v":{}}})", id, moment.second, moment.elapsed,
                     values_text(values));
}

std::string back_text(std::int64_t id, const std::vector<Moment>& moments,
                      const std::vector<std::vector<StreamValue>>& values) {
  std::string seconds, elapsed, columns;
  for (const Moment& moment : moments) {
    seconds += fmt::format("{}{}", seconds.empty() ? "" : ",", moment.second);
    elapsed += fmt::format("{}{}", elapsed.empty() ? "" : ",", moment.elapsed);
  }
  for (const auto& column : values)
    columns += (columns.empty() ? "" : ",") + values_text(column);
  return fmt::format(R"({{"type":"back","id":{},"t":[{}],"ms":[{}],"v":[{}]}})", id, seconds, elapsed,
                     columns);
}

std::string problem_text(const StreamProblem& problem) {
  return fmt::format(R"({{"type":"problem",{}"what":{}{}}})",
                     problem.id ? fmt::format(R"("id":{},)", *problem.id) : "", json_string(problem.what),
                     problem.errors.empty() ? "" : R"(,"errors":)" + mistakes_json(problem.errors));
}

std::string bye_text(std::string_view why) {
  return fmt::format(R"({{"type":"bye","why":{}}})", json_string(why));
}

}  // namespace collector::web
