// Every route, from its row: each parameter wrong in each way is 422 that names it, and nothing is 500; the
// OpenAPI document has all of it.
#include <algorithm>
#include <set>

#include "collector/web/openapi.h"
#include "tests/web/routes/route_fixture.h"

namespace collector::test {
namespace {

using web::Parameter;
using web::ParameterType;
using web::Route;

class RouteTable : public RouteTest {
 protected:
  RouteTable() { caller_ = someone(Role::admin); }

  // A path that is right, with a query that is wrong in one parameter.
  static std::string path_of(const Route& route, const std::string& wrong_name = {},
                             const std::string& wrong_value = {}) {
    std::string path(route.path);
    if (path.ends_with("/*")) path.replace(path.size() - 1, 1, "js/app.js");
    for (const Parameter& parameter : route.parameters) {
      if (!parameter.in_path) continue;
      const std::string name = "{" + std::string(parameter.name) + "}";
      const std::string value = parameter.name == wrong_name               ? wrong_value
                                : parameter.type == ParameterType::integer ? "2026"
                                                                           : "thinkpad";
      path.replace(path.find(name), name.size(), value);
    }
    return path;
  }
  // "parameter":"from" of a problem; "from 'yesteday'" of one that is told in words.
  static std::string naming(const Route& route, const std::string& name) {
    return web::is_told_in_words(route.path) ? "\n" + name + " '" : "\"parameter\":\"" + name + "\"";
  }
  // A query that has what is required of one.
  static std::string required_of(const Route& route) {
    return route.path == "/graphite/render" ? "?target=constantLine(1)" : "";
  }
  static std::vector<std::string> wrong_values(const Parameter& parameter) {
    switch (parameter.type) {
      case ParameterType::integer:
        return {"x", "1.5", "-1", "99999999999999999999", "", "0x10", "1e3", "%00"};
      case ParameterType::boolean:
        return {"maybe", "2", "%00"};
      case ParameterType::choice:
        return {"", "neither", "%00", "json,csv"};
      case ParameterType::time:
        return {"",    "yesteday", "2026-13",       "2026-02-30", "-24", "9999999999999999",
                "%00", "1e9",      "-999999999999h"};
      case ParameterType::zone:
        return {"", "Europe/Nowhere", "../../etc/passwd", "/etc/localtime", "%00", "Europe"};
      case ParameterType::text:
      case ParameterType::texts:
      case ParameterType::each:
        break;
    }
    return {""};
  }
};

TEST_F(RouteTable, EachParameterThatIsWrongIsNamed) {
  feed_days();
  for (const Route* route : web::routes())
    for (const Parameter& parameter : route->parameters)
      for (const std::string& value : wrong_values(parameter)) {
        if (parameter.in_path && (value.empty() || value.find('/') != std::string::npos)) continue;
        const std::string name(parameter.name);
        const std::string target =
            parameter.in_path ? path_of(*route, name, value) : path_of(*route) + "?" + name + "=" + value;
        const http::Response response = get(target, std::string(route->method));
        EXPECT_EQ(response.status, 422U) << target << "\n" << response.body.substr(0, 300);
        EXPECT_NE(response.body.find(naming(*route, name)), std::string::npos) << target << response.body;
      }
}

TEST_F(RouteTable, WhatIsNoParameterIsSaidToBeNone) {
  feed_days();
  for (const Route* route : web::routes()) {
    const std::string target = path_of(*route) + "?" + std::string("frm=1&%3Cimg%3E=2");
    const http::Response response = get(target, std::string(route->method));
    EXPECT_EQ(response.status, 422U) << target;
    EXPECT_NE(response.body.find("no parameter here"), std::string::npos) << target;
  }
  EXPECT_TRUE(asked_for_.empty());
}

TEST_F(RouteTable, AWrongNameWithAValueOfAnotherIsUnderstood) {
  feed_days();
  EXPECT_EQ(at(problem("/api/v1/top?by=hour", 422), "errors", 0, "try").text, "of");
  EXPECT_EQ(at(problem("/api/v1/usage?buckets=hour", 422), "errors", 0, "try").text, "bucket");
}

// Anything may be in names, fields and filters: there is an answer, and it is never the collector's mistake.
TEST_F(RouteTable, NoTextIsTheCollectorsMistake) {
  feed_days();
  const std::vector<std::string> texts{"'",
                                       "\";DROP TABLE net_data;--",
                                       "%25",
                                       "*",
                                       "[",
                                       "[z-a]",
                                       "a|b|c",
                                       "=",
                                       "a=",
                                       "interface=[",
                                       "%F0%9F%90%8C",
                                       "%ff%fe",
                                       std::string(2000, 'a'),
                                       "host",
                                       "{}",
                                       "..%2F..%2Fetc%2Fpasswd",
                                       "net_data",
                                       "sqlite_master",
                                       "-1",
                                       "0"};
  for (const Route* route : web::routes()) {
    if (route->method != "GET") continue;
    for (const Parameter& parameter : route->parameters)
      for (const std::string& text : texts) {
        const bool has_slash = text.find("%2F") != std::string::npos;
        if (parameter.in_path && has_slash) continue;
        std::string escaped = text;
        for (std::size_t i = 0; (i = escaped.find_first_of("\";[]{}|=", i)) != std::string::npos; i += 3)
          escaped.replace(i, 1, fmt::format("%{:02X}", static_cast<unsigned char>(escaped[i])));
        const std::string name(parameter.name);
        const std::string target =
            parameter.in_path ? path_of(*route, name, escaped) : path_of(*route) + "?" + name + "=" + escaped;
        const http::Response response = get(target);
        EXPECT_NE(response.status, 500U) << target << "\n" << response.body;
        if (response.status >= 400) {
          EXPECT_EQ(response.body.find("SELECT"), std::string::npos) << target << response.body;
          EXPECT_EQ(response.body.find(directory_.path().native()), std::string::npos)
              << target << response.body;
        }
      }
  }
}

TEST_F(RouteTable, EachRouteAnswersAsItIs) {
  feed_days();
  for (const Route* route : web::routes()) {
    if (route->method != "GET") continue;
    const http::Response response = get(path_of(*route) + required_of(*route));
    EXPECT_EQ(response.status, route->status) << route->path << response.body.substr(0, 300);
    if (route->status != 200) continue;
    EXPECT_TRUE(response.type.starts_with(route->type)) << route->path << ": " << response.type;
    for (const std::string_view type : route->also) {
      if (type != "text/csv" || web::is_told_in_words(route->path)) continue;
      const http::Response csv = get(path_of(*route), "GET", {{"Accept", "text/csv"}});
      EXPECT_TRUE(csv.type.starts_with("text/csv")) << route->path;
      EXPECT_EQ(csv.body, get(path_of(*route) + "?format=csv").body);
    }
  }
}

TEST_F(RouteTable, EachMethodIsOfARouteAndNoPathTwice) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const Route* route : web::routes()) {
    EXPECT_TRUE(seen.emplace(route->method, route->path).second) << route->path;
    EXPECT_FALSE(route->summary.empty()) << route->path;
    EXPECT_TRUE(route->summary.ends_with('.')) << route->path;
    EXPECT_EQ(route->answer == nullptr, route->work == web::Work::later) << route->path;
    std::set<std::string_view> names;
    for (const Parameter& parameter : route->parameters) {
      EXPECT_TRUE(names.insert(parameter.name).second) << route->path << " " << parameter.name;
      EXPECT_FALSE(parameter.sentence.empty()) << route->path << " " << parameter.name;
      if (parameter.type == ParameterType::choice) {
        EXPECT_FALSE(parameter.choices.empty());
        if (!parameter.default_text.empty()) {
          EXPECT_NE(std::ranges::find(parameter.choices, parameter.default_text), parameter.choices.end());
        }
      }
    }
  }
}

TEST_F(RouteTable, TheDocumentHasEveryRouteParameterAndResponse) {
  const JsonValue document = json("/api/v1/openapi.json");
  EXPECT_EQ(at(document, "openapi").text, "3.1.0");
  std::set<std::string> operations;
  for (const Route* route : web::routes()) {
    std::string path(route->path);
    if (path.ends_with("/*")) path = path.substr(0, path.size() - 1) + "{path}";
    std::string method(route->method);
    std::ranges::transform(method, method.begin(), [](unsigned char c) { return std::tolower(c); });
    const JsonValue& operation = at(document, "paths", path.c_str(), method.c_str());
    EXPECT_TRUE(operations.insert(at(operation, "operationId").text).second) << path;
    EXPECT_GE(at(operation, "parameters").items.size(), route->parameters.size());
    for (const Parameter& parameter : route->parameters) {
      if (!route->form) continue;
      const JsonValue& form =
          at(operation, "requestBody", "content", "application/x-www-form-urlencoded", "schema");
      EXPECT_NE(at(form, "properties").member(std::string(parameter.name)), nullptr) << path;
    }
    for (std::size_t i = 0; i < route->parameters.size(); ++i) {
      const JsonValue& parameter = at(operation, "parameters", i);
      EXPECT_EQ(at(parameter, "name").text, route->parameters[i].name);
      EXPECT_EQ(at(parameter, "in").text, route->parameters[i].in_path ? "path" : "query");
      EXPECT_NE(at(parameter, "schema").member("type"), nullptr);
    }
    const bool has_json = route->type == "application/json" ||
                          std::ranges::find(route->also, "application/json") != route->also.end();
    EXPECT_EQ(route->gives != nullptr, has_json && route->status == 200) << path;
    const std::string status_of_row = std::to_string(route->status);
    const JsonValue& answer = at(operation, "responses", status_of_row.c_str());
    if (route->status == 200) {
      EXPECT_NE(at(answer, "content").member(std::string(route->type)), nullptr) << path;
    }
    for (const auto& [status, response] : at(operation, "responses").members) {
      if (status == status_of_row) continue;
      const std::string refers = at(response, "$ref").text;
      const std::string name = refers.substr(refers.rfind('/') + 1);
      EXPECT_NE(at(document, "components", "responses").member(name), nullptr) << refers;
    }
  }
}

}  // namespace
}  // namespace collector::test
